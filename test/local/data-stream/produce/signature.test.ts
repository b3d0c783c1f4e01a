import { expect, test } from "vitest";
import { isValidSignature } from "../../../../local/data-stream/produce/signature.ts";
import { accessKey, secretKey, signature } from "../../harness.ts";

const text = `POST /api/produce\n1700000000000\n${accessKey}`;

test("every signature is compared, also of a text that was signed before", () => {
  const verdicts = [
    isValidSignature(signature, text, secretKey),
    isValidSignature(signature, text, secretKey),
    isValidSignature(`${signature.slice(0, -2)}A=`, text, secretKey),
    isValidSignature("", text, secretKey),
    isValidSignature(signature, text, "another-secret-key"),
    isValidSignature(signature, text.replace("1700000000000", "1700000000001"), secretKey),
    isValidSignature(signature, text, secretKey),
  ];

  expect(verdicts).toEqual([true, true, false, false, false, false, true]);
});

test("an empty text and key have no empty signature", () => {
  expect(isValidSignature("", "", "")).toBe(false);
});

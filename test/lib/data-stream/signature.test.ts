import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  toSignature,
  toSignedHeaders,
  toStringToSignV2,
} from "../../../lib/data-stream/signature.ts";
import { createKeyPair } from "../../../lib/model/key-pair.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

type Vector = {
  readonly title: string;
  readonly method: string;
  readonly pathAndQuery: string;
  readonly timestampMs: number;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly stringToSign: string;
  readonly signature: string;
  readonly headers: readonly string[];
};

const file = new URL("../../vectors/signature-v2.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Vector[] };

describe.for(cases)("vector: $title", (vector) => {
  const keys = createKeyPair(vector.accessKey, vector.secretKey);

  test("the string to sign is that of the vector", () => {
    expect(toStringToSignV2(vector, vector.accessKey)).toBe(vector.stringToSign);
  });

  test("the signature is that of the vector", () => {
    expect(toSignature(vector.stringToSign, keys.secretKey)).toBe(vector.signature);
  });

  test("the headers are those of the vector", () => {
    expect(toSignedHeaders(vector, keys)).toEqual(vector.headers);
  });
});

test("every vector is read", () => {
  expect(cases).toHaveLength(10);
});

test("a signature is 32 bytes in Base64 with padding, whatever is signed", () => {
  const { secretKey } = createKeyPair("access", "secret");

  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(toSignature(text, secretKey)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    }),
  );
});

test("each signed part changes the signature", () => {
  const signable = { method: "POST", pathAndQuery: "/api/produce", timestampMs: 1 };
  const keys = createKeyPair("access", "secret");
  const variants = [
    toSignedHeaders(signable, keys),
    toSignedHeaders({ ...signable, method: "GET" }, keys),
    toSignedHeaders({ ...signable, pathAndQuery: "/api/produce?" }, keys),
    toSignedHeaders({ ...signable, timestampMs: 2 }, keys),
    toSignedHeaders(signable, createKeyPair("access2", "secret")),
    toSignedHeaders(signable, createKeyPair("access", "secret2")),
  ];

  expect(new Set(variants.map((headers) => headers.at(-1))).size).toBe(6);
});

test("a key pair does not reveal its secret as JSON", () => {
  const { ncloudAccessKey, ncloudSecretKey } = secretsInUse;

  const { secretKey } = createKeyPair(ncloudAccessKey, ncloudSecretKey);

  hear(secretKey, String(secretKey));
  expect(JSON.stringify(secretKey)).toBe("{}");
});

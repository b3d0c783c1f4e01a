import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { verifierNamed } from "../../../support/sources.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

const linear = verifierNamed("linear");

/** Makes a delivery with Linear's signature for any body. */
function verify(body: string) {
  const signature = createHmac("sha256", secretsInUse.provider).update(body).digest("hex");
  const headers = new Map([["linear-signature", signature]]);
  const verification = linear.verify({ headers, body: Buffer.from(body) }, [secretsInUse.provider]);
  hear(verification);
  return verification;
}

describe("a signed delivery of Linear", () => {
  test("a delivery is accepted with the time in its body, in milliseconds", () => {
    expect(verify('{"webhookTimestamp":1700000000123}')).toEqual({
      ok: true,
      secretIndex: 0,
      timestampMs: 1_700_000_000_123,
    });
  });

  test.for([
    ["is missing", "{}"],
    ["is null", '{"webhookTimestamp":null}'],
    ["is negative", '{"webhookTimestamp":-1700000000123}'],
    ["has a fraction", '{"webhookTimestamp":1700000000123.5}'],
    ["has an exponent", '{"webhookTimestamp":1.7e12}'],
    ["has 14 digits", '{"webhookTimestamp":17000000001234}'],
    ["has words before it", '{"webhookTimestamp":"at 1700000000123"}'],
    ["has words behind it", '{"webhookTimestamp":"1700000000123 ms"}'],
    ["stands elsewhere", '{"data":{"webhookTimestamp":1700000000123}}'],
    ["stands in no JSON", '"webhookTimestamp":1700000000123'],
  ] as const)("a delivery whose time %s is refused", ([, body]) => {
    expect(verify(body)).toEqual({ ok: false, reason: "the body holds no webhookTimestamp" });
  });
});

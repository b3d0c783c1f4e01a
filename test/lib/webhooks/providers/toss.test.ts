import { describe, expect, test } from "vitest";
import { createToss } from "../../../../lib/webhooks/providers/toss.ts";
import { hear } from "../../../support/spoken.ts";

/** A security key has this form. It is nobody's. */
const key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const time = "2024-09-05T12:19:21+09:00";
const body = '{"eventType":"payout.changed"}';
// printf %s BODY:TIME | openssl dgst -sha256 -hmac KEY -binary | base64
const byText = "HqA83fY6cYSZC12Pg/i7qekAWgC1I7FbHtZFZdAvrrE=";
// printf %s BODY:TIME | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -binary | base64
const byBytes = "j1TSiymH972zQj5G5lym52/meljaTEBsry86wTYUm3k=";
// The two signatures of the document's example, which are of another body and key.
const [first, second] = [
  "TvgZ2rrdPJvzhDBOej8UMybv0SHufgwdiv6+OzANJd4=",
  "/CSvw0DpqBaCVxUAEbzG2Q/7O9V6epYWyKzwavm4MU4=",
];

function verify(signature: string, secret = key, given: { body?: string; time?: string } = {}) {
  const headers = new Map([
    ["tosspayments-webhook-signature", signature],
    ["tosspayments-webhook-transmission-time", given.time ?? time],
  ]);
  const verification = createToss().verify({ headers, body: Buffer.from(given.body ?? body) }, [
    secret,
  ]);
  hear(verification);
  return verification;
}

describe("the signature of Toss Payments", () => {
  test.for([
    ["alone", `v1:${byText}`],
    ["before another", `v1:${byText},v1:${second}`],
    ["behind another", `v1:${first},v1:${byText}`],
    ["behind another and without its own prefix", `v1:${first},${byText}`],
    ["behind a blank", `v1:${first}, v1:${byText}`],
    ["made with the key's bytes", `v1:${byBytes},v1:${first}`],
  ] as const)("a signature %s is accepted", ([, signature]) => {
    expect(verify(signature)).toEqual({
      ...{ ok: true, secretIndex: 0, timestampMs: Date.UTC(2024, 8, 5, 3, 19, 21) },
    });
  });

  test.for([
    ["of another body and key", `v1:${first},v1:${second}`],
    ["that is missing", ""],
    ["of no Base64", "v1:a,v1:b"],
    ["of more than 20", Array(21).fill(`v1:${byText}`).join(",")],
  ] as const)("a signature %s is refused", ([, signature]) => {
    expect(verify(signature).ok).toBe(false);
  });

  test("another body, time or key is refused", () => {
    const signature = `v1:${byText},v1:${byBytes}`;

    expect(verify(signature, key, { body: `${body} ` }).ok).toBe(false);
    expect(verify(signature, key, { time: "2024-09-05T12:19:22+09:00" }).ok).toBe(false);
    expect(verify(signature, key.replace("0", "1")).ok).toBe(false);
  });

  test("a key that is no hex is not read as hex, where it would be shorter or empty", () => {
    // printf %s BODY:TIME | openssl dgst -sha256 -hmac '' -binary | base64
    const byNothing = "sbpD5DM8i2NNuKhIQQil7BEDbh1QOt6q0zbaA2OTk1k=";

    expect(verify(`v1:${byNothing}`, "zz").ok).toBe(false);
    expect(verify(`v1:${byNothing}`, "a secret of twenty letters").ok).toBe(false);
  });
});

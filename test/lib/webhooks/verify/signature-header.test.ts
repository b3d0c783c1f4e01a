import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HmacAlgorithm, hmac } from "../../../../lib/webhooks/verify/signature.ts";
import {
  createSignatureVerifier,
  type SignatureForm,
} from "../../../../lib/webhooks/verify/signature-header.ts";
import { hear, secretsInUse } from "../../../support/spoken.ts";

const body = Buffer.from('{"order":"A-1","total":12.50}');
const sha256 = "f2e354c9b016e239170b2a772e953d821e7f4bbe408b47f104be927eb680dbd2";
const sha512 =
  "21feb0cdb6c29ed2b96109b0991fb499e5df8e6cd3d47e1cc29462f932736a4c" +
  "8230a8fed1dba9cb5d4a165e0afbfa7ce4d0127dc06fc98f826c4ec61fe96541";
const sha512Base64 =
  "If6wzbbCntK5YQmwmR+0meXfjmzT1H4cwpRi+TJzakyCMKj+0dupy11KFl4K+/p8" + "5NASfcBvyY+CbE7GH+llQQ==";

type Given = {
  readonly algorithm?: HmacAlgorithm;
  readonly form?: Partial<SignatureForm>;
  readonly body?: Uint8Array;
  readonly secrets?: readonly string[];
};

function verify(signature: string, given: Given = {}) {
  const { algorithm = "sha256", form = {}, secrets = [secretsInUse.hmac] } = given;
  const verifier = createSignatureVerifier({ header: "x-signature", ...form }, hmac(algorithm));
  const headers = new Map([["x-signature", signature]]);
  const verification = verifier.verify({ headers, body: given.body ?? body }, secrets);
  hear(verification);
  return verification;
}

describe("an HMAC in a header", () => {
  // printf '%s' '{"order":"A-1","total":12.50}' | openssl dgst -sha256 -hmac <secret> [-binary | base64]
  test.for([
    ["sha1", "hex", "5d86a0c25697db7e792756cda9881ecad4ddc24f"],
    ["sha1", "base64", "XYagwlaX2355J1bNqYgeytTdwk8="],
    ["sha256", "hex", sha256],
    ["sha256", "base64", "8uNUybAW4jkXCyp3LpU9gh5/S75Ai0fxBL6SfraA29I="],
    ["sha512", "hex", sha512],
    ["sha512", "base64", sha512Base64],
  ] as const)(
    "an HMAC %s in %s made by openssl is accepted",
    ([algorithm, encoding, signature]) => {
      const verification = verify(signature, { algorithm, form: { encoding } });

      expect(verification).toEqual({ ok: true, secretIndex: 0 });
    },
  );

  test("an HMAC of an empty body is accepted", () => {
    const signature = "61789a1f9829b5701e59b6bd890cb88e52299a525da9aad1adf6ec4e7640dc82";

    const verification = verify(signature, { body: Buffer.alloc(0) });

    expect(verification).toEqual({ ok: true, secretIndex: 0 });
  });

  test.for([
    [20, true],
    [21, false],
  ] as const)("an HMAC among %i signatures is accepted: %s", ([count, ok]) => {
    const others = Array.from({ length: count - 1 }, () => "00".repeat(32));

    const verification = verify([...others, sha256].join(","), { form: { separator: "," } });

    const reason = "the header x-signature holds over 20 signatures";
    expect(verification).toEqual(ok ? { ok, secretIndex: 0 } : { ok, reason });
  });

  test("a missing time is refused with the name of its header", () => {
    const form = { template: "{timestamp}.{body}", timestampHeader: "x-time" };

    expect(verify(sha256, { form })).toEqual({
      ok: false,
      reason: "the header x-time is missing",
    });
  });

  test("a verifier names its header and says that it covers the body", () => {
    const verifier = createSignatureVerifier({ header: "x-signature" }, hmac("sha256"));

    expect(verifier).toMatchObject({
      ...{ covers: "body", proofHeaders: ["x-signature"], signsTime: false },
    });
    expect(verifier.signedHeader).toBe(undefined);
  });

  test.for([` ${sha256}`, `${sha256} `, "sha256"])(
    "a header that is not exactly one signature is refused: %j",
    (value) => {
      expect(verify(value)).toEqual({
        ok: false,
        reason: "the header x-signature holds no <hex of 32 bytes>",
      });
    },
  );

  test("an empty header is missing", () => {
    expect(verify("")).toEqual({ ok: false, reason: "the header x-signature is missing" });
  });

  test("an HMAC is read after the prefix of the options", () => {
    const verification = verify(`v0=${sha256}`, { form: { prefix: "v0=" } });

    expect(verification).toEqual({ ok: true, secretIndex: 0 });
  });

  test.for([
    ["the second of three", ["first-secret-0000", secretsInUse.hmac, "third-secret-0000"], 1],
    ["the first of two alike", [secretsInUse.hmac, secretsInUse.hmac], 0],
  ] as const)("the position shows that %s secrets matched", ([, secrets, secretIndex]) => {
    const verification = verify(sha256, { secrets });

    expect(verification).toEqual({ ok: true, secretIndex });
  });

  test("an HMAC is refused if no secret is left", () => {
    const verification = verify(sha256, { secrets: [] });

    expect(verification).toEqual({
      ok: false,
      reason: "the proof was made with none of the 0 secrets, or the body was changed on the way",
    });
  });

  test.for([
    ["URL-safe", "8uNUybAW4jkXCyp3LpU9gh5_S75Ai0fxBL6SfraA29I="],
    ["without its padding", "8uNUybAW4jkXCyp3LpU9gh5/S75Ai0fxBL6SfraA29I"],
    ["with a spare bit set", "8uNUybAW4jkXCyp3LpU9gh5/S75Ai0fxBL6SfraA29J="],
    ["in hex", sha256],
  ] as const)("a base64 HMAC written %s is refused", ([, signature]) => {
    const verification = verify(signature, { form: { encoding: "base64" } });

    expect(verification.ok).toBe(false);
  });

  test("an HMAC without its prefix is refused with a reason that holds no digest", () => {
    const verification = verify(sha256, { form: { prefix: "sha256=" } });

    expect(verification).toEqual({
      ok: false,
      reason: "the header x-signature holds no sha256=<hex of 32 bytes>",
    });
  });

  test("an HMAC of one algorithm is not accepted as another's", () => {
    expect(verify(sha256, { algorithm: "sha512" }).ok).toBe(false);
    expect(verify(sha512, { algorithm: "sha256" }).ok).toBe(false);
  });

  test("an HMAC is refused with any bit of the body flipped", () => {
    const bits = fc.integer({ min: 0, max: body.length * 8 - 1 });
    fc.assert(
      fc.property(bits, (bit) => {
        expect(verify(sha256, { body: flipBit(body, bit) }).ok).toBe(false);
      }),
    );
  });

  test("an HMAC is refused with any bit of the digest flipped", () => {
    const digest = Buffer.from(sha256, "hex");
    for (let bit = 0; bit < 256; bit += 1) {
      expect(verify(flipBit(digest, bit).toString("hex")).ok).toBe(false);
    }
  });

  test("any header, body and secrets are verified without an exception", () => {
    const secrets = fc.array(fc.string({ minLength: 1 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.uint8Array(), secrets, (value, bytes, some) => {
        expect(verify(value, { body: bytes, secrets: some }).ok).toBe(false);
      }),
    );
  });
});

function flipBit(bytes: Uint8Array, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  const at = bit >> 3;
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (bit & 7)), at);
  return flipped;
}

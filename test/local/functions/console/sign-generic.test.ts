import { expect, test } from "vitest";
import { findSigner } from "../../../../local/functions/console/sign-webhook.ts";
import { verifierNamed } from "../../../support/sources.ts";

/** The key pair of 32 bytes 0x11, made with openssl; see https://www.rfc-editor.org/rfc/rfc8032. */
const signingKey = "\u0011".repeat(32);
const publicKeyHex = "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737";
const keyInHex = "00112233445566778899aabbccddeeff";
const timed = { timestampHeader: "X-Time" };

test.each([
  ["hmac", {}, "a secret"],
  ["hmac", { algorithm: "sha512", encoding: "base64url" }, "a secret"],
  ["hmac", { secretEncoding: "hex", encoding: "base64", prefix: "sha256=" }, keyInHex],
  ["hmac", { secretEncoding: "base64", ...timed }, "whsec_ABEiM0RVZneImaq7zN3u/w=="],
  ["hmac", { separator: ",", prefix: "v1=", timestampPrefix: "t=" }, "a secret"],
  ["hmac", { ...timed, idHeader: "X-Id", template: "{id}{timestamp}{body}" }, "a secret"],
  ["hmac", { idHeader: "X-Id", template: "v0:{id}:{body}" }, "a secret"],
  ["public-key", { algorithm: "ed25519", ...timed, template: "{timestamp}|{body}" }, publicKeyHex],
  ["public-key", { algorithm: "ed25519", encoding: "base64" }, publicKeyHex],
] as const)("the verifier %s with %j accepts what the console signs", (verifier, given, secret) => {
  const options = { header: "X-Sig", ...given };
  const source = { name: "a", verifier, options, secret, signingKey };
  const body = '{"note":"{id} {timestamp} {body} $&"}';
  const contentType = "application/json";

  const headers = findSigner(source)?.({ ...source, body, contentType, nowMs: 1_700_000_000_000 });

  const delivery = { headers: new Map(Object.entries(headers ?? {})), body: Buffer.from(body) };
  expect(verifierNamed(verifier, options).verify(delivery, [secret])).toMatchObject({ ok: true });
});

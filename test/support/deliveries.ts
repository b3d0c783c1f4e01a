import { type HttpCall, jsonCall } from "./calls.ts";

/** Made with `openssl dgst -sha256 -hmac <the secret in use>` over the body. */
export const push = {
  body:
    '{"repository":{"full_name":"octo/relay"},"n":12345678901234567890,"v":1.0,"e":1e400,' +
    '"d":1,"d":2}',
  signature: "sha256=c553a517479d475749aaefd00ef82762118d25078e85a113dba3b103a33f2f80",
  signatureOfOldSecret: "sha256=0fbcb31cc6b3f7f75216e72c01cf750cc8ba66ba547ef894eeec2f7815c91450",
  /** The first 32 digits of the body's SHA-256, from `openssl dgst -sha256`. */
  bodyHash: "4c134fd41972b9b37dc84ffd14d164eb",
};

/** A signed push of GitHub. */
export const pushCall = githubCall(push.body, push.signature);

export function githubCall(body: string, signature: string): HttpCall {
  return jsonCall("/github", body, {
    "X-GitHub-Event": "push",
    "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "X-Hub-Signature-256": signature,
  });
}

/** Makes a delivery to the source `shop`, whose HMAC has a header of its own. */
export function shopCall(
  body: string | Uint8Array,
  signature: string,
  contentType = "application/json",
): HttpCall {
  const headers = { "content-type": contentType, "x-shop-signature": signature };
  return { method: "POST", path: "/shop", body, headers };
}

/** Makes a delivery to the source `hook` of `openSource`, whose verifier is none. */
export function hookCall(body: string | Uint8Array, contentType = "application/json"): HttpCall {
  return { method: "POST", path: "/hook", body, headers: { "content-type": contentType } };
}

import { hmac, type Signing } from "../verify/signature.ts";
import { createSignatureVerifier } from "../verify/signature-header.ts";
import type { Verifier } from "../verify/verifier.ts";

/**
 * The key is a security key, which is text of hex digits. The document does not say whether the text or its bytes are the
 * key, so each is tried.
 */
function createSigning(): Signing {
  const ofText = hmac("sha256");
  const ofBytes = hmac("sha256", (secret) => Buffer.from(secret, "hex"));
  return {
    ...ofText,
    signedBy: (secret, parts) => {
      const byText = ofText.signedBy(secret, parts);
      const byBytes = ofBytes.signedBy(secret, parts);
      const isHex = /^([0-9a-f]{2}){16,}$/i.test(secret);
      return (signature) => byText(signature) || (isHex && byBytes(signature));
    },
  };
}

/**
 * Verifies the payout and seller events of Toss Payments
 * (https://docs.tosspayments.com/reference/using-api/webhook-events, read 2026-11-30). The header holds two signatures,
 * `v1:<base64>,v1:<base64>` or `v1:<base64>,<base64>`; neither form has a colon or comma within a signature.
 */
export function createToss(): Verifier {
  return createSignatureVerifier(
    {
      header: "tosspayments-webhook-signature",
      encoding: "base64",
      separator: /[:,]/,
      timestampHeader: "tosspayments-webhook-transmission-time",
      template: "{body}:{timestamp}",
    },
    createSigning(),
  );
}

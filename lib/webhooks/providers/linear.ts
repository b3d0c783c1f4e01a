import { parseDocument, scalarAt } from "../../encoding/json-document.ts";
import { hmac } from "../verify/signature.ts";
import { createSignatureVerifier } from "../verify/signature-header.ts";
import { notVerified, type Verifier } from "../verify/verifier.ts";

/** Verifies Linear's webhooks, whose signed time is in the body in milliseconds (https://linear.app/developers/webhooks, read 2026-11-30). */
export function createLinear(): Verifier {
  const signature = createSignatureVerifier({ header: "linear-signature" }, hmac("sha256"));
  return {
    ...signature,
    signsTime: true,
    verify: (delivery, secrets) => {
      const verification = signature.verify(delivery, secrets);
      if (!verification.ok) {
        return verification;
      }
      const json = parseDocument(Buffer.from(delivery.body).toString());
      const time = (json && scalarAt(json, ["webhookTimestamp"])) ?? "";
      return /^\d{1,13}$/.test(time)
        ? { ...verification, timestampMs: Number(time) }
        : notVerified("the body holds no webhookTimestamp");
    },
  };
}

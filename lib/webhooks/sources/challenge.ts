import { createHmac } from "node:crypto";
import { type JsonDocument, scalarAt } from "../../encoding/json-document.ts";
import type { ChallengeResponse } from "../../model/result.ts";

/**
 * The answer to a verified delivery that only asks whether the endpoint is its owner's, or undefined
 * for a delivery like any other. Nothing of it goes to the stream.
 */
export type Challenge = (json: JsonDocument, secret: string) => ChallengeResponse | undefined;

/** Slack docs, "url_verification event": the challenge comes back. */
export const slackChallenge: Challenge = (json) => {
  const challenge = scalarAt(json, ["challenge"]);
  return scalarAt(json, ["type"]) === "url_verification" && challenge !== undefined
    ? toChallengeResponse(200, { challenge })
    : undefined;
};

/** Zoom docs, "Validate your webhook endpoint": the token comes back with its HMAC. */
export const zoomChallenge: Challenge = (json, secret) => {
  const plainToken = scalarAt(json, ["payload", "plainToken"]);
  return scalarAt(json, ["event"]) === "endpoint.url_validation" && plainToken !== undefined
    ? toChallengeResponse(200, {
        plainToken,
        encryptedToken: createHmac("sha256", secret).update(plainToken).digest("hex"),
      })
    : undefined;
};

/** Discord docs, "Webhook Events", "Acknowledging PING requests": 204 without a body. */
export const discordChallenge: Challenge = (json) =>
  scalarAt(json, ["type"]) === "0" ? toChallengeResponse(204) : undefined;

function toChallengeResponse(status: number, body?: ChallengeResponse["body"]): ChallengeResponse {
  return { kind: "answered", status, body };
}

import { createHmac } from "node:crypto";
import { type JsonDocument, scalarAt } from "../../encoding/json-document.ts";
import type { ChallengeResponse } from "../../model/result.ts";

/**
 * Returns the response to a verified delivery that only verifies the endpoint, or undefined for any other delivery.
 * Such a delivery is not produced.
 */
export type Challenge = (json: JsonDocument, secret: string) => ChallengeResponse | undefined;

/** Returns the challenge (https://docs.slack.dev/reference/events/url_verification, read 2026-11-30). */
export const slackChallenge: Challenge = (json) => {
  const challenge = scalarAt(json, ["challenge"]);
  return scalarAt(json, ["type"]) === "url_verification" && challenge !== undefined
    ? toChallengeResponse(200, { challenge })
    : undefined;
};

/** Returns the token and its HMAC (https://developers.zoom.us/docs/api/webhooks/, "Validate your webhook endpoint"). */
export const zoomChallenge: Challenge = (json, secret) => {
  const plainToken = scalarAt(json, ["payload", "plainToken"]);
  return scalarAt(json, ["event"]) === "endpoint.url_validation" && plainToken !== undefined
    ? toChallengeResponse(200, {
        plainToken,
        encryptedToken: createHmac("sha256", secret).update(plainToken).digest("hex"),
      })
    : undefined;
};

/** Returns 204 to a PING (https://docs.discord.com/developers/events/webhook-events, "Acknowledging PING"). */
export const discordChallenge: Challenge = (json) =>
  scalarAt(json, ["type"]) === "0" ? toChallengeResponse(204) : undefined;

function toChallengeResponse(status: number, body?: ChallengeResponse["body"]): ChallengeResponse {
  return { kind: "answered", status, body };
}

import { type JsonDocument, scalarAt } from "../../encoding/json-document.ts";
import { hmacSha256 } from "../../encoding/sha256.ts";
import type { Headers } from "../../model/call.ts";
import type { ChallengeResponse } from "../../model/result.ts";
import { isToken, toResponse } from "./response.ts";

/**
 * Returns the response to a verified delivery that only verifies the endpoint, or undefined for any other delivery.
 * Such a delivery is not produced.
 */
export type ProvedChallenge = (
  json: JsonDocument,
  secret: string,
  headers: Headers,
) => ChallengeResponse | undefined;

/** Returns the challenge (https://docs.slack.dev/reference/events/url_verification, read 2026-11-30). */
export const slackChallenge: ProvedChallenge = (json) => {
  const challenge = scalarAt(json, ["challenge"]);
  return scalarAt(json, ["type"]) === "url_verification" && isToken(challenge)
    ? toResponse({ challenge })
    : undefined;
};

/** Returns the token and its HMAC (https://developers.zoom.us/docs/api/webhooks/, "Validate your webhook endpoint"). */
export const zoomChallenge: ProvedChallenge = (json, secret) => {
  const plainToken = scalarAt(json, ["payload", "plainToken"]);
  return scalarAt(json, ["event"]) === "endpoint.url_validation" && isToken(plainToken)
    ? toResponse({
        plainToken,
        encryptedToken: hmacSha256(secret, plainToken).digest("hex"),
      })
    : undefined;
};

/**
 * Returns the challenge as text
 * (https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#responding-to-a-challenge-request, read 2026-11-30). The header
 * is not signed, but only this message has a challenge.
 */
export const twitchChallenge: ProvedChallenge = (json, _, headers) => {
  const challenge = scalarAt(json, ["challenge"]);
  return headers.get("twitch-eventsub-message-type") === "webhook_callback_verification" &&
    isToken(challenge)
    ? toResponse(challenge)
    : undefined;
};

/** Returns 204 to a PING, which has no event (https://docs.discord.com/developers/events/webhook-events, "Acknowledging PING"). */
export const discordChallenge: ProvedChallenge = (json) =>
  scalarAt(json, ["type"]) === "0" && !Object.hasOwn(Object(json.value), "event")
    ? { kind: "answered", status: 204, body: undefined, headers: {} }
    : undefined;

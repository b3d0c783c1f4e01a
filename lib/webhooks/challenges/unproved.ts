import { parseJson } from "../../encoding/json-source.ts";
import { parameterOf } from "../../encoding/query.ts";
import { hmacSha256 } from "../../encoding/sha256.ts";
import { objectOf } from "../../encoding/unknown-object.ts";
import type { HttpEvent } from "../../model/call.ts";
import { type ChallengeResponse, type Refusal, refusal } from "../../model/result.ts";
import { readingsOf } from "../verify/body.ts";
import { indexOfEqual } from "../verify/equal.ts";
import { isToken, toResponse } from "./response.ts";

/** The secrets of a source that its challenge may need. */
export type ChallengeSecrets = {
  readonly secrets: readonly string[];
  readonly verifyTokens: readonly string[];
};

/** Returns the response to a request that verifies the endpoint without a proof; undefined for any other request. */
export type UnprovedChallenge = (
  request: HttpEvent,
  secrets: ChallengeSecrets,
) => ChallengeResponse | Refusal | undefined;

/** Limit of a body that is read before its sender is known: a token of 2,000 characters takes 12,000 in JSON's escapes. */
const bodyBytesMax = 16_000;
/** Limit of a domain name (https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4), with room for a scheme and a port. */
const originCharsMax = 300;
/** Limit of X's tokens, which are signed with the key of its events. */
const twitterTokenCharsMax = 200;

/**
 * Returns `hub.challenge` if the verify token is right
 * (https://developers.facebook.com/docs/graph-api/webhooks/getting-started, read 2026-11-30).
 */
export const metaChallenge: UnprovedChallenge = ({ method, query }, { verifyTokens }) => {
  const response = echo(method === "GET", query, "hub.challenge");
  const token = parameterOf(query, "hub.verify_token");
  if (parameterOf(query, "hub.mode") !== "subscribe" || token === undefined) {
    return undefined;
  }
  return response && indexOfEqual(token, verifyTokens) === -1
    ? refusal("UNAUTHENTICATED", "hub.verify_token is no verifyToken")
    : response;
};

/**
 * Returns the decoded token of a POST without a body. Notifications have a body
 * (https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks, read 2026-11-30).
 */
export const microsoftChallenge: UnprovedChallenge = ({ method, query, body }) =>
  echo(method === "POST" && isEmpty(body), query, "validationToken");

/** Returns the challenge of a GET (https://www.dropbox.com/developers/reference/webhooks, read 2026-11-30). */
export const dropboxChallenge: UnprovedChallenge = ({ method, query }) =>
  echo(method === "GET", query, "challenge");

/** Returns a parameter of the query as text, if the request fits and has a bounded one. */
function echo(fits: boolean, query: string, name: string): ChallengeResponse | undefined {
  const token = fits ? parameterOf(query, name) : undefined;
  return isToken(token) ? toResponse(token) : undefined;
}

/**
 * Permits a sender to deliver. Its callback is never called, because anyone may name one
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md#4-abuse-protection, read 2026-11-30).
 */
export const cloudEventsChallenge: UnprovedChallenge = ({ method, headers }) => {
  const origin = headers.get("webhook-request-origin") ?? "";
  return method === "OPTIONS" && /^[!-~]+$/.test(origin) && origin.length <= originCharsMax
    ? toResponse("", {
        "webhook-allowed-origin": origin,
        "webhook-allowed-rate": "*",
        allow: "POST",
      })
    : undefined;
};

/** Returns the header's value (https://developer.okta.com/docs/concepts/event-hooks/, read 2026-11-30). */
export const oktaChallenge: UnprovedChallenge = ({ method, headers }) => {
  const verification = headers.get("x-okta-verification-challenge");
  return method === "GET" && isToken(verification) ? toResponse({ verification }) : undefined;
};

/**
 * Returns the token's HMAC, made with the first secret
 * (https://docs.x.com/x-api/webhooks/quickstart, "Challenge-Response Checks", read 2026-11-30).
 */
export const twitterChallenge: UnprovedChallenge = ({ method, query }, { secrets }) => {
  const token = method === "GET" ? parameterOf(query, "crc_token") : undefined;
  const [secret] = secrets;
  if (token === undefined || secret === undefined || !isTwitterToken(token)) {
    return undefined;
  }
  const hmac = hmacSha256(secret, token).digest("base64");
  return toResponse({ response_token: `sha256=${hmac}` });
};

/**
 * Tells whether the signature of a body can be the response to a challenge. An empty body counts too, because a
 * template may add characters of a token to it.
 */
export function couldBeTwitterToken(body: Uint8Array): boolean {
  const isShort = body.length <= twitterTokenCharsMax;
  return body.length === 0 || (isShort && isTwitterToken(Buffer.from(body).toString()));
}

/** No JSON object has this form, so that a challenge signs no event. */
function isTwitterToken(text: string): boolean {
  return /^[\w-]+$/.test(text) && text.length <= twitterTokenCharsMax;
}

/** Returns the challenge of a body that holds nothing else than it and the sender's token and type. */
export const jsonChallenge: UnprovedChallenge = ({ method, headers, body }) => {
  const readings =
    method === "POST" ? readingsOf(body, headers.get("content-type") ?? "", "auto") : [];
  for (const bytes of readings) {
    const value =
      bytes.length > bodyBytesMax ? undefined : parseJson(Buffer.from(bytes).toString());
    const { challenge, token: _, type: __, ...others } = objectOf(value);
    if (isToken(challenge) && Object.keys(others).length === 0) {
      return toResponse({ challenge });
    }
  }
  return undefined;
};

function isEmpty(body: HttpEvent["body"]): boolean {
  return body.kind === "exact"
    ? body.bytes.length === 0
    : body.kind === "unflagged" && body.text === "";
}

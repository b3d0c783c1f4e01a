import { isText } from "../../encoding/unknown-object.ts";
import type { ChallengeResponse } from "../../model/result.ts";

/** Limit of a token that is returned, in characters. Documented tokens have a few hundred at most. */
const tokenCharsMax = 2_000;

export function isToken(text: unknown): text is string {
  return isText(text) && text !== "" && text.length <= tokenCharsMax;
}

/** Browsers neither guess another type nor keep the response, so that a token is never taken for a page or a script. */
const asText = { "x-content-type-options": "nosniff", "cache-control": "no-store" };

/** Makes a response of text, or of the members of a JSON object. */
export function toResponse(
  body: ChallengeResponse["body"],
  headers: ChallengeResponse["headers"] = {},
): ChallengeResponse {
  return { kind: "answered", status: 200, body, headers: { ...asText, ...headers } };
}

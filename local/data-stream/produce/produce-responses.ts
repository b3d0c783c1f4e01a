import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse } from "../../http/response.ts";

/**
 * Maps HTTP status to code and message of the API gateway's own errors:
 * https://api-gov.ncloud-docs.com/docs/api-call-lgc-errorhandling (read 2026-11-30). The 403 is from the overview of
 * the API Gateway.
 */
const gatewayErrors: ReadonlyMap<number, readonly [errorCode: string, message: string]> = new Map([
  [400, ["100", "Bad Request Exception"]],
  [401, ["200", "Authentication Failed"]],
  [403, ["230", "Forbidden"]],
  [404, ["300", "Not Found Exception"]],
  [413, ["430", "Request Entity Too Large"]],
  [429, ["400", "Quota Exceeded"]],
  [500, ["900", "Unexpected Error"]],
  [503, ["500", "Endpoint Error"]],
  [504, ["510", "Endpoint Timeout"]],
]);

export const acknowledgedResponse = documentedResponse(200, "OK");

/** The response to a throttled caller. No page documents it: 429 with the gateway's own code is an assumption. */
export const throttledResponse = jsonResponse(429, {
  error: {
    errorCode: "410",
    message: "Throttle Limited",
    details: "The partition takes no more bytes now.",
  },
});

/**
 * Returns a response in the form of the produce API. The page's table calls `status` a number and its example shows
 * text, so this follows the example: https://api.ncloud-docs.com/docs/datastream-postproduce (read 2026-11-30).
 */
export function documentedResponse(status: number, detail: string): OutgoingResponse {
  return jsonResponse(status, { status: String(status), detail });
}

export function gatewayError(status: number, details: string): OutgoingResponse {
  const [errorCode, message] = gatewayErrors.get(status) ?? ["900", "Unexpected Error"];
  return jsonResponse(status, { error: { errorCode, message, details } });
}

/** Returns the response for a scripted status when the script gives no body of its own. */
export function defaultFaultResponse(status: number): OutgoingResponse {
  if (status === 200) {
    return acknowledgedResponse;
  }
  return gatewayErrors.has(status)
    ? gatewayError(status, "A fault of the emulator's script.")
    : documentedResponse(status, "A fault of the emulator's script.");
}

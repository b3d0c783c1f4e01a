import type { ReceivedResponse } from "../effects/transport.ts";
import { isText } from "../encoding/unknown-object.ts";

type Headers = ReceivedResponse["headers"];

/**
 * Returns the id by which NAVER Cloud knows a request, which is foreign text. The pages of 24 November 2026 name the
 * first header (https://api.ncloud-docs.com/docs/pub-data-stream-v1-overview, read 2026-11-30), the gateway's own
 * answers were seen with the second one.
 */
export function requestIdOf(headers: Headers): string | undefined {
  const id = headers["x-ncp-request-id"] || headers["x-ncp-apigw-request-id"];
  return isText(id) ? id : undefined;
}

/** Returns the id if it is a UUID or another hexadecimal number, so that no echo of a key reaches a log line. */
export function printableRequestIdOf(headers: Headers): string | undefined {
  const id = requestIdOf(headers);
  return id !== undefined && /^[\dA-Fa-f-]{8,64}$/.test(id) ? id : undefined;
}

import type { HttpEvent } from "../model/call.ts";
import type { CallResult } from "../model/result.ts";
import type { HttpReply } from "./http-reply.ts";

/**
 * The HTTP part of a function that is not served over HTTP: it reads nothing of a request but the method, because the
 * response is 404 to each. In such an artifact the build puts this module in the place of `http-request.ts` and
 * `http-reply.ts`, whose names it has.
 */
function unread(_request: unknown, method: string): HttpEvent {
  return {
    ...{ kind: "http", method, path: "", query: "", headers: new Map() },
    body: { kind: "malformed" },
  };
}

export { unread as readFetchRequest, unread as readLambdaRequest, unread as readOpenWhiskRequest };

export function toHttpReply({ ending }: CallResult): HttpReply {
  const reason = "reason" in ending ? ending.reason : "";
  return {
    statusCode: 404,
    headers: { "content-type": "application/json" },
    body: { status: "refused", reason },
  };
}

export const toBodyText: (body: HttpReply["body"]) => string = JSON.stringify;

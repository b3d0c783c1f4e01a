import type { IncomingMessage, ServerResponse } from "node:http";

export type OutgoingResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
};

export function jsonResponse(status: number, value: unknown): OutgoingResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}

/** Returns the control API's response to a request that it cannot carry out. */
export function problemResponse(status: number, error: string): OutgoingResponse {
  return jsonResponse(status, { error });
}

export function withHeaders(
  outgoing: OutgoingResponse,
  headers: Readonly<Record<string, string>>,
): OutgoingResponse {
  return { ...outgoing, headers: { ...outgoing.headers, ...headers } };
}

/** Adds the Date header with the clock that the timestamp was compared with: callers correct their clocks by it. */
export function withDate(outgoing: OutgoingResponse, nowMs: number): OutgoingResponse {
  return { ...outgoing, headers: { date: new Date(nowMs).toUTCString(), ...outgoing.headers } };
}

export function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  outgoing: OutgoingResponse,
): void {
  response.writeHead(outgoing.status, outgoing.headers);
  response.end(request.method === "HEAD" ? undefined : outgoing.body);
}

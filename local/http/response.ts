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
export function withDate({ status, headers, body }: OutgoingResponse, nowMs: number) {
  return { status, headers: { date: toHttpDate(nowMs), ...headers }, body };
}

const secondMs = 1_000;
/** The last second that was written, because many responses fall into one. */
let lastDate = { second: Number.NaN, text: "" };

export function toHttpDate(epochMs: number): string {
  const second = Math.floor(epochMs / secondMs);
  if (second !== lastDate.second) {
    lastDate = { second, text: new Date(epochMs).toUTCString() };
  }
  return lastDate.text;
}

export function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  outgoing: OutgoingResponse,
): void {
  const { status, headers, body } = outgoing;
  if (request.method === "HEAD" || status < 200 || bodiless.includes(status)) {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  // With its length the response is one write. Without it Node.js sends it in chunks.
  response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}

/** Statuses whose responses have no content (https://www.rfc-editor.org/rfc/rfc9110#section-6.4.1). */
const bodiless = [204, 304];

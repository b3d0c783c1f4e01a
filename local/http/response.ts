import type { IncomingMessage, ServerResponse } from "node:http";

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
};

export function jsonAnswer(status: number, value: unknown): Answer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}

/** What the control API says when it cannot do what was asked. */
export function problem(status: number, error: string): Answer {
  return jsonAnswer(status, { error });
}

export function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The Date header is the clock that the timestamp was compared with: callers correct theirs by it. */
export function dated(answer: Answer, nowMs: number): Answer {
  return { ...answer, headers: { date: new Date(nowMs).toUTCString(), ...answer.headers } };
}

export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, answer.headers);
  response.end(request.method === "HEAD" ? undefined : answer.body);
}

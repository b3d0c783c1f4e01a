import type { FunctionCall } from "../../../../local/functions/host/function-call.ts";

type Told = Partial<FunctionCall> & {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Makes a finished call of webhook by the source github, which delivered its event. */
export function finishedCall(
  id: string,
  { body = "{}", headers, ...told }: Told = {},
): FunctionCall {
  return {
    ...{ id, startedMs: 1_700_000_000_000, durationMs: 12, function: "webhook", trigger: "http" },
    source: "github",
    request: {
      ...{ method: "POST", path: "/webhook/github", query: "" },
      headers: { "content-type": "application/json", ...headers },
      body: Buffer.from(body),
    },
    reply: jsonReply(200, '{"status":"delivered","n":1.0}'),
    logLines: [{ level: "info", message: "call ended", ending: "delivered" }],
    ...{ callerGone: false, requestIds: [], cursors: [] },
    ...told,
  };
}

export function jsonReply(status: number, text: string) {
  return { status, headers: { "content-type": "application/json" }, body: Buffer.from(text) };
}

/** A call whose signature does not fit its secret. */
export function refusedCall(id: string): FunctionCall {
  const ended = { level: "warn", message: "call ended", ending: "refused" };
  return finishedCall(id, {
    headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` },
    reply: jsonReply(401, '{"status":"refused"}'),
    logLines: [
      {
        ...ended,
        ...{ code: "UNAUTHENTICATED", reason: "source github: the signature is wrong" },
        page: "docs/troubleshooting.md#UNAUTHENTICATED",
      },
    ],
  });
}

import type { FunctionCall, FunctionRequest } from "../../../local/functions/host/function-call.ts";

export const calledMs = 1_700_000_000_000;

type Told = Partial<FunctionCall> & { readonly body?: string | Uint8Array };

/** Makes a finished call of the function webhook, which delivered its event. */
export function webhookCall(id: string, { body = "{}", ...told }: Told = {}): FunctionCall {
  return {
    ...{ id, startedMs: calledMs, durationMs: 12, function: "webhook", trigger: "http" },
    source: "github",
    request: requestOf({ body: Buffer.from(body as string) }),
    reply: replyOf(200, { status: "delivered" }),
    logLines: [{ level: "info", message: "call ended", ending: "delivered" }],
    ...{ callerGone: false, requestIds: [], cursors: [] },
    ...told,
  };
}

export function requestOf(told: Partial<FunctionRequest> = {}): FunctionRequest {
  return {
    ...{ method: "POST", path: "/webhook/github", query: "" },
    headers: { "content-type": "application/json" },
    body: Buffer.from("{}"),
    ...told,
  };
}

export function replyOf(status: number, value: unknown) {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** Makes the last log line of a call that was refused because of its signature. */
export function refusedLine(reason: string) {
  return {
    ...{ level: "warn", message: "call ended", ending: "refused", code: "UNAUTHENTICATED", reason },
    page: "docs/troubleshooting.md#UNAUTHENTICATED",
  };
}

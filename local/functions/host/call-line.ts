import { isObject } from "../../data-stream/control/checked-input.ts";
import { printableJson } from "../../data-stream/control/printable.ts";
import type { FunctionCall } from "./function-call.ts";

type LogLine = FunctionCall["logLines"][number];

/** Returns the outcome of a call, in the words of the function's own log. */
type Summary = {
  readonly status?: number;
  /** Such as `delivered`, `stored`, `refused` or `failed`. */
  readonly outcome: string;
  readonly reason?: string;
};

const shownCharactersMax = 300;
const labelCharactersMax = 60;
const functionWidth = 18;
const warningsMax = 20;

/** The headers in which senders name the kind of an event. */
const kindHeaders = [
  ...["x-github-event", "x-gitlab-event", "x-event-key", "linear-event", "x-shopify-topic"],
  ...["ce-type", "x-event-type"],
];
const kindFields = ["type", "event_type", "event", "webhookEvent", "eventType"];

/** Returns the terminal's lines for a call: what it came to, then what the function warned of. */
export function callLines(call: FunctionCall): readonly string[] {
  const { status, outcome, reason } = summaryOf(call);
  const [first, ...others] = call.cursors;
  const records =
    first === undefined ? "" : ` ${first}${others.length > 0 ? ` and ${others.length} more` : ""}`;
  const words = [
    ...(status === undefined || status < 400 ? [] : [String(status)]),
    `${outcome}${records}${reason === undefined ? "" : `: ${reason}`}`,
  ];
  const gone = call.callerGone ? "  (the caller had hung up)" : "";
  const label = labelOf(call).padEnd(functionWidth);
  const line = `${clock(call)}  ${label}  → ${words.join(" ")}  ${call.durationMs} ms${gone}`;
  return [line, ...warningsOf(call)].map((text) => text.replace(/[\p{Cc}\p{Cf}]/gu, "?"));
}

/** Returns the line of `--json` for a call. It holds no header and no body, which may hold secrets. */
export function callJson(call: FunctionCall): string {
  const { startedMs, id, trigger, source, durationMs, cursors, requestIds, callerGone } = call;
  return printableJson({
    type: "call",
    at: new Date(startedMs).toISOString(),
    ...{ id, function: call.function, trigger, source },
    ...(call.request && { method: call.request.method, kind: kindOf(call) }),
    ...summaryOf(call),
    ...{
      failure: call.failure,
      records: cursors,
      requests: requestIds,
      ms: durationMs,
      callerGone,
    },
    log: call.logLines.filter(isShown).slice(0, warningsMax).map(textOf),
  });
}

function clock({ startedMs }: FunctionCall): string {
  return new Date(startedMs).toTimeString().slice(0, 8);
}

/** Names a webhook by its source and kind of event, and any other call by its function and cause. */
function labelOf(call: FunctionCall): string {
  const { source, trigger, request } = call;
  const cause = request === undefined ? trigger : (kindOf(call) ?? request.method);
  const text = `${request === undefined ? call.function : (source ?? call.function)} ${cause}`;
  return text.slice(0, labelCharactersMax);
}

/** Returns the kind of the event as its sender names it. */
function kindOf({ request }: FunctionCall): string | undefined {
  if (request === undefined || request.method !== "POST") {
    return undefined;
  }
  const header = kindHeaders.find((name) => request.headers[name] !== undefined);
  return header === undefined ? kindInBody(request.body) : request.headers[header];
}

function kindInBody(body: Uint8Array): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString());
    const fields = isObject(value) ? value : {};
    const name = kindFields.find((field) => typeof fields[field] === "string");
    return name === undefined ? undefined : String(fields[name]).slice(0, labelCharactersMax);
  } catch {
    return undefined;
  }
}

/** The function logs its ending last. A function of one's own may log nothing, and then its reply tells. */
function summaryOf(call: FunctionCall): Summary {
  const { reply, failure } = call;
  const status = "status" in reply ? { status: reply.status } : {};
  if (failure !== undefined) {
    return { ...status, outcome: "failed", reason: `${failure}: ${failureReason(reply)}` };
  }
  const ended = call.logLines.findLast(({ message }) => message === "call ended");
  return { ...status, ...(ended === undefined ? fromReply(reply) : fromLog(ended)) };
}

function fromLog({ ending, reason, code }: LogLine): Summary {
  const outcome = outcomes[String(ending)] ?? String(ending);
  // The source stands at the beginning of the line already.
  const said = [reason, code].find((text): text is string => typeof text === "string");
  const cause = said?.replace(/^source [^:]+: /, "").slice(0, shownCharactersMax);
  return { outcome, ...(cause !== undefined && { reason: cause }) };
}

const outcomes: Readonly<Record<string, string>> = {
  healthy: "ok",
  answered: "answered a challenge",
  faulted: "failed",
  unavailable: "failed",
  notAttempted: "not attempted",
};

const countNames = ["delivered", "stored", "ignored", "refused", "failed", "notAttempted"];

/** The counts of a result, or the class of a status. */
function fromReply(reply: FunctionCall["reply"]): Summary {
  if ("status" in reply) {
    return { outcome: reply.status < 400 ? `answered ${reply.status}` : "failed" };
  }
  const { result } = reply;
  const counts = isObject(result) ? Object.entries(result) : [];
  const shown = counts
    .filter(([name, value]) => countNames.includes(name) && Number(value) > 0)
    .map(([name, value]) => `${value} ${name}`);
  return { outcome: shown.length === 0 ? "nothing to do" : shown.join(", ") };
}

function failureReason(reply: FunctionCall["reply"]): string {
  const body: unknown = "status" in reply ? parse(reply.body) : reply.result;
  const error = isObject(body) ? body["error"] : undefined;
  return String(error).split("\n")[0]?.slice(0, shownCharactersMax) ?? "";
}

function parse(body: Uint8Array): unknown {
  return JSON.parse(Buffer.from(body).toString());
}

function warningsOf({ logLines }: FunctionCall): readonly string[] {
  const shown = logLines.filter(isShown);
  const lines = shown.slice(0, warningsMax).map((line) => `            ${textOf(line)}`);
  return shown.length > warningsMax
    ? [...lines, `            and ${shown.length - warningsMax} more lines`]
    : lines;
}

/** Shows what is no matter of routine. The ending of a call is in its own line. */
function isShown({ level, message }: LogLine): boolean {
  return level !== "info" && message !== "call ended";
}

function textOf({ level, message, reason }: LogLine): string {
  const cause = reason === undefined ? "" : ` (${reason})`;
  const text = `${level === undefined ? "" : `${level}: `}${message}${cause}`;
  return text.slice(0, shownCharactersMax);
}

import { isObject } from "../data-stream/control/checked-input.ts";
import type { CallFailure, FunctionCall } from "../functions/host/function-call.ts";
import type { Outcome } from "./delivery.ts";

/** The end of a call, from its last log line or else from its reply. */
export type CallEnding = {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly reason?: string;
  readonly page?: string;
};

/** Maps the endings of the log and the statuses of replies to outcomes. */
const outcomeOf: Readonly<Record<string, Outcome>> = {
  delivered: "delivered",
  stored: "stored",
  ignored: "ignored",
  healthy: "answered",
  ok: "answered",
  answered: "answered",
  refused: "refused",
  faulted: "failed",
  unavailable: "failed",
  notAttempted: "failed",
  failed: "failed",
};

const failureReasons: Readonly<Record<CallFailure, string>> = {
  crashed: "The function's process ended before it returned a result.",
  "timed-out": "The function did not return within its time limit, so its process was ended.",
  "too-large": "The request or the result is larger than NAVER Cloud takes (1 MiB).",
  "too-many-calls": "Too many calls of the function wait at once.",
  "not-started": "The function's process did not start: the terminal says why.",
};

export function endingOf(call: FunctionCall): CallEnding {
  if (call.failure !== undefined) {
    return { outcome: "failed", reason: failureReasons[call.failure] };
  }
  return endingFromLog(call) ?? endingFromReply(call.reply);
}

function endingFromLog({ logLines }: FunctionCall): CallEnding | undefined {
  const last = logLines.findLast(({ message }) => message === "call ended");
  const outcome = last && outcomeNamed(last["ending"]);
  if (last === undefined || outcome === undefined) {
    return undefined;
  }
  const said = (name: string) => {
    const value = last[name];
    return typeof value === "string" && value !== "" ? { [name]: value } : {};
  };
  return { outcome, ...said("code"), ...said("reason"), ...said("page") };
}

/** Reads the reply, for functions whose log level hides the last line, and for one's own. */
function endingFromReply(reply: FunctionCall["reply"]): CallEnding {
  const { statusCode, error, body } = "result" in reply ? fieldsOf(reply.result) : {};
  const status = "result" in reply ? statusCode : reply.status;
  const content = fieldsOf("result" in reply ? body : parse(reply.body));
  const reason = [content["reason"], error].find((text) => typeof text === "string");
  const said = reason === undefined ? {} : { reason: String(reason) };
  const outcome = outcomeNamed(content["status"]);
  if (outcome !== undefined) {
    return { outcome, ...said };
  }
  if (error !== undefined || (typeof status === "number" && status >= 500)) {
    return { outcome: "failed", ...said };
  }
  return typeof status === "number" && status >= 400
    ? { outcome: "refused", ...said }
    : { outcome: "answered", ...said };
}

function outcomeNamed(name: unknown): Outcome | undefined {
  return typeof name === "string" && Object.hasOwn(outcomeOf, name) ? outcomeOf[name] : undefined;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

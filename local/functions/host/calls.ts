import { randomBytes } from "node:crypto";
import { isObject } from "../../data-stream/control/checked-input.ts";
import type {
  CallFailure,
  CallTrigger,
  FunctionCall,
  FunctionReply,
  FunctionRequest,
} from "./function-call.ts";
import type { HostedFunction, HostOptions } from "./host-options.ts";
import { toParsedHttp } from "./parsed-http.ts";
import type { Activation } from "./process/function-process.ts";
import type { ProcessPool } from "./process/process-pool.ts";
import { jsonReply, toRawHttp, toReply } from "./raw-http.ts";
import type { Route } from "./routes.ts";

export type RunningFunction = HostedFunction & { readonly pool: ProcessPool };

type HttpRoute = Extract<Route, { readonly kind: "http" }>;
type Caller = { readonly isGone: () => boolean };
type Received = Caller & { readonly request: FunctionRequest };
type Invocation = {
  readonly name: string;
  readonly event: Readonly<Record<string, unknown>>;
  readonly trigger: CallTrigger;
};

export type Calls = {
  readonly overHttp: (call: Received & { readonly route: HttpRoute }) => Promise<FunctionReply>;
  readonly byHand: (call: Caller & Omit<Invocation, "trigger">) => Promise<FunctionReply>;
  readonly invoke: (call: Invocation) => Promise<FunctionCall | undefined>;
  readonly refuseTooLarge: (call: Received & { readonly name: string }) => FunctionReply;
};

/** A function that does not answer within a minute is ended, as NAVER Cloud does by default; one of HTTP sooner. */
const timeoutMsDefault = 60_000;
const httpTimeoutMsDefault = 10_000;
const parametersBytesMax = 1_048_576;

const statusOf: Readonly<Record<CallFailure, number>> = {
  crashed: 502,
  "timed-out": 502,
  "not-started": 502,
  "too-large": 413,
  "too-many-calls": 429,
};

type Facts = Pick<FunctionCall, "function" | "trigger" | "source" | "request" | "event">;
type CallsOptions = Pick<HostOptions, "onCall" | "fixedParameters"> & {
  readonly now: () => number;
  readonly find: (name: string) => RunningFunction | undefined;
};

/** Creates the calls of functions: parameters in, one activation, its reply out, and a record of all that. */
export function createCalls({ onCall, fixedParameters, now, find }: CallsOptions): Calls {
  const run = async (
    found: RunningFunction,
    facts: Facts,
    { parameters, isGone }: Caller & { readonly parameters: Readonly<Record<string, unknown>> },
  ): Promise<FunctionCall> => {
    const [id, startedMs, startMark] = [newActivationId(), now(), performance.now()];
    const usualMs = found.triggers.http === true ? httpTimeoutMsDefault : timeoutMsDefault;
    const activation = await found.pool.run({
      id,
      parameters: { ...found.parameters, ...parameters, ...fixedParameters },
      timeoutMs: found.timeoutMs ?? usualMs,
    });
    const call = {
      ...{ id, startedMs, durationMs: Math.round(performance.now() - startMark), ...facts },
      ...toAnswer(activation, id, facts),
      logLines: activation.logLines,
      callerGone: isGone(),
      requestIds: activation.requests.map((request) => request.id),
      cursors: activation.requests.flatMap(({ cursor }) => (cursor === undefined ? [] : [cursor])),
    };
    onCall(call);
    return call;
  };
  const invoke = async ({ name, event, trigger, isGone }: Invocation & Caller) => {
    const found = find(name);
    return found && run(found, { function: name, trigger, event }, { parameters: event, isGone });
  };
  return {
    async overHttp({ route: { name, path }, request, isGone }) {
      const found = find(name);
      if (found === undefined) {
        return goneReply(name);
      }
      const facts = { function: name, trigger: "http", ...toSource(path), request } as const;
      const parameters =
        found.rawHttp === false
          ? toParsedHttp(request, path, found.parameters)
          : toRawHttp(request, path);
      if (parameters === undefined) {
        return jsonReply(400, { error: parametersNotAllowed, code: newActivationId() });
      }
      return replyOf(await run(found, facts, { parameters, isGone }));
    },
    async byHand({ name, event, isGone }) {
      const call = await invoke({ name, event, trigger: "by-hand", isGone });
      return call === undefined ? goneReply(name) : replyOf(call);
    },
    invoke: (call) => invoke({ ...call, isGone: () => false }),
    refuseTooLarge({ name, request, isGone }) {
      const id = newActivationId();
      // A body in chunks tells no length beforehand.
      const bytes = request.headers["content-length"] ?? `more than ${parametersBytesMax}`;
      const error = `Request larger than allowed: ${bytes} > ${parametersBytesMax} bytes.`;
      const reply = failureReply("too-large", error, id);
      onCall({
        ...{ id, startedMs: now(), durationMs: 0, function: name, trigger: "http", request, reply },
        ...toSource(pathBelow(request.path)),
        ...{
          failure: "too-large",
          logLines: [],
          callerGone: isGone(),
          requestIds: [],
          cursors: [],
        },
      });
      return reply;
    },
  };
}

/** The text of Apache OpenWhisk. */
const parametersNotAllowed =
  "Request defines parameters that are not allowed (e.g., reserved properties).";

/** OpenWhisk's ids have 32 hexadecimal digits. */
function newActivationId(): string {
  return randomBytes(16).toString("hex");
}

function pathBelow(path: string): string {
  return path.replace(/^\/[^/]*/, "");
}

/** The source of a webhook is the last segment of its path. */
function toSource(path: string): { readonly source?: string } {
  const last = path.split("/").findLast((segment) => segment !== "");
  return last === undefined ? {} : { source: last };
}

type Answer = Pick<FunctionCall, "reply" | "failure">;

function toAnswer(activation: Activation, id: string, { trigger }: Facts): Answer {
  if (activation.kind === "failure") {
    const { failure, reason } = activation;
    return { reply: failureReply(failure, reason, id), failure };
  }
  const result: unknown = JSON.parse(activation.result);
  return { reply: trigger === "http" ? toWebReply(result, id) : { result } };
}

/** A top-level `error` is an application error: what it holds is the reply if it has the form of one. */
function toWebReply(result: unknown, id: string): FunctionReply {
  const fields = isObject(result) ? result : {};
  if (!Object.hasOwn(fields, "error")) {
    const reply = Array.isArray(result) ? jsonReply(200, result) : toReply(fields);
    return reply ?? failureReply("crashed", "The result of the action is no HTTP response.", id);
  }
  const { error } = fields;
  const isReply = isObject(error) && "statusCode" in error;
  return (isReply ? toReply(error) : undefined) ?? jsonReply(502, { error, code: id });
}

function failureReply(failure: CallFailure, error: string, code: string): FunctionReply {
  return jsonReply(statusOf[failure], { error, code });
}

/** The reply to a call by hand is the result. One with a top-level `error` has the status 502, as in OpenWhisk. */
function replyOf({ reply }: FunctionCall): FunctionReply {
  if ("status" in reply) {
    return reply;
  }
  const { result } = reply;
  const isError = isObject(result) && Object.hasOwn(result, "error");
  return jsonReply(isError ? 502 : 200, result);
}

function goneReply(name: string): FunctionReply {
  return jsonReply(404, { error: `${name} runs no longer` });
}

import { rm } from "node:fs/promises";
import type { FunctionCall } from "../../functions/host/function-call.ts";
import type { Host, HostedFunction } from "../../functions/host/host-options.ts";
import type { ActionRunner, WebActionCaller } from "../emulator.ts";
import { type Activation, actionsIn, type Resources, type StoredAction } from "../resources.ts";
import { toActivation } from "../run-action.ts";
import { toHostNames } from "./names.ts";
import { unpackZip } from "./unpack-zip.ts";

export type DeployedActionsOptions = {
  readonly host: Host;
  /** The functions that were built. A deployed action takes the place of one of them. */
  readonly functionNames: readonly string[];
  readonly report: (line: string) => void;
};

/** Each has a process of its own. If more are deployed, those that were put last run. */
const hostedMax = 50;

type Hosted = { readonly action: StoredAction; readonly folder: string | undefined };

export type DeployedActions = {
  readonly run: ActionRunner;
  /** Returns the activation of a call of the host; undefined if no deployed action ran. */
  readonly activationOf: (call: FunctionCall) => Activation | undefined;
  readonly callWeb: WebActionCaller;
  /** Makes the host run what is deployed now. Resolves when it does. */
  readonly update: (resources: Resources) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Runs deployed actions on the functions' host: each in the place of the built function that it is, or beside them. */
export function createDeployedActions(options: DeployedActionsOptions): DeployedActions {
  const { host, functionNames, report } = options;
  const hosted = new Map<string, Hosted>();
  let updated: Promise<void> = Promise.resolve();
  const put = async (name: string, action: StoredAction): Promise<void> => {
    const old = hosted.get(name);
    const { folder, ...replacement } = toHosted(action, report);
    await host.replaceFunction(name, replacement);
    hosted.set(name, { action, folder });
    await removeFolder(old?.folder);
    report(`${name} is now the deployed action ${nameOf(action)}`);
  };
  const remove = async (name: string): Promise<void> => {
    const old = hosted.get(name);
    await host.replaceFunction(name, undefined);
    hosted.delete(name);
    await removeFolder(old?.folder);
    report(
      functionNames.includes(name)
        ? `${name} is the built function again`
        : `the deployed action ${name} is gone`,
    );
  };
  const apply = async (resources: Resources): Promise<void> => {
    const actions = actionsIn(resources);
    if (actions.length > hostedMax) {
      report(`only the newest ${hostedMax} of ${actions.length} deployed actions run here`);
    }
    const wanted = toHostNames(actions.slice(-hostedMax), functionNames);
    for (const name of [...hosted.keys()].filter((one) => !wanted.has(one))) {
      await remove(name);
    }
    for (const [name, action] of wanted) {
      if (hosted.get(name)?.action !== action) {
        await put(name, action);
      }
    }
  };
  const hostNameOf = (action: StoredAction): string | undefined =>
    [...hosted].find(([, one]) => one.action === action)?.[0];
  return {
    async callWeb(action, request) {
      const { path } = request;
      // The function is told the path that its own address would have: the last segment is the source.
      const given = { ...request, path: `/webhook${path}` };
      const { status, headers, body } = await host.callHttp(hostNameOf(action) ?? "", path, given);
      return { status, headers, body: Buffer.from(body) };
    },
    async run({ action, event, cause }) {
      const name = hostNameOf(action);
      const trigger = cause === "trigger" ? "deployed-trigger" : "by-hand";
      const call = name === undefined ? undefined : await host.call(name, event, trigger);
      return call === undefined ? notRunning : toRun(call);
    },
    activationOf(call) {
      const { startedMs, durationMs } = call;
      const action = hosted.get(call.function)?.action;
      return (
        action && toActivation(action, toRun(call), { endedMs: startedMs + durationMs, durationMs })
      );
    },
    update(resources) {
      const next = updated.then(() => apply(resources));
      updated = next.catch(() => undefined);
      return next;
    },
    async close() {
      await updated;
      await Promise.all([...hosted.values()].map(({ folder }) => removeFolder(folder)));
    },
  };
}

type Replacement = HostedFunction & { readonly folder: string | undefined };

/** Triggers of the emulator call the action, so that the host itself knows the one of HTTP only. */
function toHosted(action: StoredAction, report: (line: string) => void): Replacement {
  const { type, rawHttp, parameters, timeoutMs, memoryMb } = action;
  const code = toCode(action, report);
  return {
    code,
    ...{ parameters, timeoutMs, memoryMb, rawHttp },
    triggers: { http: type === "web" },
    folder: code.kind === "folder" ? code.path : undefined,
  };
}

function toCode(action: StoredAction, report: (line: string) => void): HostedFunction["code"] {
  const { binary, code, main } = action;
  if (main !== "main") {
    report(`${nameOf(action)} has the entry ${main}, and this emulator calls main`);
  }
  try {
    return binary ? { kind: "folder", path: unpackZip(code) } : { kind: "source", code };
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it is no zip";
    return { kind: "source", code: `throw new Error(${JSON.stringify(reason)});` };
  }
}

function nameOf({ packageName, name }: StoredAction): string {
  return packageName === "-" ? name : `${packageName}/${name}`;
}

async function removeFolder(folder: string | undefined): Promise<void> {
  if (folder !== undefined) {
    await rm(folder, { recursive: true, force: true });
  }
}

const notRunning = { status: 502, result: { error: "the action does not run here" } };

function toRun(call: FunctionCall) {
  const { id: activationId, failure } = call;
  return {
    status: failure === undefined ? 200 : 502,
    result: resultOf(call),
    activationId,
    logs: toLogs(call),
  };
}

/** A web action's result is its response. */
function resultOf({ reply, failure }: FunctionCall): unknown {
  if ("result" in reply) {
    return reply.result;
  }
  const { status: statusCode, headers, body } = reply;
  return failure === undefined
    ? { statusCode, headers, body: Buffer.from(body).toString() }
    : { error: failureOf(body) };
}

/** Writes the lines as Apache OpenWhisk does: time, stream, text. */
function toLogs({ startedMs, logLines }: FunctionCall): readonly string[] {
  const started = new Date(startedMs).toISOString();
  return logLines.map((line) => {
    const { at, message } = line;
    const isText = Object.keys(line).length === 1 && typeof message === "string";
    return `${typeof at === "string" ? at : started} stdout: ${isText ? message : JSON.stringify(line)}`;
  });
}

/** The host tells a failure as `{ error, code }`. */
function failureOf(body: Uint8Array): unknown {
  return (JSON.parse(Buffer.from(body).toString()) as { readonly error: unknown }).error;
}

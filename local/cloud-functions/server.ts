import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { closeServer, listen } from "../http/listen.ts";
import { callWebAction, type WebActionReply, type WebActionRequest } from "./call-web-action.ts";
import { dispatchCloudFunctions } from "./dispatch.ts";
import type {
  ActionRunner,
  CallSummary,
  CloudFunctionsEmulator,
  ManagementFault,
  ShownFields,
  Zone,
} from "./emulator.ts";
import type { Activation, JsonObject, Resource, StoredTrigger } from "./resources.ts";
import { fireTrigger } from "./triggers.ts";

/**
 * Options of an emulator of the Cloud Functions management API, which is written from the API's documents. It
 * listens on loopback and keeps everything in memory.
 */
export type CloudFunctionsOptions = {
  readonly zone?: Zone;
  /** Maps access key to secret key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  readonly run?: ActionRunner;
  readonly shown?: Partial<ShownFields>;
  readonly activationDelayMs?: number;
  readonly runsAnswerById?: boolean;
  readonly now?: () => number;
};

export type RunningCloudFunctions = {
  readonly origin: string;
  /** Returns everything that is deployed, by name. */
  resources(): ReadonlyMap<string, Resource>;
  activations(): readonly Activation[];
  /** Returns the calls so far, in order. */
  calls(): readonly CallSummary[];
  /** Sets the function that chooses the fault of each request from now on. The first request has the number 1. */
  setFaults(faultOf: (request: number, call: CallSummary) => ManagementFault | undefined): void;
  /** Adds a resource that no deployment has made. */
  plant(resource: Resource): void;
  /** Fires a trigger, as a cron tick or a manual run does. */
  fire(trigger: string, parameters?: JsonObject): Promise<void>;
  /** Emits an event of Object Storage: every trigger with its bucket and rule is fired. */
  emit(
    link: { readonly bucketName: string; readonly eventRuleName: string },
    event: JsonObject,
  ): Promise<void>;
  /** Sends a request through API Gateway's HTTP type. */
  callWeb(action: string, request: WebActionRequest): Promise<WebActionReply>;
  close(): Promise<void>;
};

const activationsMax = 1_000;
const callsMax = 10_000;
/** An activation was seen to appear about 30 to 40 s after its run. */
const activationDelayMsDefault = 35_000;

export async function startCloudFunctions(
  options: CloudFunctionsOptions,
): Promise<RunningCloudFunctions> {
  const state = createState();
  const emulator = createCloudFunctionsEmulator(options, state);
  const server = createServer((request, response) => {
    state.requests += 1;
    const number = state.requests;
    const { method = "", url = "" } = request;
    state.calls.push({ method, path: url.split("?")[0] ?? "" });
    state.calls.splice(0, state.calls.length - callsMax);
    dispatchCloudFunctions({ request, response }, { emulator, number }).catch((error: unknown) => {
      console.error("the emulator of Cloud Functions failed on a request:", error);
      response.destroy();
    });
  });
  const port = await listen(server, 0, "127.0.0.1");
  const { byName } = emulator.resources;
  const triggers = () =>
    [...byName.values()].filter((one): one is StoredTrigger => one.kind === "trigger");
  return {
    origin: `http://127.0.0.1:${port}`,
    resources: () => byName,
    activations: () => emulator.resources.activations,
    calls: () => state.calls,
    setFaults(faultOf) {
      state.requests = 0;
      state.faultOf = faultOf;
    },
    plant: (resource) => void byName.set(resource.name, resource),
    async fire(name, parameters = {}) {
      const trigger = triggers().find((one) => one.name === name);
      if (trigger === undefined) {
        throw new Error(`there is no trigger ${name}`);
      }
      await fireTrigger(trigger, parameters, emulator);
    },
    async emit({ bucketName, eventRuleName }, event) {
      const matching = triggers().filter(({ objectStorageLink }) =>
        objectStorageLink.some(
          (link) => link["bucketName"] === bucketName && link["eventRuleName"] === eventRuleName,
        ),
      );
      for (const trigger of matching) {
        await fireTrigger(trigger, event, emulator);
      }
    },
    callWeb: (action, request) => callWebAction(action, request, emulator),
    close: () => closeServer(server),
  };
}

type ServerState = {
  requests: number;
  calls: CallSummary[];
  faultOf: CloudFunctionsEmulator["faultOf"];
};

function createState(): ServerState {
  return { requests: 0, calls: [], faultOf: () => undefined };
}

function createCloudFunctionsEmulator(
  options: CloudFunctionsOptions,
  state: ServerState,
): CloudFunctionsEmulator {
  const activations: Activation[] = [];
  const { shown = {}, run = refuseToRun } = options;
  return {
    zone: options.zone ?? "public",
    shown: {
      description: true,
      code: true,
      parameters: true,
      type: true,
      links: "hidden",
      ...shown,
    },
    accessKeys: new Map(Object.entries(options.accessKeys)),
    resources: { byName: new Map(), activations },
    run,
    activationDelayMs: options.activationDelayMs ?? activationDelayMsDefault,
    runsAnswerById: options.runsAnswerById ?? false,
    now: options.now ?? Date.now,
    newId: () => randomUUID().replaceAll("-", ""),
    addActivation(activation) {
      activations.push(activation);
      activations.splice(0, activations.length - activationsMax);
    },
    faultOf: (number, call) => state.faultOf(number, call),
  };
}

const refuseToRun: ActionRunner = async () => ({ status: 502, result: { error: "no runner" } });

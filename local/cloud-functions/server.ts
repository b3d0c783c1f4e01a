import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createApiGateway, type GatewayForms, type GatewayProduct } from "../api-gateway/model.ts";
import { closeServer, listen } from "../http/listen.ts";
import type { ActionVersion } from "./action-parts/action-versions.ts";
import { createActivationLog } from "./activations/activation-log.ts";
import {
  callEndPoint,
  callWebAction,
  type WebActionReply,
  type WebActionRequest,
} from "./call-web-action.ts";
import { dispatchCloudFunctions } from "./dispatch.ts";
import type {
  ActionRunner,
  CallSummary,
  CloudFunctionsEmulator,
  LocalOrigins,
  ManagementFault,
  ShownFields,
  WebActionCaller,
  Zone,
} from "./emulator.ts";
import {
  type Activation,
  type JsonObject,
  putResource,
  type Resource,
  type Resources,
  triggersIn,
} from "./resources.ts";
import { fireTrigger } from "./triggers.ts";

/**
 * Options of an emulator of the Cloud Functions management API, which is written from the API's documents. It
 * listens on loopback and keeps everything in memory.
 */
export type CloudFunctionsOptions = {
  /** The default, 0, takes a free port. The host is always 127.0.0.1. */
  readonly port?: number;
  /** The default is `public`. `any` tells the zone of each request by its path and query. */
  readonly zone?: Zone | "any";
  /** Maps access key to secret key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  readonly run?: ActionRunner;
  /** Calls a web action over HTTP, for API Gateway. By default `run` does, with raw HTTP. */
  readonly callWeb?: WebActionCaller;
  /** Parts of API Gateway's management API whose form is not known. */
  readonly gatewayForms?: Partial<GatewayForms>;
  /** Called after resources were changed, and before the response. */
  readonly onChange?: (resources: Resources) => Promise<void>;
  /** The addresses of the services beside the emulator. `deploy --local` asks for it. */
  readonly origins?: LocalOrigins;
  /** Refuses two actions of one name in two packages. The default is false. */
  readonly namesAreUnique?: boolean;
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
  /** Returns the versions of an action by its key, such as `package/action`. */
  versions(action: string): readonly ActionVersion[];
  /** Returns what API Gateway has, by product. */
  products(): readonly GatewayProduct[];
  /** Returns the calls so far, in order. */
  calls(): readonly CallSummary[];
  /** Sets the function that chooses the fault of each request from now on. The first request has the number 1. */
  setFaults(faultOf: (request: number, call: CallSummary) => ManagementFault | undefined): void;
  /** Adds a run that did not come through the emulator, such as that of a web action by HTTP. */
  addActivation(activation: Activation): void;
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

const callsMax = 10_000;
const shownPathCharactersMax = 500;
const connectionsMax = 1_000;
/** An upload of code may take this long, as with the real API. */
const requestTimeoutMs = 120_000;
/** An activation was seen to appear about 30 to 40 s after its run. */
const activationDelayMsDefault = 35_000;

export async function startCloudFunctions(
  options: CloudFunctionsOptions,
): Promise<RunningCloudFunctions> {
  const state = createState();
  const emulator = createCloudFunctionsEmulator(options, state);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    state.requests += 1;
    const number = state.requests;
    const { method = "", url = "" } = request;
    state.calls.push({ method, path: (url.split("?")[0] ?? "").slice(0, shownPathCharactersMax) });
    state.calls.splice(0, state.calls.length - callsMax);
    dispatchCloudFunctions({ request, response }, { emulator, number }).catch((error: unknown) => {
      console.error("the emulator of Cloud Functions failed on a request:", error);
      response.destroy();
    });
  });
  server.maxConnections = connectionsMax;
  const port = await listen(server, options.port ?? 0, "127.0.0.1");
  const { resources } = emulator;
  return {
    origin: `http://127.0.0.1:${port}`,
    resources: () => resources.byName,
    activations: () => resources.activations,
    versions: (action) => emulator.versions.get(action) ?? [],
    products: () => [...emulator.gateway.products.values()],
    calls: () => state.calls,
    setFaults(faultOf) {
      state.requests = 0;
      state.faultOf = faultOf;
    },
    addActivation: emulator.addActivation,
    plant: (resource) => putResource(resources, resource),
    async fire(name, parameters = {}) {
      const trigger = triggersIn(resources).find((one) => one.name === name);
      if (trigger === undefined) {
        throw new Error(`there is no trigger ${name}`);
      }
      await fireTrigger(trigger, parameters, emulator);
    },
    async emit({ bucketName, eventRuleName }, event) {
      const matching = triggersIn(resources).filter(({ objectStorageLink }) =>
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
  const resources: Resources = { byName: new Map(), activations: [] };
  const { zone = "public", shown = {}, run = refuseToRun, onChange, gatewayForms = {} } = options;
  const now = options.now ?? Date.now;
  const emulator: CloudFunctionsEmulator = {
    zone: zone === "any" ? "public" : zone,
    zoneIsGuessed: zone === "any",
    shown: {
      description: true,
      code: true,
      parameters: true,
      type: true,
      links: "hidden",
      actionNames: "bare",
      resourceId: true,
      ...shown,
    },
    accessKeys: new Map(Object.entries(options.accessKeys)),
    resources,
    versions: new Map(),
    deletions: new Map(),
    namesAreUnique: options.namesAreUnique ?? false,
    origins: options.origins,
    run,
    callWeb: options.callWeb,
    gateway: createApiGateway({
      ...{ now, forms: gatewayForms },
      callAction: (endPoint, request) => callEndPoint(endPoint, request, emulator),
    }),
    onChange: async () => onChange?.(resources),
    activationDelayMs: options.activationDelayMs ?? activationDelayMsDefault,
    runsAnswerById: options.runsAnswerById ?? false,
    now,
    newId: () => randomUUID().replaceAll("-", ""),
    addActivation: createActivationLog(resources.activations),
    faultOf: (number, call) => state.faultOf(number, call),
  };
  return emulator;
}

const refuseToRun: ActionRunner = async () => ({ status: 502, result: { error: "no runner" } });

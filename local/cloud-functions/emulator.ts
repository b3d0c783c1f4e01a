import type { ApiGateway, WebRequest } from "../api-gateway/model.ts";
import type { OutgoingResponse } from "../http/response.ts";
import type { Deletions } from "./action-parts/action-ids.ts";
import type { ActionVersions } from "./action-parts/action-versions.ts";
import type { Activation, JsonObject, Resources, StoredAction } from "./resources.ts";

export type ActionRun = {
  readonly action: StoredAction;
  /** The parameters of this run. They go before those of the action. */
  readonly event: JsonObject;
  readonly cause: "by-hand" | "trigger";
  readonly activationId: string;
};

export type EndedRun = {
  readonly status: number;
  readonly result: unknown;
  readonly activationId?: string;
  readonly logs?: readonly string[];
};

/** Runs an action. The emulator has no runner of its own, so its starter passes one. */
export type ActionRunner = (run: ActionRun) => Promise<EndedRun>;

/** Calls a web action over HTTP. */
export type WebActionCaller = (
  action: StoredAction,
  request: WebRequest,
) => Promise<OutgoingResponse>;

/** The zone of the emulated API. Versions and platforms differ between zones. */
export type Zone = "public" | "fin" | "gov";

/** The fields that "Get Action" and "Get Trigger" return. The pages document all of them. */
export type ShownFields = {
  readonly description: boolean;
  readonly code: boolean;
  readonly parameters: boolean;
  /** The type of an action and the options of a trigger. */
  readonly type: boolean;
  /** The links and credentials of a trigger in the form in which they were put, which no page shows. */
  readonly links: "hidden" | "masked" | "plain";
  /**
   * The names of linked actions. The page's example shows bare names, and not whether that holds for an action of a
   * package.
   */
  readonly actionNames: "with-package" | "bare";
  /** The id of an action. The example of "Get Trigger" shows one for a trigger; for an action none was found. */
  readonly resourceId: boolean;
};

export type ManagementFault =
  /** The request gets this status and is not carried out. */
  | { readonly kind: "status"; readonly status: number; readonly headers?: JsonObject }
  /** The connection is cut before the request is carried out, or after it and without a response. */
  | { readonly kind: "cut"; readonly when: "before" | "after" }
  /** The request fails because a subnet is being attached. */
  | { readonly kind: "subnet" }
  /** A read does not see a write yet. */
  | { readonly kind: "unseen" }
  /** The response's content lacks a field. */
  | { readonly kind: "without"; readonly field: string }
  /** The response repeats the request's body. */
  | { readonly kind: "echo" }
  /** The request is carried out, and its response arrives with this status and body, as from a proxy. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly type: string;
      readonly body: string;
    };

/** The addresses of what runs beside the emulator. */
export type LocalOrigins = {
  readonly dataStream: string;
  readonly objectStorage: string;
  readonly functions: string;
};

/** Everything that the routes of one running emulator share. */
export type CloudFunctionsEmulator = {
  readonly zone: Zone;
  /** Tells the zone of each request by its path and query, so that a deployment to any region is rehearsed. */
  readonly zoneIsGuessed: boolean;
  readonly shown: ShownFields;
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly resources: Resources;
  readonly versions: ActionVersions;
  readonly deletions: Deletions;
  /**
   * Refuses an action whose name another package has. The page of "Put Action" says that names are unique across
   * resources, and not whether that means across packages.
   */
  readonly namesAreUnique: boolean;
  readonly origins: LocalOrigins | undefined;
  /** API Gateway's own management API, and the stages that it serves. */
  readonly gateway: ApiGateway;
  readonly run: ActionRunner;
  /** Without it a web action gets raw HTTP by `run`. */
  readonly callWeb: WebActionCaller | undefined;
  /** Called after a resource was changed, and before the response. */
  readonly onChange: () => Promise<void>;
  /** The time after a run in which its activation is not found yet. */
  readonly activationDelayMs: number;
  /** Makes every run respond with an activation's id alone, as a run does that lasts longer than its caller waits. */
  readonly runsAnswerById: boolean;
  readonly now: () => number;
  readonly newId: () => string;
  readonly addActivation: (activation: Activation) => void;
  /** Returns the fault for a request by its number, counted from 1. */
  readonly faultOf: (request: number, call: CallSummary) => ManagementFault | undefined;
};

export type CallSummary = { readonly method: string; readonly path: string };

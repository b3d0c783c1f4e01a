import type { Activation, JsonObject, Resources, StoredAction } from "./resources.ts";

/** Runs an action. The emulator has no runner of its own, so its starter passes one. */
export type ActionRunner = (run: {
  readonly action: StoredAction;
  readonly parameters: JsonObject;
  readonly activationId: string;
}) => Promise<{ readonly status: number; readonly result: unknown }>;

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
  /** The response repeats the request's body. */
  | { readonly kind: "echo" };

/** Everything that the routes of one running emulator share. */
export type CloudFunctionsEmulator = {
  readonly zone: Zone;
  readonly shown: ShownFields;
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly resources: Resources;
  readonly run: ActionRunner;
  /** How long after a run its activation is not found yet. */
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

import type { Activation, JsonObject, Resources, StoredAction } from "./resources.ts";

/** What runs an action: the emulator itself has no runner, and whoever starts it brings one. */
export type ActionRunner = (run: {
  readonly action: StoredAction;
  readonly parameters: JsonObject;
  readonly activationId: string;
}) => Promise<{ readonly status: number; readonly result: unknown }>;

/** The zone whose API this is: versions and platforms differ. */
export type Zone = "public" | "fin" | "gov";

/** What "Get Action" and "Get Trigger" give back; documented is all of it. */
export type ShownFields = {
  readonly description: boolean;
  readonly code: boolean;
  readonly parameters: boolean;
  /** Of an action's type and a trigger's options. */
  readonly type: boolean;
};

export type ManagementFault =
  /** Nothing is carried out. */
  | { readonly kind: "status"; readonly status: number; readonly headers?: JsonObject }
  /** The connection ends: before it is carried out, or after it, without an answer. */
  | { readonly kind: "cut"; readonly when: "before" | "after" }
  /** A subnet is being attached. */
  | { readonly kind: "subnet" }
  /** A read that does not see a write yet. */
  | { readonly kind: "unseen" }
  /** As an API that repeats what it was sent. */
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
  /** As for every run that lasts longer than its caller waits: the answer is an activation's id alone. */
  readonly runsAnswerById: boolean;
  readonly now: () => number;
  readonly newId: () => string;
  readonly addActivation: (activation: Activation) => void;
  /** The fault that a request meets, by its number from 1 on. */
  readonly faultOf: (request: number, call: CallSummary) => ManagementFault | undefined;
};

export type CallSummary = { readonly method: string; readonly path: string };

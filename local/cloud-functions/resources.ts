/** A JSON object of a request or a response. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type ActionType = "basic" | "web";

export type StoredAction = {
  readonly kind: "action";
  readonly name: string;
  readonly packageName: string;
  readonly platform: string;
  readonly type: ActionType;
  readonly description: string;
  readonly runtime: string;
  readonly code: string;
  readonly binary: boolean;
  readonly main: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly vpc: unknown;
  readonly rawHttp: boolean;
  readonly customOptions: boolean;
  readonly parameters: JsonObject;
};

export type TriggerType =
  | "cron"
  | "github"
  | "insight"
  | "object_storage"
  | "source_commit"
  | "secret_manager";

export type StoredTrigger = {
  readonly kind: "trigger";
  readonly name: string;
  readonly platform: string;
  readonly type: TriggerType;
  readonly description: string;
  readonly cronOption: string;
  readonly objectStorageLink: readonly JsonObject[];
  /** The fields of the other types, as they were put. */
  readonly options?: JsonObject;
  readonly parameters: JsonObject;
  /** The linked actions, each as `package/action`. */
  readonly actions: readonly string[];
};

export type StoredPackage = {
  readonly kind: "package";
  readonly name: string;
  readonly description: string;
};

export type Resource = StoredAction | StoredTrigger | StoredPackage;

export type Activation = {
  readonly id: string;
  readonly action: string;
  readonly endedMs: number;
  readonly durationMs: number;
  readonly result: unknown;
  readonly isSuccess: boolean;
};

/** All resources. Names are unique across packages, actions and triggers, so one map holds them all. */
export type Resources = {
  readonly byName: Map<string, Resource>;
  readonly activations: Activation[];
};

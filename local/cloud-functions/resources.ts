/** A JSON object of a request or a response. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type ActionType = "basic" | "web";

/**
 * The look of an action whose parameters somebody encrypted in the console. No page says how a read shows it, nor whether
 * "Put Action" is refused, so tests choose. `omitted` leaves out the encrypted names, `none` all of them, and `dropped` the
 * whole field.
 */
export type Encryption = {
  readonly as: "masked" | "empty" | "object" | "null" | "omitted" | "none" | "dropped";
  readonly names: readonly string[];
  /** "Put Action" is refused, as API v3 documents it for its update. */
  readonly isRefused: boolean;
};

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
  /** Set once somebody has encrypted parameters in the console. */
  readonly encryption?: Encryption;
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
  readonly packageName: string;
  readonly action: string;
  readonly endedMs: number;
  readonly durationMs: number;
  readonly result: unknown;
  readonly isSuccess: boolean;
  /** The lines that the run wrote. */
  readonly logs: readonly string[];
};

/** All resources, by `keyOf`. A resource that is put again stands last, so the order is that of the deployments. */
export type Resources = {
  readonly byName: Map<string, Resource>;
  readonly activations: Activation[];
};

/** Two packages can hold actions of one name. Packages and triggers have no package. */
export function keyOf(resource: Resource): string {
  return resource.kind === "action"
    ? actionKey(resource.packageName, resource.name)
    : resource.name;
}

/** Without a package, which is `-`, an action has its bare name. */
export function actionKey(packageName: string, name: string): string {
  return packageName === "-" ? name : `${packageName}/${name}`;
}

/** Finds an action by the text that a trigger links it with: `package/action`. */
export function findLinked({ byName }: Resources, linked: string): StoredAction | undefined {
  const found = byName.get(linked.replace(/^-\//, ""));
  return found?.kind === "action" ? found : undefined;
}

export function triggersIn({ byName }: Resources): readonly StoredTrigger[] {
  return [...byName.values()].filter((one): one is StoredTrigger => one.kind === "trigger");
}

export function actionsIn({ byName }: Resources): readonly StoredAction[] {
  return [...byName.values()].filter((one): one is StoredAction => one.kind === "action");
}

export function putResource({ byName }: Resources, resource: Resource): void {
  const key = keyOf(resource);
  byName.delete(key);
  byName.set(key, resource);
}

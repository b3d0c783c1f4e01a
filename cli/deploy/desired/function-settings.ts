import type { Problem, Settings } from "../../../lib/model/settings.ts";
import { settingNames } from "../../../lib/settings/settings.ts";
import { examineFunction } from "../../shared/examine-function.ts";
import { type FunctionName, functionNames } from "../../shared/function-names.ts";

export type SettingName = (typeof settingNames)[number];

/** Each function's own settings begin with its word; the others are everyone's. */
const ownPrefixes: Readonly<Record<FunctionName, string>> = {
  webhook: "WEBHOOK_",
  bucket: "BUCKET_",
  heartbeat: "HEARTBEAT_",
  redrive: "REDRIVE_",
};

/** The settings that a function reads, and so the only ones that are bound to its action. */
export function settingsOf(name: FunctionName): readonly SettingName[] {
  const foreign = functionNames
    .filter((other) => other !== name)
    .map((other) => ownPrefixes[other]);
  return settingNames.filter((setting) => !foreign.some((prefix) => setting.startsWith(prefix)));
}

const hidden: readonly string[] = [
  "NCLOUD_ACCESS_KEY",
  "NCLOUD_SECRET_KEY",
  "WEBHOOK_SECRETS",
  "WEBHOOK_SOURCES",
];

/** Whether a value is never shown. What is no setting of ours may hold anything. */
export function isHidden(setting: string): boolean {
  return hidden.includes(setting) || !settingNames.some((known) => known === setting);
}

export type Parameters = Readonly<Record<string, string>>;

export type BoundSettings =
  | { readonly ok: true; readonly parameters: Parameters; readonly stream: Stream }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type Stream = {
  readonly deliveryTimeoutMs: number;
  readonly endpoints: Readonly<Record<"DATASTREAM_ENDPOINT" | "OBJECT_STORAGE_ENDPOINT", string>>;
};

/**
 * The parameters of a function's action: what it reads and nothing else, checked by the very parsers that it will
 * run. The endpoints are always among them. NAVER Cloud puts a caller's own parameters before those of the
 * action ("runtime" first), Apache OpenWhisk makes those of a web action final: bound, they
 * are at least never left for a caller to fill in.
 */
export function bindSettings(name: FunctionName, settings: Settings): BoundSettings {
  const own = pick(settings, settingsOf(name));
  const { config, problems } = examineFunction(name, own);
  if (config === undefined) {
    return { ok: false, problems };
  }
  const { endpoint, storage, deliveryTimeoutMs } = config;
  const endpoints = { DATASTREAM_ENDPOINT: endpoint, OBJECT_STORAGE_ENDPOINT: storage.endpoint };
  const parameters = { ...own, ...endpoints, OBJECT_STORAGE_REGION: storage.region };
  return { ok: true, parameters, stream: { deliveryTimeoutMs, endpoints } };
}

/** Templates leave empty text where a variable has no value: such a setting is not bound. */
function pick(settings: Settings, names: readonly SettingName[]): Parameters {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
      return typeof value === "string" && value !== "" ? [[name, value]] : [];
    }),
  );
}

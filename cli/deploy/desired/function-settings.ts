import type { Problem, Settings } from "../../../lib/model/settings.ts";
import type { FunctionName } from "../../../lib/registry/names.ts";
import { examineFunction } from "../../project/examine-function.ts";
import { allSettingNames, functionNames, functions, settingsOf } from "../../project/functions.ts";

const hidden: readonly string[] = [
  "NCLOUD_ACCESS_KEY",
  "NCLOUD_SECRET_KEY",
  "WEBHOOK_SOURCES",
  ...functionNames.flatMap((name) => functions[name].secretSettings),
];

/** Returns whether a value is never shown. A parameter that is not one of our settings may hold anything. */
export function isHidden(setting: string): boolean {
  return hidden.includes(setting) || !allSettingNames.includes(setting);
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
 * Returns the parameters of a function's action: the settings that it reads and no others, checked by the parsers
 * that it will run. The endpoints are always among them, so that they are never left for a caller to fill in. NAVER
 * Cloud documents that a caller's own parameters come before those of the action ("runtime" first), while Apache
 * OpenWhisk makes those of a web action final.
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

/** Leaves out empty settings: templates leave empty text where a variable has no value. */
function pick(settings: Settings, names: readonly string[]): Parameters {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
      return typeof value === "string" && value !== "" ? [[name, value]] : [];
    }),
  );
}

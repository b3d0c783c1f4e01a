import type { Settings } from "../../lib/model/settings.ts";
import type { FunctionName } from "../../lib/registry/names.ts";
import type { Findings } from "../../lib/registry/register.ts";
import { allSettingNames, functions } from "./functions.ts";

/** The verdict of a function's own parsers, which it will run, on its settings. */
export type Examined = Findings & { readonly name: FunctionName };

export function examineFunction(name: FunctionName, settings: Settings): Examined {
  return { name, ...functions[name].examine(settings, allSettingNames) };
}

export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

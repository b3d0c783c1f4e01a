import { settingNames } from "../settings/settings.ts";
import type { functions } from "./functions.ts";
import type { RegisteredFunction } from "./register.ts";

/** The functions of this project by their names, or those of a project that depends on it. */
export type Registry = Readonly<Record<string, RegisteredFunction>>;

export type FunctionName = keyof typeof functions;

/** Returns the settings of the stream and of every function. */
export function settingNamesOf(registry: Registry): readonly string[] {
  const own = Object.values(registry).flatMap(({ ownSettings }) => ownSettings);
  return [...new Set([...settingNames, ...own])];
}

/** Returns the settings that one function reads, in the order of all. */
export function settingsOf(registry: Registry, name: string): readonly string[] {
  const foreign = Object.keys(registry)
    .filter((other) => other !== name)
    .flatMap((other) => registry[other]?.ownSettings ?? []);
  const own = registry[name]?.ownSettings ?? [];
  return settingNamesOf(registry).filter(
    (setting) => own.includes(setting) || !foreign.includes(setting),
  );
}

import { settingNames } from "../settings/settings.ts";
import { functions } from "./functions.ts";
import type { RegisteredFunction } from "./register.ts";

export type FunctionName = keyof typeof functions;

const registered: Readonly<Record<string, RegisteredFunction>> = functions;

export const functionNames = Object.keys(functions) as readonly FunctionName[];

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

/** The settings of the stream and of every function. */
export const allSettingNames: readonly string[] = [
  ...new Set([
    ...settingNames,
    ...Object.values(registered).flatMap(({ ownSettings }) => ownSettings),
  ]),
];

/** The settings that one function reads, in the order of all. */
export function settingsOf(name: FunctionName): readonly string[] {
  const foreign = functionNames
    .filter((other) => other !== name)
    .flatMap((other) => functions[other].ownSettings);
  const own = functions[name].ownSettings;
  return allSettingNames.filter((setting) => own.includes(setting) || !foreign.includes(setting));
}

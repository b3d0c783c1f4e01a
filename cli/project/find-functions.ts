import { InvalidArgumentError } from "commander";
import type { Settings } from "../../lib/model/settings.ts";
import type { FunctionName } from "../../lib/registry/names.ts";
import { isSet } from "./examine-function.ts";
import { functionNames, functions } from "./functions.ts";

/** Returns the functions that somebody has set something for. */
export function findFunctions(settings: Settings): readonly FunctionName[] {
  return functionNames.filter((name) =>
    functions[name].wantedBy.some((setting) => isSet(settings[setting])),
  );
}

/** Returns the help of an option that names functions. Outside of a project there is none to name. */
export function aboutFunctions(text: string): string {
  return `${functionNames.join(", ") || "a file of functions/"}: ${text} (repeatable; default: those that are set)`;
}

/** Collects an option that names a function and may be given several times. */
export function toFunctionNames(
  value: string,
  before: readonly FunctionName[] = [],
): readonly FunctionName[] {
  const name = functionNames.find((one) => one === value);
  if (name === undefined) {
    throw new InvalidArgumentError(`It is one of ${functionNames.join(", ")}.`);
  }
  return [...before, name];
}

import type { Settings } from "../../lib/model/settings.ts";
import { functions } from "../../lib/registry/functions.ts";
import { type FunctionName, functionNames } from "../../lib/registry/names.ts";
import { isSet } from "./examine-function.ts";

/** Returns the functions that somebody has set something for. */
export function findFunctions(settings: Settings): readonly FunctionName[] {
  return functionNames.filter((name) =>
    functions[name].wantedBy.some((setting) => isSet(settings[setting])),
  );
}

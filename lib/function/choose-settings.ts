import { isUnknownObject, type UnknownObject } from "../encoding/unknown-object.ts";
import { settingNames } from "../settings/settings.ts";

/**
 * Returns the settings of a call that a server made with an object of its own. Some servers pass the environment in it,
 * others connections or contexts, so it counts only if it holds one of our names.
 */
export function chooseSettings(given: unknown, environment: UnknownObject): UnknownObject {
  try {
    return isUnknownObject(given) && settingNames.some((name) => given[name] !== undefined)
      ? given
      : environment;
  } catch {
    // Some servers pass an object that throws for names which it does not know.
    return environment;
  }
}

import type { Settings } from "../../lib/model/settings.ts";
import { isSet } from "../shared/examine-function.ts";
import { type FunctionName, functionNames } from "../shared/function-names.ts";

/** Those that somebody has set something for. */
export function findFunctions(settings: Settings): readonly FunctionName[] {
  return functionNames.filter((name) =>
    Object.keys(settings).some((setting) => marks[name].test(setting) && isSet(settings[setting])),
  );
}

const marks: Readonly<Record<FunctionName, RegExp>> = {
  webhook: /^WEBHOOK_(SOURCES|SECRETS)$/,
  bucket: /^BUCKET_/,
  heartbeat: /^HEARTBEAT_/,
  redrive: /^(REDRIVE_TOPICS|REDRIVE_CONCURRENCY|DEAD_LETTER_BUCKET)$/,
};

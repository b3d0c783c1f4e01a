import { type FunctionName, functionNames } from "../../../lib/registry/names.ts";
import { sha256 } from "./artifact.ts";
import { bucketOptions, type Deployment, scheduledOptions } from "./deployment.ts";
import { mark, type Names } from "./names.ts";

export type ObjectStorageLink = { readonly bucketName: string; readonly eventRuleName: string };

export type WantedTrigger = {
  readonly name: string;
  readonly description: string;
  /** The action that it runs. */
  readonly action: string;
} & TriggerSchedule;

export type TriggerSchedule =
  | { readonly type: "cron"; readonly cronOption: string }
  | { readonly type: "object_storage"; readonly objectStorageLink: readonly ObjectStorageLink[] };

export function toTriggers(deployment: Deployment, names: Names): readonly WantedTrigger[] {
  return functionNames.flatMap((name) => {
    const trigger = names.triggers[name];
    const schedule = scheduleOf(deployment, name);
    return trigger === undefined || schedule === undefined
      ? []
      : [
          {
            name: trigger,
            // No document says that a trigger can be read in full, so its mark says what it does.
            description: mark(`${name}, trigger sha256:${sha256(JSON.stringify(schedule))}`),
            action: names.actions[name],
            ...schedule,
          },
        ];
  });
}

function scheduleOf(deployment: Deployment, name: FunctionName): TriggerSchedule | undefined {
  const events = bucketOptions(deployment, name)?.events;
  if (events !== undefined) {
    return { type: "object_storage", objectStorageLink: events };
  }
  const scheduled = scheduledOptions(deployment, name);
  return scheduled && { type: "cron", cronOption: scheduled.cronOption ?? scheduled.cron };
}

import { sha256 } from "./artifact.ts";
import type { Deployment } from "./deployment.ts";
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

export function toTriggers({ functions }: Deployment, names: Names): readonly WantedTrigger[] {
  const scheduled = (["heartbeat", "redrive"] as const).flatMap((name) => {
    const options = functions[name];
    return options === undefined
      ? []
      : [
          {
            name,
            schedule: { type: "cron", cronOption: options.cronOption ?? options.cron } as const,
          },
        ];
  });
  const bucket =
    functions.bucket === undefined
      ? []
      : [
          {
            name: "bucket",
            schedule: { type: "object_storage", objectStorageLink: functions.bucket.events },
          } as const,
        ];
  return [...bucket, ...scheduled].map(({ name, schedule }) => ({
    name: names.triggers[name],
    // What a trigger does is not documented to be readable in full: its mark tells.
    description: mark(`${name}, trigger sha256:${sha256(JSON.stringify(schedule))}`),
    action: names.actions[name],
    ...schedule,
  }));
}

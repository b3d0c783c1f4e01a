import type { TopicRecord } from "../data/model.ts";

/** Returns records as lines that `npm run produce -- --ndjson` takes back, each onto the partition where it is. */
export function toNdjson(records: readonly TopicRecord[]): string {
  return records
    .map(({ topic, key, value, partition }) => JSON.stringify({ topic, key, value, partition }))
    .map((line) => `${line}\n`)
    .join("");
}

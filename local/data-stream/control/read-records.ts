import type { RecordLog, TopicRecord } from "../storage/record-log.ts";
import { recordBytes } from "../storage/record-log.ts";
import { checkParameters, integerParameter, wordParameter } from "./query-parameters.ts";

export type RecordsQuery = {
  readonly topic: string;
  readonly partition: number | undefined;
  readonly key: string | undefined;
  readonly after: number | undefined;
  readonly limit: number;
  readonly format: "json" | "ndjson";
};

const parameters = ["partition", "key", "after", "limit", "format"];
const limitDefault = 100;
const limitMax = 1000;
/** An export is the whole of what an emulator keeps by default. */
const exportLimitMax = 10_000;
/** Values may be a megabyte each, so a response stops at this size. Its `next` leads on from there. */
const responseBytesMax = 16 * 1024 * 1024;

export function parseRecordsQuery(
  search: URLSearchParams,
  topic: { readonly name: string; readonly partitions: number },
): RecordsQuery {
  checkParameters(search, parameters);
  const format = wordParameter(search, "format", ["json", "ndjson"]) ?? "json";
  const max = format === "json" ? limitMax : exportLimitMax;
  const cursors = { min: 0, max: Number.MAX_SAFE_INTEGER };
  return {
    topic: topic.name,
    partition: integerParameter(search, "partition", { min: 0, max: topic.partitions - 1 }),
    key: search.get("key") ?? undefined,
    after: integerParameter(search, "after", cursors),
    limit:
      integerParameter(search, "limit", { min: 1, max }) ??
      (format === "json" ? limitDefault : exportLimitMax),
    format,
  };
}

/** Returns records, oldest first. Without `after` the newest records are chosen. */
export function readRecords(log: RecordLog, query: RecordsQuery) {
  const records =
    query.after === undefined
      ? take(log.newestFirst(), query).reverse()
      : take(log.after(query.after), query);
  return {
    records,
    next: records.at(-1)?.cursor ?? query.after ?? log.newestCursor(),
  };
}

function take(source: Iterable<TopicRecord>, query: RecordsQuery): TopicRecord[] {
  const taken: TopicRecord[] = [];
  let bytes = 0;
  for (const record of source) {
    if (matches(record, query)) {
      bytes += recordBytes(record);
      if (bytes > responseBytesMax && taken.length > 0) {
        break;
      }
      taken.push(record);
    }
    if (taken.length === query.limit) {
      break;
    }
  }
  return taken;
}

function matches(record: TopicRecord, query: RecordsQuery): boolean {
  return (
    record.topic === query.topic &&
    (query.partition === undefined || record.partition === query.partition) &&
    (query.key === undefined || record.key === query.key)
  );
}

import type { RecordLog, TopicRecord } from "../storage/record-log.ts";
import { recordBytes } from "../storage/record-log.ts";
import type { NumberRange } from "./checked-input.ts";
import { InvalidInput } from "./checked-input.ts";

export type RecordsQuery = {
  readonly topic: string;
  readonly partition: number | undefined;
  readonly key: string | undefined;
  readonly after: number | undefined;
  readonly limit: number;
};

const parameters = ["partition", "key", "after", "limit"];
const limitDefault = 100;
const limitMax = 1000;
/** Values may be a megabyte each, so a response stops at this size. Its `next` leads on from there. */
const responseBytesMax = 16 * 1024 * 1024;

export function parseRecordsQuery(
  search: URLSearchParams,
  topic: { readonly name: string; readonly partitions: number },
): RecordsQuery {
  refuseUnknownParameters(search);
  const integer = (name: string, range: NumberRange) => toInteger(search.get(name), name, range);
  return {
    topic: topic.name,
    partition: integer("partition", { min: 0, max: topic.partitions - 1 }),
    key: search.get("key") ?? undefined,
    after: integer("after", { min: 0, max: Number.MAX_SAFE_INTEGER }),
    limit: integer("limit", { min: 1, max: limitMax }) ?? limitDefault,
  };
}

function refuseUnknownParameters(search: URLSearchParams): void {
  const names = [...search.keys()];
  const stranger = names.find((name) => !parameters.includes(name));
  if (stranger !== undefined) {
    const shown = JSON.stringify(stranger.slice(0, 50));
    throw new InvalidInput(`unknown parameter ${shown}; known: ${parameters.join(", ")}`);
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new InvalidInput(`${repeated} must be given at most once`);
  }
}

function toInteger(text: string | null, name: string, range: NumberRange): number | undefined {
  if (text === null) {
    return undefined;
  }
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || value < range.min || value > range.max) {
    throw new InvalidInput(`${name} must be an integer from ${range.min} to ${range.max}`);
  }
  return value;
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

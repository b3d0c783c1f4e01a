import { recordsMax } from "../messages/record-store.ts";
import { getJson } from "./api.ts";
import type { Topic, TopicRecord } from "./model.ts";

const pageRecords = 1000;
/** The emulator may have cut a response of this size, so older records are not loaded. */
const responseCharactersMax = 12 * 1024 * 1024;

type Response = { readonly records: readonly TopicRecord[] };

type Newest = Response & {
  /** From this cursor on no record is missing. */
  readonly wholeFrom: number;
  /** The topics that have older records. */
  readonly partial: readonly string[];
};

/** Loads the newest records of each topic, which is enough to show something at once. */
export async function loadNewest(topics: readonly Topic[]): Promise<Newest> {
  const responses = await Promise.all(
    topics.filter(isFilled).map(async ({ name, partitions }) => {
      const { records } = await getJson<Response>(pathOf(name, {}));
      const kept = partitions.reduce((sum, { first, next }) => sum + next - first, 0);
      return { name, records, isWhole: records.length >= kept };
    }),
  );
  const partial = responses.filter(({ isWhole }) => !isWhole);
  return {
    records: responses.flatMap(({ records }) => records),
    wholeFrom: Math.max(1, ...partial.map(({ records }) => records[0]?.cursor ?? 1)),
    partial: partial.map(({ name }) => name),
  };
}

/** Loads older records step by step backwards, so that no gap is left wherever it stops. */
export async function* loadOlder({ wholeFrom, partial }: Newest) {
  const until = Math.max(1, wholeFrom - recordsMax);
  for (let from = wholeFrom; from > until; from -= pageRecords) {
    const after = `${Math.max(0, from - pageRecords - 1)}`;
    const responses = await Promise.all(
      partial.map((name) => getJson<Response>(pathOf(name, { after }))),
    );
    const records = responses.flatMap((response) => response.records);
    const characters = records.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    if (characters > responseCharactersMax) {
      return;
    }
    yield records.filter(({ cursor }) => cursor < from);
  }
}

const isFilled = ({ partitions }: Topic) => partitions.some(({ first, next }) => next > first);

function pathOf(name: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams({ limit: `${pageRecords}`, ...query });
  return `/_/topics/${encodeURIComponent(name)}/records?${search}`;
}

import { dataOf } from "./cloud-event.ts";
import type { Entry } from "./record-store.ts";

export type Filter = {
  /** The text that the reader typed: words, and `field:word`. */
  readonly search: string;
  /** A topic, a topic and a partition as in `orders/2`, or empty for all. */
  readonly place: string;
};

type Fits = (entry: Entry) => boolean;

const fields: Readonly<Record<string, (entry: Entry) => string>> = {
  key: ({ key }) => key,
  type: ({ type }) => type,
  id: ({ id }) => id,
  topic: ({ topic }) => topic,
  data: ({ value }) => dataOf(value),
};

/** Creates the test for a filter. It is made once for many records. Every word has to fit, in any case of letters. */
export function createFilter({ search, place }: Filter): Fits {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const tests = words.map(toTest);
  return (entry) => fitsPlace(entry, place) && tests.every((fits) => fits(entry));
}

function fitsPlace({ topic, partition }: Entry, place: string): boolean {
  return place === "" || place === topic || place === `${topic}/${partition}`;
}

function toTest(word: string): Fits {
  const [name = "", ...rest] = word.split(":");
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field !== undefined && rest.length > 0) {
    const wanted = rest.join(":");
    return (entry) => field(entry).toLowerCase().includes(wanted);
  }
  const has = (text: string) => text.toLowerCase().includes(word);
  return ({ key, type, id, value }) => has(value) || has(key) || has(type) || has(id);
}

import type { BucketObject } from "./buckets.ts";

/** The start of a page: after a key, or after every key of a common prefix. */
export type ListPageStart = { readonly kind: "key" | "prefix"; readonly text: string };

export type ListPageQuery = {
  readonly prefix: string;
  /** Empty if keys are not grouped. */
  readonly delimiter: string;
  readonly start: ListPageStart;
  readonly keysMax: number;
};

export type ListPageEntry =
  | { readonly kind: "key"; readonly text: string; readonly object: BucketObject }
  | { readonly kind: "prefix"; readonly text: string };

export type ListPage = {
  readonly entries: readonly ListPageEntry[];
  /** The last entry of this page, if there are more. */
  readonly next?: ListPageStart;
};

/** Selects one page of the ordered objects. A common prefix counts as one key, as in S3. */
export function listPage(objects: readonly BucketObject[], query: ListPageQuery): ListPage {
  const entries: ListPageEntry[] = [];
  const startBytes = Buffer.from(query.start.text);
  for (const object of objects) {
    if (!isWanted(object, query, startBytes)) {
      continue;
    }
    const entry = toEntry(object, query);
    const last = entries.at(-1);
    if (isSamePrefix(entry, last)) {
      continue;
    }
    if (entries.length === query.keysMax) {
      return last === undefined ? { entries } : { entries, next: startAfter(last) };
    }
    entries.push(entry);
  }
  return { entries };
}

function isWanted(
  { key, keyBytes }: BucketObject,
  query: ListPageQuery,
  startBytes: Buffer,
): boolean {
  const { prefix, start } = query;
  const isPassed = start.kind === "prefix" && key.startsWith(start.text);
  return key.startsWith(prefix) && !isPassed && Buffer.compare(keyBytes, startBytes) > 0;
}

function isSamePrefix(entry: ListPageEntry, last: ListPageEntry | undefined): boolean {
  return entry.kind === "prefix" && last?.kind === "prefix" && last.text === entry.text;
}

function toEntry(object: BucketObject, { prefix, delimiter }: ListPageQuery): ListPageEntry {
  const { key } = object;
  const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
  return at === -1
    ? { kind: "key", text: key, object }
    : { kind: "prefix", text: key.slice(0, at + delimiter.length) };
}

function startAfter({ kind, text }: ListPageEntry): ListPageStart {
  return { kind, text };
}

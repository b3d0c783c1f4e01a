import { toStoredMs } from "../model/dead-letter.ts";
import { reservedPrefixes } from "../model/reserved-prefixes.ts";
import type { StoredObject } from "../object-storage/listing.ts";

/** Sorts dead letters by age and drops foreign objects, such as the marker of a folder. */
export function toDeadLetters(listed: readonly StoredObject[]): readonly StoredObject[] {
  return (
    listed
      .filter(isDeadLetter)
      .map((object) => ({ object, atMs: storedMsOf(object) }))
      // The difference of two objects without a time is NaN, which is falsy.
      .sort((a, b) => a.atMs - b.atMs || compareTexts(a.object.name, b.object.name))
      .map(({ object }) => object)
  );
}

/** Recognizes a dead letter's name also in a storage's own form, such as with the bucket before it. */
function isDeadLetter({ name, isReadable }: StoredObject): boolean {
  const plain = name.replaceAll(/%2f/gi, "/");
  return name.endsWith(".ndjson") && (plain.includes(reservedPrefixes.deadLetters) || !isReadable);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Reads the time of storing from the name, or else takes the time of the last write; Infinity without a time. */
export function storedMsOf({ name, modifiedMs }: StoredObject): number {
  const storedMs = toStoredMs(name);
  const eitherMs = Number.isNaN(storedMs) ? modifiedMs : storedMs;
  return Number.isNaN(eitherMs) ? Infinity : eitherMs;
}

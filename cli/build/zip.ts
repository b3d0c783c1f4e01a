import { zipSync } from "fflate";

/** Zip entries carry a date; a fixed one makes equal sources equal zips. */
const options = { mtime: new Date(1980, 0, 1), level: 9 } as const;

export function toZip(entries: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return zipSync({ ...entries }, options);
}

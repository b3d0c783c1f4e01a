import { readFileSync } from "node:fs";
import type { Bag } from "./settings.ts";

/** A bucket event of `test/vectors/object-events`, shaped after its vendor's documents. */
export function objectEvent(name: string): Bag {
  const url = new URL(`../vectors/object-events/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

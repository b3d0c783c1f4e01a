import { readFileSync } from "node:fs";
import type { ObjectEvent } from "../../lib/object-events/notification.ts";
import type { Bag } from "./settings.ts";

/** A bucket event of `test/vectors/object-events`, shaped after its vendor's documents. */
export function objectEvent(name: string): Bag {
  const url = new URL(`../vectors/object-events/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

/** An object event with all that is read of it only when its message is made. */
export function withFacts({ facts, ...named }: ObjectEvent) {
  return { ...named, ...facts() };
}

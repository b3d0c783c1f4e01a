import { readFileSync } from "node:fs";
import type { NcloudFields } from "../../lib/object-events/ncloud.ts";
import type { ObjectEvent } from "../../lib/object-events/object-event.ts";
import type { Bag } from "./settings.ts";

/** Reads a bucket event of `test/vectors/object-events`, which has the form of its vendor's documents. */
export function objectEvent(name: string): Bag {
  const url = new URL(`../vectors/object-events/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

/** No setting names a field of NAVER Cloud's event. */
export const noFields: NcloudFields = { passed: [], bucket: [], event: [], time: [] };

/** Adds the facts that are read only when the message is made. */
export function withFacts({ facts, ...named }: ObjectEvent) {
  return { ...named, ...facts() };
}

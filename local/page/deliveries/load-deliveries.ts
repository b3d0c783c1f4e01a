import { signal } from "@preact/signals";
import { getJson } from "../data/api.ts";
import { deliveriesVersion } from "../data/state.ts";
import type { Delivery } from "./delivery.ts";

/** The calls of functions, newest first. Undefined until they were loaded. */
export const deliveries = signal<readonly Delivery[] | undefined>(undefined);

type Expected = { readonly function: string; readonly source?: string };

const loaded = { version: -1 };

/** Loads the calls, if there was one since the last time. */
export async function loadDeliveries(): Promise<readonly Delivery[]> {
  const version = deliveriesVersion.value;
  if (loaded.version !== version || deliveries.value === undefined) {
    const answer = await getJson<{ deliveries: readonly Delivery[] }>("/_/deliveries");
    loaded.version = version;
    deliveries.value = answer.deliveries;
  }
  return deliveries.value;
}

/** Finds the newest call of a function that is not among the known ones. */
export async function findNewDelivery(
  known: readonly Delivery[],
  expected: Expected,
): Promise<Delivery | undefined> {
  const ids = new Set(known.map(({ id }) => id));
  const all = await loadDeliveries();
  return all.find(
    (one) =>
      !ids.has(one.id) &&
      one.function === expected.function &&
      (expected.source === undefined || one.source === expected.source),
  );
}

import { signal } from "@preact/signals";
import { getJson } from "../data/api.ts";
import { deliveriesVersion } from "../data/state.ts";
import type { Delivery } from "./delivery.ts";

/** The calls of functions, newest first. Undefined until they were loaded. */
export const deliveries = signal<readonly Delivery[] | undefined>(undefined);

type Expected = { readonly function: string; readonly source?: string };
type Load = { readonly version: number; readonly list: Promise<readonly Delivery[]> };

const last: { load?: Load } = {};

/** Loads the calls, if there was one since the last time. */
export function loadDeliveries(): Promise<readonly Delivery[]> {
  const version = deliveriesVersion.peek();
  if (last.load?.version !== version) {
    last.load = { version, list: load() };
    last.load.list.catch(() => {
      delete last.load;
    });
  }
  return last.load?.list ?? load();
}

async function load(): Promise<readonly Delivery[]> {
  const loaded = await getJson<{ deliveries: readonly Delivery[] }>("/_/deliveries");
  deliveries.value = loaded.deliveries;
  return loaded.deliveries;
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

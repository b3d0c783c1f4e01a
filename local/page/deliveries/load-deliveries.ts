import { signal } from "@preact/signals";
import { getJson } from "../data/api.ts";
import { deliveriesVersion } from "../data/state.ts";
import type { Delivery } from "./delivery.ts";

/** The calls of functions, newest first. Undefined until they were loaded. */
export const deliveries = signal<readonly Delivery[] | undefined>(undefined);

type Expected = { readonly function: string; readonly source?: string };
type Loaded = { readonly deliveries: readonly Delivery[] };

/** The page keeps this many. The emulator has more, at their addresses. */
export const deliveriesMax = 500;

const none: readonly Delivery[] = [];
const last = { version: -1, list: Promise.resolve(none) };

/** Loads the calls, if there was one since the last time. One load follows the other, so that none comes twice. */
export function loadDeliveries(): Promise<readonly Delivery[]> {
  const version = deliveriesVersion.peek();
  if (last.version !== version) {
    last.version = version;
    last.list = last.list.then(load, load);
    last.list.catch(() => {
      last.version = -1;
    });
  }
  return last.list;
}

/** Loads the calls that are newer than the newest one here, or all if that one is not kept any more. */
async function load(): Promise<readonly Delivery[]> {
  const [newest] = deliveries.peek() ?? [];
  const loaded =
    newest === undefined ? await loadAll() : await loadAfter(newest.id).catch(() => loadAll());
  deliveries.value = loaded.slice(0, deliveriesMax);
  return deliveries.value;
}

async function loadAll(): Promise<readonly Delivery[]> {
  return (await getJson<Loaded>(`/_/deliveries?limit=${deliveriesMax}`)).deliveries;
}

async function loadAfter(id: string): Promise<readonly Delivery[]> {
  const search = new URLSearchParams({ after: id, limit: `${deliveriesMax}` });
  const news = (await getJson<Loaded>(`/_/deliveries?${search}`)).deliveries;
  return [...news.toReversed(), ...(deliveries.peek() ?? [])];
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

import { computed, effect, signal, untracked } from "@preact/signals";
import { store, storeState } from "../data/state.ts";
import { replaceAddress, route } from "../frame/route.ts";
import { createFilter } from "./filter.ts";
import type { Entry } from "./record-store.ts";

type Shown = {
  /** Oldest first. */
  readonly entries: readonly Entry[];
  /** Heartbeats that fit the filter and are hidden. */
  readonly hidden: number;
  /** Everything that the page holds. */
  readonly total: number;
};

export const search = signal(route.peek().search.get("q") ?? "");
export const place = signal(route.peek().search.get("in") ?? "");
export const areHeartbeatsShown = signal(false);
export const isPaused = signal(false);
/** The records that arrived since the pause. */
export const waitingCount = signal(0);
export const shown = signal<Shown>({ entries: [], hidden: 0, total: 0 });
/** True if no message is there but heartbeats that are hidden, and no filter hides any. */
export const isEmpty = computed(() => {
  const { entries, hidden, total } = shown.value;
  return entries.length === 0 && total === hidden;
});

const kept = { entries: [] as Entry[], hidden: 0, newest: 0, filter: "" };
const pausedAt = { cursor: 0 };

/** Brings the list up to date: only new records are tested, unless the filter or older records changed. */
effect(() => {
  const { rebuilds } = storeState.value;
  const filter = JSON.stringify([search.value, place.value, areHeartbeatsShown.value, rebuilds]);
  const all = store.entries();
  if (isPaused.value) {
    waitingCount.value = all.length - firstAfter(all, pausedAt.cursor);
    return;
  }
  if (filter !== kept.filter) {
    Object.assign(kept, { entries: [], hidden: 0, newest: 0, filter });
  }
  addFitting(all.slice(firstAfter(all, kept.newest)));
  kept.newest = all.at(-1)?.cursor ?? 0;
  kept.entries.splice(0, firstAfter(kept.entries, (all[0]?.cursor ?? 1) - 1));
  shown.value = { entries: kept.entries, hidden: kept.hidden, total: all.length };
});

function addFitting(news: readonly Entry[]): void {
  const fits = createFilter({ search: search.value, place: place.value });
  for (const entry of news) {
    if (fits(entry)) {
      if (entry.isHeartbeat && !areHeartbeatsShown.value) {
        kept.hidden += 1;
      } else {
        kept.entries.push(entry);
      }
    }
  }
}

/** Returns the index of the first entry after a cursor. */
export function firstAfter(entries: readonly Entry[], cursor: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.cursor ?? 0) <= cursor) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

export function setPaused(paused: boolean): void {
  pausedAt.cursor = store.entries().at(-1)?.cursor ?? 0;
  if (paused) {
    // The list is a copy from here on, so that records which the store drops meanwhile stay in sight.
    shown.value = { ...shown.value, entries: [...shown.value.entries] };
  }
  isPaused.value = paused;
}

/** Changes the filter, which applies to the present records and so ends a pause. The address keeps it. */
export function setFilter(change: { readonly search?: string; readonly place?: string }): void {
  isPaused.value = false;
  search.value = change.search ?? search.value;
  place.value = change.place ?? place.value;
  writeFilter();
}

function writeFilter(): void {
  const query = new URLSearchParams();
  if (search.value !== "") {
    query.set("q", search.value);
  }
  if (place.value !== "") {
    query.set("in", place.value);
  }
  const [path = ""] = location.hash.split("?");
  replaceAddress(`${path || "#/messages"}${query.size > 0 ? `?${query}` : ""}`);
}

/** A link with a filter applies it. A link without one leaves the filter as it is, and the address names it again. */
effect(() => {
  const { view, search: asked } = route.value;
  untracked(() => {
    const [q, where] = [asked.get("q") ?? "", asked.get("in") ?? ""];
    if (view !== "messages" || (q === search.value && where === place.value)) {
      return;
    }
    if (q === "" && where === "") {
      writeFilter();
    } else {
      setFilter({ search: q, place: where });
    }
  });
});

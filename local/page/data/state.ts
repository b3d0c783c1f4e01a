import { computed, signal } from "@preact/signals";
import { createRecordStore } from "../messages/record-store.ts";
import { getJson } from "./api.ts";
import { connectLive } from "./live.ts";
import type { FaultScript, RequestEntry, Topic, TopicRecord } from "./model.ts";
import { countRates, forgetRates } from "./rates.ts";
import { loadNewest, loadOlder } from "./record-loader.ts";

const refreshMs = 1000;
const requestsMax = 200;

/** Undefined until the first answer, so that no wrong number is ever shown. */
export const topics = signal<readonly Topic[] | undefined>(undefined);
export const faults = signal<FaultScript | undefined>(undefined);
/** The newest first. */
export const requests = signal<readonly RequestEntry[]>([]);
export const store = createRecordStore();
/** Changes whenever the store does. `rebuilds` changes if more happened than new records at the end. */
export const storeState = signal({ version: 0, rebuilds: 0 });
/** False until the newest records of every topic are there. */
export const isLoaded = computed(() => storeState.value.version > 0);
/** Changes with every call of a function. */
export const deliveriesVersion = signal(0);

type Listener = (records: readonly TopicRecord[]) => void;
const listeners = new Set<Listener>();

/** Calls the listener with every batch of live records. Returns the function that ends it. */
export function onLiveRecords(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function touchStore(change: { readonly isRebuilt: boolean }): void {
  const { version, rebuilds } = storeState.value;
  storeState.value = { version: version + 1, rebuilds: rebuilds + Number(change.isRebuilt) };
}

/** Loads what the event stream does not announce: offsets, emptied topics and faults. */
export async function refresh(): Promise<void> {
  const [described, script] = await Promise.all([
    getJson<{ topics: readonly Topic[] }>("/_/topics"),
    getJson<FaultScript>("/_/faults"),
  ]);
  setIfChanged(topics, described.topics);
  setIfChanged(faults, script);
  removeDropped(described.topics);
}

/** Sets a signal only if the value differs, so that nothing is drawn again for an equal one. */
function setIfChanged<T>(target: { value: T | undefined }, value: T): void {
  if (JSON.stringify(target.value) !== JSON.stringify(value)) {
    target.value = value;
  }
}

/** Removes records before a partition's first offset: they were emptied or dropped, here or by another client. */
function removeDropped(described: readonly Topic[]): void {
  const partitionsOf = new Map(described.map(({ name, partitions }) => [name, partitions]));
  const isGone = ({ topic, partition, offset }: TopicRecord) =>
    offset < (partitionsOf.get(topic)?.[partition]?.first ?? 0);
  if (store.removeWhere(isGone)) {
    touchStore({ isRebuilt: true });
  }
}

let loads = 0;

/** Loads everything again: after a restart of the emulator, cursors and offsets may belong to other records. */
async function load(): Promise<void> {
  loads += 1;
  const present = loads;
  await refresh();
  const [recent, newest] = await Promise.all([
    getJson<{ requests: readonly RequestEntry[] }>("/_/requests"),
    loadNewest(topics.value ?? []),
  ]);
  requests.value = recent.requests.slice(0, requestsMax);
  store.clear();
  forgetRates();
  countRates(store.add(newest.records));
  touchStore({ isRebuilt: true });
  deliveriesVersion.value += 1;
  fillUp(newest, present).catch(() => undefined);
}

async function fillUp(newest: Awaited<ReturnType<typeof loadNewest>>, present: number) {
  for await (const records of loadOlder(newest)) {
    if (present !== loads || store.isFull()) {
      return;
    }
    store.add(records);
    touchStore({ isRebuilt: true });
  }
}

function addRequests(news: readonly RequestEntry[]): void {
  // Requests that waited for a load may be among those that it fetched.
  const known = new Set(requests.value.slice(0, news.length * 2).map((one) => JSON.stringify(one)));
  const added = news.filter((one) => !known.has(JSON.stringify(one)));
  requests.value = [...added.toReversed(), ...requests.value].slice(0, requestsMax);
}

/** Starts the live connection and the refresh. The connection state shows when the emulator is away. */
export function startState(): void {
  const look = () => refresh().catch(() => undefined);
  connectLive({
    onOpen: load,
    onFaults: look,
    onDelivery: () => {
      deliveriesVersion.value += 1;
    },
    onRequests: addRequests,
    onRecords(records) {
      countRates(store.add(records));
      touchStore({ isRebuilt: false });
      for (const listener of listeners) {
        listener(records);
      }
    },
  });
  setInterval(look, refreshMs);
}

import type { World } from "../../harness.ts";

export type Kept = { readonly key: string; readonly value: string; readonly offset: number };

export const mebibyte = 1024 * 1024;

export async function keysOf(emulator: World, topic: string): Promise<readonly string[]> {
  const { records } = (await emulator.get(`/_/topics/${topic}/records?limit=1000`)) as {
    records: Kept[];
  };
  return records.map(({ key }) => key);
}

export async function produceKeys(emulator: World, keys: readonly string[], topic = "alerts") {
  const statuses: number[] = [];
  for (const key of keys) {
    statuses.push((await emulator.produce({ topic, key, value: "v", partition: 0 })).status);
  }
  return statuses;
}

export function counts(emulator: World) {
  return emulator.get("/_/topics") as Promise<{
    topics: { name: string; partitions: unknown[] }[];
  }>;
}

/** Reads the event stream after a cursor until it has this many records. */
export async function resume({ origin }: World, lastEventId: number, count: number) {
  const aborter = new AbortController();
  const headers = { "last-event-id": String(lastEventId) };
  const response = await fetch(`${origin}/_/events`, { headers, signal: aborter.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const keys: string[] = [];
  let text = "";
  while (keys.length < count) {
    const { value = "", done } = (await reader?.read()) ?? { done: true };
    if (done) {
      break;
    }
    text += value;
    keys.splice(
      0,
      keys.length,
      ...[...text.matchAll(/"key":"([^"]*)"/g)].map((one) => one[1] ?? ""),
    );
  }
  aborter.abort();
  return keys;
}

import { signal } from "@preact/signals";
import type { TopicRecord } from "./model.ts";

export const shownSeconds = 120;
const tickMs = 1000;
const counts = new Map<number, number>();

/** The messages of each of the last seconds, oldest first. The second that still fills is not among them. */
export const rates = signal<readonly number[]>(ratesAt(Date.now()));

export function countRates(records: readonly TopicRecord[]): void {
  for (const { timestamp } of records) {
    const second = Math.floor(timestamp / 1000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
}

export function forgetRates(): void {
  counts.clear();
}

function ratesAt(nowMs: number): readonly number[] {
  const now = Math.floor(nowMs / 1000);
  for (const second of counts.keys()) {
    if (second < now - shownSeconds) {
      counts.delete(second);
    }
  }
  return Array.from(
    { length: shownSeconds },
    (_, index) => counts.get(now - shownSeconds + index) ?? 0,
  );
}

export function startRates(): void {
  setInterval(() => {
    if (!document.hidden) {
      rates.value = ratesAt(Date.now());
    }
  }, tickMs);
}

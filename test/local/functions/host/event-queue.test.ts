import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createEventQueue } from "../../../../local/functions/host/event-queue.ts";

function startQueue(waitingMax?: number) {
  const delivered: string[] = [];
  const reports: string[] = [];
  const state = { running: 0, runningMax: 0 };
  const queue = createEventQueue<string>({
    async deliver(event) {
      state.running += 1;
      state.runningMax = Math.max(state.runningMax, state.running);
      await sleep(10);
      delivered.push(event);
      state.running -= 1;
    },
    report: (line) => reports.push(line),
    ...(waitingMax !== undefined && { waitingMax }),
  });
  return { queue, delivered, reports, state };
}

test("events are delivered one at a time and in order", async () => {
  const { queue, delivered, reports, state } = startQueue();

  for (const event of ["a", "b", "c"]) {
    queue.add(event);
  }
  await expect.poll(() => delivered).toEqual(["a", "b", "c"]);

  expect([state.runningMax, reports]).toEqual([1, []]);
});

test("events beyond the limit are dropped and reported", async () => {
  const { queue, delivered, reports } = startQueue(1);

  for (const event of ["a", "b", "c"]) {
    queue.add(event);
  }
  await expect.poll(() => delivered).toEqual(["a", "b"]);

  expect(reports).toEqual(["an event was dropped: 1 others wait"]);
});

test("a cleared queue delivers nothing more", async () => {
  const { queue, delivered } = startQueue();

  queue.add("a");
  queue.add("b");
  queue.clear();
  await sleep(60);

  expect(delivered).toEqual(["a"]);
});

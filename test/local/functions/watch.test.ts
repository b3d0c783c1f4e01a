import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { watchFolders } from "../../../local/functions/watch.ts";

/** Longer than the watch waits for quiet, so that each probe is a change by itself. */
const probeMs = 300;

async function startWatch() {
  const folder = mkdtempSync(join(tmpdir(), "relay-"));
  mkdirSync(join(folder, "below"));
  const state = { calls: 0, running: 0, runningMax: 0, work: Promise.resolve() };
  const watch = watchFolders([folder], async () => {
    state.calls += 1;
    state.running += 1;
    state.runningMax = Math.max(state.runningMax, state.running);
    await state.work;
    state.running -= 1;
  });
  onTestFinished(() => watch.stop());
  const write = (name: string) => writeFileSync(join(folder, name), String(Math.random()));
  // Node begins to watch folders some time after the call, on a busy machine much later.
  const poll = { timeout: 20_000, interval: probeMs };
  for (const probe of ["probe.ts", "below/probe.ts"]) {
    const calls = state.calls;
    const writeAndCount = () => {
      write(probe);
      return state.calls;
    };
    await expect.poll(writeAndCount, poll).toBeGreaterThan(calls);
  }
  let calls: number;
  do {
    calls = state.calls;
    await sleep(probeMs);
  } while (state.calls > calls || state.running > 0);
  Object.assign(state, { calls: 0, runningMax: 0 });
  return { state, write, watch };
}

test("changes of a moment are one change, in folders below too", async () => {
  const { state, write } = await startWatch();

  write("a.ts");
  write("a.ts");
  write("below/b.ts");
  await expect.poll(() => state.calls).toBe(1);
  await sleep(500);

  expect(state.calls).toBe(1);
});

test("a change during a build is followed by one more build", async () => {
  const { state, write } = await startWatch();
  let end: () => void = () => undefined;
  state.work = new Promise((resolve) => {
    end = resolve;
  });

  write("a.ts");
  await expect.poll(() => state.running).toBe(1);
  write("b.ts");
  await sleep(300);
  write("c.ts");
  await sleep(500);
  end();
  await expect.poll(() => state.calls).toBe(2);
  await sleep(500);

  expect([state.calls, state.runningMax]).toEqual([2, 1]);
});

test("a stopped watch calls nothing", async () => {
  const { state, write, watch } = await startWatch();

  watch.stop();
  write("a.ts");
  await sleep(500);

  expect(state.calls).toBe(0);
});

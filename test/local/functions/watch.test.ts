import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  const reports: string[] = [];
  const work = async () => {
    state.calls += 1;
    state.running += 1;
    state.runningMax = Math.max(state.runningMax, state.running);
    await state.work;
    state.running -= 1;
    if (isFailing.now) {
      throw new Error("EBUSY");
    }
  };
  const isFailing = { now: false };
  const watch = watchFolders([folder], work, (line) => reports.push(line));
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
  return { state, write, watch, reports, isFailing };
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

test("a call that fails is reported, and the next change calls again", async () => {
  const { state, write, reports, isFailing } = await startWatch();

  isFailing.now = true;
  write("a.ts");
  await expect.poll(() => reports, { timeout: 5_000 }).toEqual(["the change failed: Error: EBUSY"]);
  write("a.ts");
  await expect.poll(() => state.calls, { timeout: 5_000 }).toBe(2);
});

test("a folder that cannot be watched is reported", () => {
  const reports: string[] = [];

  const { stop } = watchFolders(
    ["no\0folder"],
    async () => {},
    (line) => reports.push(line),
  );
  stop();

  expect(reports).toEqual([expect.stringContaining("folder is not watched: ")]);
});

test("a folder that is made later, or made anew, is watched", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "relay-")), "lib");
  const reports: string[] = [];
  const state = { calls: 0 };
  const work = async () => {
    state.calls += 1;
  };
  const { stop } = watchFolders([folder], work, (line) => reports.push(line));
  onTestFinished(stop);
  const poll = { timeout: 20_000, interval: probeMs };

  for (const _ of ["later", "anew"]) {
    const before = state.calls;
    mkdirSync(folder);
    await expect.poll(() => state.calls, poll).toBeGreaterThan(before);
    const made = state.calls;
    const write = () => {
      writeFileSync(join(folder, "a.ts"), String(Math.random()));
      return state.calls;
    };
    await expect.poll(write, poll).toBeGreaterThan(made);
    rmSync(folder, { recursive: true });
  }

  expect(reports).toEqual([]);
});

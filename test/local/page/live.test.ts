import { setInterval as every } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { produceAll, startWorld } from "../harness.ts";
import { isWithoutBrowser, openConsole, rowOf } from "./browser.ts";

const kept = 10_000;
const streamed = 2_000;
/** Ten every 20 ms are 500 a second. */
const waveRecords = 10;
const waveMs = 20;
/** The rows of a window of 800 px, and some beyond it. */
const rowsMax = 60;

type Watched = {
  readonly renders: number;
  readonly frames: number;
  readonly rowsMax: number;
  /** Tasks of 50 ms and more, which hold up what the reader does. */
  readonly longTasksMs: readonly number[];
};

/** Counts changes in the page. Each callback is one change, however many rows it changed. */
const watch = `
  const canvas = document.querySelector("#records > div");
  window.watched = { renders: 0, frames: 0, rowsMax: canvas.childElementCount, longTasksMs: [] };
  new PerformanceObserver((list) => {
    watched.longTasksMs.push(...list.getEntries().map((entry) => Math.round(entry.duration)));
  }).observe({ type: "longtask" });
  new MutationObserver(() => {
    watched.renders += 1;
    watched.rowsMax = Math.max(watched.rowsMax, canvas.childElementCount);
  }).observe(canvas, { childList: true });
  const count = () => { watched.frames += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
`;

type Wave = { readonly name: string; readonly from: number; readonly count: number };

function wave({ name, from, count }: Wave) {
  const numbers = Array.from({ length: count }, (_, step) => from + step);
  return numbers.map((n) => ({ topic: "orders", key: `${name}-${n}`, value: `{"n":${n}}` }));
}

describe.skipIf(isWithoutBrowser)("the page with 10,000 records and 500 more a second", () => {
  test("only visible rows are held, rows are drawn in batches, and no record is lost", async () => {
    const emulator = await startWorld({ random: Math.random });
    await produceAll(emulator, wave({ name: "old", from: 0, count: kept }));
    const { page, complaints } = await openConsole(emulator);
    const note = page.locator("#records-note");
    await note.filter({ hasText: /^10,000 messages/ }).waitFor();
    await page.evaluate(watch);

    const waves: Promise<readonly number[]>[] = [];
    for await (const _ of every(waveMs)) {
      const from = waves.length * waveRecords;
      waves.push(produceAll(emulator, wave({ name: "live", from, count: waveRecords })));
      if (from + waveRecords === streamed) {
        break;
      }
    }
    const statuses = (await Promise.all(waves)).flat();
    await emulator.produce({ topic: "orders", key: "the-last", value: "" });
    await rowOf(page, "the-last").waitFor();
    const watched = (await page.evaluate("watched")) as Watched;
    await page.getByRole("searchbox").fill("key:live-");
    await note.filter({ hasText: "2,000 of 10,000 messages" }).waitFor();

    expect(statuses).toEqual(Array(streamed).fill(200));
    expect(watched.renders).toBeGreaterThan(0);
    expect(watched.renders).toBeLessThanOrEqual(watched.frames);
    expect(watched.renders).toBeLessThan(streamed / 2);
    expect(watched.rowsMax).toBeLessThan(rowsMax);
    // The length of a task says more about the machine than about the page: alone there is none of 50 ms.
    console.info(`long tasks of the page: ${JSON.stringify(watched.longTasksMs)} ms`);
    expect(complaints).toEqual([]);
  }, 120_000);
});

import { describe, expect, test } from "vitest";
import { startWorld } from "../../harness.ts";
import { isWithoutBrowser, openConsole, pollMsMax } from "../browser.ts";

const hash = "#/topics";

describe.skipIf(isWithoutBrowser)("the Topics view", () => {
  test("a topic is shown with its counts, offsets, bytes and retention, which are right from the first paint", async () => {
    const emulator = await startWorld({
      topics: { orders: { partitions: 2, retentionMs: 7_200_000 }, alerts: 1 },
    });
    for (const key of ["a", "b", "c"]) {
      await emulator.produce({ topic: "orders", key, value: "12345", partition: 1 });
    }
    const { page, complaints } = await openConsole(emulator, { hash });

    const first = await page.locator(".topic-card").first().innerText();
    const cells = await page.locator(".topic-card").first().locator("tbody tr").allInnerTexts();

    expect(first).toMatch(/^orders\nMessages\n3\nSize\n18 B\nDropped\n0\nRetention\n2 hours\n/);
    expect(cells.map((text) => text.split(/\s+/).filter((part) => part !== "%"))).toEqual([
      ["0", "0", "0", "0", "0", "0", "B", "0"],
      ["1", "100", "3", "0", "3", "18", "B", "0"],
    ]);
    expect(await page.locator(".view-head").innerText()).toContain("3 messages · 18 B");
    expect(complaints).toEqual([]);
  });

  test("topics are emptied only after a confirmation, and offsets go on", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "a", value: "1" });
    const { page } = await openConsole(emulator, { hash });
    const count = async () => JSON.stringify(await emulator.get("/_/topics/alerts/records"));

    await page.getByRole("button", { name: "Empty all topics…" }).click();
    await page.getByRole("button", { name: "Keep them" }).click();
    const kept = await count();
    await page.getByRole("button", { name: "Empty all topics…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Empty all topics" }).click();
    await page.getByRole("heading", { name: "The topics are empty" }).waitFor();

    expect(kept).toContain('"key":"a"');
    expect(await count()).not.toContain('"key":"a"');
    await expect
      .poll(() => page.locator(".topic-card").nth(1).locator("tbody tr").innerText(), {
        timeout: pollMsMax,
      })
      .toMatch(/^0\s+0 %\s+0\s+1\s+1/);
  });

  test("a partition leads to its messages", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "a", value: "1", partition: 0 });
    await emulator.produce({ topic: "orders", key: "b", value: "1", partition: 2 });
    const { page } = await openConsole(emulator, { hash });

    await page.getByRole("row", { name: /^2 / }).getByRole("link").click();

    await expect.poll(() => page.locator("#records .row .key").allTextContents()).toEqual(["b"]);
  });
});

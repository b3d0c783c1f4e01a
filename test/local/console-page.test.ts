import { existsSync } from "node:fs";
// biome-ignore lint/correctness/noUnresolvedImports: its types come through a CommonJS re-export, which the linter does not follow.
import type { Page } from "playwright-core";
// biome-ignore lint/correctness/noUnresolvedImports: its types come through a CommonJS re-export, which the linter does not follow.
import { chromium } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import type { World } from "./world.ts";
import { signedHeaders, startWorld } from "./world.ts";

const executablePath = "/usr/bin/chromium";
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
/** Longer than the second between two looks of the page at topics and faults. */
const pollMsMax = 10_000;
const hostileKey = '<img src=x onerror="globalThis.wasRun=1">';
const hostileValue = `</td></table><script>globalThis.wasRun=1</script>\u202e${"길고긴값".repeat(2000)}`;

/** A page that is open on the stand-in, with every complaint it makes. */
async function openConsole(world: World, width: number) {
  const browser = await chromium.launch({ executablePath, args });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${world.origin}/`) && !request.url().startsWith("data:")) {
      complaints.push(`a request to ${request.url()}`);
    }
  });
  await page.goto(world.origin);
  await page.locator("#connection", { hasText: "Live" }).waitFor();
  return { page, complaints };
}

function rowTexts(page: Page, table: string): Promise<readonly string[]> {
  return page.locator(`${table} tr`).allInnerTexts();
}

async function overflowPx(page: Page): Promise<unknown> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

// Where CI runs the suite, a missing browser is a failure, not a silence.
describe.skipIf(!existsSync(executablePath) && process.env["CI"] === undefined)("the page", () => {
  it("shows hostile keys and values as text, by itself, within 360 px", async () => {
    const world = await startWorld();
    const { page, complaints } = await openConsole(world, 360);

    await world.produce({ topic: "orders", key: hostileKey, value: hostileValue, partition: 2 });
    await page.locator("#records td.key", { hasText: hostileKey }).waitFor();
    const value = page.locator("#records td.value .text");

    expect(await value.textContent()).toContain(
      "</td></table><script>globalThis.wasRun=1</script>",
    );
    expect(await value.textContent()).toContain("길고긴값");
    expect(await page.locator("#records td.time").textContent()).toBe("2023-11-15 07:13:20.000");
    expect(await page.locator("#records img, #records script").count()).toBe(0);
    expect(await page.evaluate("globalThis.wasRun ?? 0")).toBe(0);
    expect(await overflowPx(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("filters by topic and partition, live and loaded", async () => {
    const world = await startWorld();
    await world.produce({ topic: "orders", key: "first", value: "", partition: 1 });
    await world.produce({ topic: "alerts", key: "second", value: "", partition: 0 });
    const { page, complaints } = await openConsole(world, 1280);
    await page.locator("#records tr").nth(1).waitFor();

    await page.getByLabel("Topic", { exact: true }).selectOption("orders");
    await page.getByLabel("Partition", { exact: true }).selectOption("1");
    await expect.poll(() => page.locator("#records tr").count(), { timeout: pollMsMax }).toBe(1);
    await world.produce({ topic: "orders", key: "hidden", value: "", partition: 0 });
    await world.produce({ topic: "orders", key: "third", value: "", partition: 1 });

    await page.locator("#records td.key", { hasText: "third" }).waitFor();
    expect(await page.locator("#records td.key").allInnerTexts()).toEqual(["third", "first"]);
    expect(await overflowPx(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("keeps at most 200 rows of a burst, in order, and drops emptied ones", async () => {
    const world = await startWorld();
    const { page, complaints } = await openConsole(world, 1280);
    for (let index = 0; index < 250; index += 1) {
      await world.produce({ topic: "alerts", key: `k${index}`, value: "", partition: 0 });
    }

    await page.locator("#records td.key", { hasText: "k249" }).waitFor();
    const keys = await page.locator("#records td.key").allInnerTexts();
    await world.remove("/_/records");

    expect(keys).toEqual(Array.from({ length: 200 }, (_, index) => `k${249 - index}`));
    await expect.poll(() => page.locator("#records tr").count(), { timeout: pollMsMax }).toBe(0);
    expect(complaints).toEqual([]);
  });

  it("shows refusals with their diagnosis, and that faults are on", async () => {
    const world = await startWorld();
    const { page, complaints } = await openConsole(world, 1280);
    const isBannerEmpty = await page.locator("#faults").textContent();

    await world.produce(
      { topic: "orders", key: "a", value: "1" },
      { ...signedHeaders, "x-ncp-apigw-signature-v2": "0".repeat(43) },
    );
    await world.setFaults({ steps: [{ times: 2, status: 503, when: { key: "b" } }] });
    await page.locator("#faults", { hasText: "2 times: answer 503 (key b)" }).waitFor();
    await page.locator("#requests .refused").waitFor();

    expect(isBannerEmpty).toBe("");
    expect((await rowTexts(page, "#requests")).join("\n")).toContain(
      "Expected string to sign\nPOST /api/produce\n1700000000000\nncp_iam_EXAMPLEACCESSKEY",
    );
    expect(complaints).toEqual([]);
  });

  it("comes back by itself when the stand-in starts again", async () => {
    const first = await startWorld();
    await first.produce({ topic: "alerts", key: "old", value: "" });
    const { page } = await openConsole(first, 1280);
    await page.locator("#records td.key", { hasText: "old" }).waitFor();
    await first.close();
    await page.locator("#connection", { hasText: "Reconnecting" }).waitFor();

    const second = await startWorld({ port: first.port });
    await second.produce({ topic: "alerts", key: "new", value: "" });

    await page.locator("#records td.key", { hasText: "new" }).waitFor();
    await expect
      .poll(() => page.locator("#records td.key").allInnerTexts(), { timeout: pollMsMax })
      .toEqual(["new"]);
  });
});

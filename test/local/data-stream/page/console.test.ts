import { describe, expect, test } from "vitest";
import { signedHeaders, startWorld } from "../../harness.ts";
import { isWithoutBrowser, openConsole, overflowPx, pollMsMax, rowKeys, rowOf } from "./browser.ts";

const wrongSignature = { ...signedHeaders, "x-ncp-apigw-signature-v2": "0".repeat(43) };
const hostileKey = '<img src=x onerror="globalThis.wasRun=1">';
const hostileValues = [
  `</td></table><script>globalThis.wasRun=1</script>\u202e${"길고긴값".repeat(2000)}`,
  `{"specversion":"1.0","type":"<svg onload=globalThis.wasRun=1>\u202e","id":"\\u001b[31m","__proto__":{"x":1}}`,
  `\u001b[2J\u001b[31m${"a".repeat(100_000)}\u0000\u009b`,
  "[".repeat(5000) + "]".repeat(5000),
];

describe.skipIf(isWithoutBrowser)("the page", () => {
  test.each(hostileValues)(
    "hostile keys and values are shown as text, within 360 px (%#)",
    async (value) => {
      const emulator = await startWorld();
      const { page, complaints } = await openConsole(emulator, { width: 360 });

      await emulator.produce({ topic: "orders", key: hostileKey, value, partition: 2 });
      await rowOf(page, hostileKey).click();
      const widths = [await overflowPx(page)];
      for (const view of ["Raw", "Bytes", "Difference", "Pretty"]) {
        await page.getByRole("button", { name: view, exact: true }).click();
        widths.push(await overflowPx(page));
      }

      expect(await page.locator("#records .row .time").textContent()).toBe(
        "2023-11-15 07:13:20.000",
      );
      expect(await page.locator("#records, #record").locator("img, script, svg").count()).toBe(0);
      expect(await page.locator("#records .row").textContent()).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(await page.evaluate("globalThis.wasRun ?? 0")).toBe(0);
      expect(widths).toEqual([0, 0, 0, 0, 0]);
      expect(complaints).toEqual([]);
    },
  );

  test("filters by topic and partition apply to live and loaded records", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "first", value: "", partition: 1 });
    await emulator.produce({ topic: "alerts", key: "second", value: "", partition: 0 });
    const { page, complaints } = await openConsole(emulator);
    await page.locator("#records .row").nth(1).waitFor();

    await page.getByLabel("Topic", { exact: true }).selectOption("orders");
    await page.getByLabel("Partition", { exact: true }).selectOption("1");
    await expect.poll(() => rowKeys(page), { timeout: pollMsMax }).toEqual(["first"]);
    await emulator.produce({ topic: "orders", key: "hidden", value: "", partition: 0 });
    await emulator.produce({ topic: "orders", key: "third", value: "", partition: 1 });

    await expect.poll(() => rowKeys(page), { timeout: pollMsMax }).toEqual(["third", "first"]);
    expect(await overflowPx(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a burst stays in order, and emptied records disappear", async () => {
    const emulator = await startWorld();
    const { page, complaints } = await openConsole(emulator);
    for (let index = 0; index < 250; index += 1) {
      await emulator.produce({ topic: "alerts", key: `k${index}`, value: "", partition: 0 });
    }

    await rowOf(page, "k249").waitFor();
    await page.locator("#records-note", { hasText: "250 records" }).waitFor();
    const newest = (await rowKeys(page)).slice(0, 10);
    await page.locator("#records").press("End");
    await rowOf(page, "k0").waitFor();
    const oldest = (await rowKeys(page)).slice(-10);
    await emulator.remove("/_/records");

    expect(newest).toEqual(Array.from({ length: 10 }, (_, index) => `k${249 - index}`));
    expect(oldest).toEqual(Array.from({ length: 10 }, (_, index) => `k${9 - index}`));
    await expect.poll(() => rowKeys(page), { timeout: pollMsMax }).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("refusals are shown with their diagnosis, and active faults with a banner", async () => {
    const emulator = await startWorld();
    const { page, complaints } = await openConsole(emulator);
    const isBannerEmpty = await page.locator("#faults").textContent();

    await emulator.produce({ topic: "orders", key: "a", value: "1" }, wrongSignature);
    await emulator.setFaults({ steps: [{ times: 2, status: 503, when: { key: "b" } }] });
    await page.locator("#faults", { hasText: "2 times: respond 503 (key b)" }).waitFor();
    await page.locator("#requests .refused").waitFor();

    expect(isBannerEmpty).toBe("");
    const shown = (await page.locator("#requests tr").allInnerTexts()).join("\n");
    expect(shown).toContain(
      "Expected string to sign\nPOST /api/produce\n1700000000000\nncp_iam_EXAMPLEACCESSKEY",
    );
    expect(shown).toMatch(/Fix\n\S/);
    expect(complaints).toEqual([]);
  });

  test("faults are switched on and off, and their banner stays in sight", async () => {
    const emulator = await startWorld();
    const { page, complaints } = await openConsole(emulator, { width: 360 });
    const produce = async () =>
      (await emulator.produce({ topic: "alerts", key: "a", value: "1" })).status;

    await page.getByRole("switch", { name: "The next 3 requests: 503" }).click();
    await page.getByRole("switch", { name: "clock 10 minutes ahead" }).click();
    await page.locator("#faults", { hasText: "always: clock off by 600000 ms" }).waitFor();
    const answers = [await produce(), await produce(), await produce(), await produce()];
    await page.locator("#faults", { hasNotText: "503" }).waitFor();
    const banner = await page.locator("#faults").boundingBox();
    const script = await page.locator("#fault-script").textContent();
    await page.getByRole("button", { name: "Turn all faults off" }).click();
    await page.locator("#faults:empty").waitFor({ state: "attached" });

    expect(answers.slice(0, 3)).toEqual([503, 503, 503]);
    expect(answers[3]).not.toBe(200);
    expect(banner?.y).toBe(0);
    expect(JSON.parse(script ?? "")).toEqual({ steps: [{ times: 999_999, skewMs: 600_000 }] });
    expect(await produce()).toBe(200);
    expect(await page.locator('[role=switch][aria-checked="true"]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each([
    "The next request: stored, but its response is lost",
    "The next request: cut before it is stored",
    "Every request: first byte after 3 s",
    "Every partition: throttled at 1 KiB per second",
  ])("the page has a switch for: %s", async (name) => {
    const emulator = await startWorld();
    const { page, complaints } = await openConsole(emulator);
    const made = page.getByRole("switch", { name });

    await made.click();
    await page.locator("#faults strong").waitFor();
    const isOn = await made.getAttribute("aria-checked");
    await made.click();
    await page.locator("#faults:empty").waitFor({ state: "attached" });

    expect([isOn, await made.getAttribute("aria-checked")]).toEqual(["true", "false"]);
    expect(complaints).toEqual([]);
  });

  test("the page reconnects by itself when the emulator starts again", async () => {
    const first = await startWorld();
    await first.produce({ topic: "alerts", key: "old", value: "" });
    const { page } = await openConsole(first);
    await rowOf(page, "old").waitFor();
    await first.close();
    await page.locator("#connection", { hasText: "Reconnecting" }).waitFor();

    const second = await startWorld({ port: first.port });
    await second.produce({ topic: "alerts", key: "new", value: "" });

    await rowOf(page, "new").waitFor();
    await expect.poll(() => rowKeys(page), { timeout: pollMsMax }).toEqual(["new"]);
  });

  test("the flow is drawn by topic and by outcome, and described in words", async () => {
    const emulator = await startWorld();
    const { page } = await openConsole(emulator);

    await emulator.produce({ topic: "orders", key: "a", value: "1" });
    await emulator.produce({ topic: "orders", key: "a", value: "1" }, wrongSignature);
    await page.locator("#flow-topics li", { hasText: "at most 0.5" }).waitFor();
    await page.locator("#flow-outcomes li", { hasText: /refused: .*at most 0.5/ }).waitFor();

    const words = await page.locator("#flow-outcomes svg[role=img]").getAttribute("aria-label");
    expect(words).toMatch(/accepted: .* at most 0\.5; refused: .* at most 0\.5; faulted: .* 0\.0$/);
    expect(await page.locator("#topics tbody").first().textContent()).toContain("1 record · 2 B");
  });
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { connection, startFunctionsStub } from "../../functions/console/functions-stub.ts";
import { signedHeaders, startWorld } from "../../harness.ts";
import type { ConsolePage } from "./browser.ts";
import { isWithoutBrowser, openConsole, overflowPx, pollMsMax, rowOf } from "./browser.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const wrongSignature = { ...signedHeaders, "x-ncp-apigw-signature-v2": "0".repeat(43) };

/** Makes the page show everything at once: a record, a refusal, a fault, the forms and a reply. */
async function openFull(options: Parameters<typeof openConsole>[1] = {}): Promise<ConsolePage> {
  const stub = await startFunctionsStub();
  const emulator = await startWorld({ functions: connection({ webhookOrigin: stub.origin }) });
  const value = '{"specversion":"1.0","id":"1","type":"order.paid","source":"/s","data":{}}';
  await emulator.produce({ topic: "orders", key: "a", value, partition: 0 });
  await emulator.produce({ topic: "orders", key: "a", value, partition: 0 }, wrongSignature);
  const opened = await openConsole(emulator, options);
  const { page } = opened;
  await page.locator("#records .row").first().click();
  await page.locator("#fault-unavailable503").click();
  await page.locator("#faults strong").waitFor();
  await page.locator("#send-webhook").click();
  await page.locator("#function-result .column").first().waitFor();
  return opened;
}

type Finding = { readonly id: string; readonly impact: string; readonly nodes: readonly unknown[] };

describe.skipIf(isWithoutBrowser)("the accessibility of the page", () => {
  test.each([
    { colorScheme: "light", width: 1440 },
    { colorScheme: "dark", width: 1440 },
    { colorScheme: "dark", width: 360 },
  ] as const)("axe has no serious findings in $colorScheme at $width px", async (options) => {
    const { page, complaints } = await openFull(options);

    await page.evaluate(axe);
    const { violations } = (await page.evaluate("axe.run()")) as { violations: Finding[] };
    const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));

    expect(JSON.stringify(serious, undefined, 1)).toBe("[]");
    expect(complaints).toEqual([]);
  });

  test.each([360, 768, 1280, 2560])(
    "the page needs no sideways scrolling at %d px",
    async (width) => {
      const { page } = await openFull({ width });

      expect(await overflowPx(page)).toBe(0);
      await page.locator("#language").selectOption("ko");
      expect(await overflowPx(page)).toBe(0);
    },
  );

  test("the page can be used by keyboard alone", async () => {
    const emulator = await startWorld();
    for (const key of ["first", "second", "third"]) {
      await emulator.produce({ topic: "alerts", key, value: `{"key":"${key}"}` });
    }
    const { page, complaints } = await openConsole(emulator);
    await rowOf(page, "third").waitFor();
    const focused = () =>
      page.evaluate("document.activeElement.id || document.activeElement.textContent");

    await page.keyboard.press("Tab");
    const skip = await focused();
    await page.keyboard.press("Enter");
    const title = await focused();
    await page.locator("#clear-filters").focus();
    await page.keyboard.press("Tab");
    const list = await focused();
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator("#record-value", { hasText: "second" }).waitFor();
    const opened = await focused();
    await page.keyboard.press("Escape");

    expect([skip, title, list, outline]).toEqual([
      "Skip to records",
      "records-title",
      "records",
      "solid",
    ]);
    expect(opened).toBe("record-title");
    expect(await page.locator("#record").isVisible()).toBe(false);
    expect(await focused()).toBe("records");
    expect(await page.locator("#records").getAttribute("aria-activedescendant")).toBe("record-2");
    const chosen = page.locator("#records").getByRole("option", { selected: true });
    expect(await chosen.textContent()).toContain("alerts 0 · 1 second");
    expect(complaints).toEqual([]);
  });

  test("a screen reader is told of new records politely, and not of each", async () => {
    const emulator = await startWorld();
    const { page } = await openConsole(emulator);
    await page.evaluate(`
      globalThis.told = [];
      new MutationObserver(() => told.push(document.getElementById("announce").textContent))
        .observe(document.getElementById("announce"), { childList: true });`);

    for (let index = 0; index < 30; index += 1) {
      await emulator.produce({ topic: "alerts", key: `${index}`, value: "" });
    }
    await page.locator("#announce", { hasText: "new" }).waitFor({ state: "attached" });

    const told = (await page.evaluate("globalThis.told")) as string[];
    expect(told.length).toBeLessThanOrEqual(2);
    expect(await page.locator("#announce").getAttribute("role")).toBe("status");
  });

  test("the page has the browser's language or the chosen one, and remembers it", async () => {
    const emulator = await startWorld();
    const { page, complaints } = await openConsole(emulator, { locale: "ko-KR" });
    const title = () => page.locator("#records-title").textContent();
    const korean = [await title(), await page.getAttribute("html", "lang")];

    await page.getByLabel("언어").selectOption("en");
    const english = [await title(), await page.getAttribute("html", "lang")];
    await page.reload();
    await page.locator("#connection", { hasText: "Live" }).waitFor();

    expect(korean).toEqual(["레코드", "ko"]);
    expect(english).toEqual(["Records", "en"]);
    expect(await title()).toBe("Records");
    expect(complaints).toEqual([]);
  });

  test("a change of language leaves no text of the other one", async () => {
    const { page } = await openFull({ locale: "ko-KR" });

    await page.locator("#language").selectOption("en");
    const texts = () =>
      page.evaluate(`(() => {
        const copy = document.body.cloneNode(true);
        for (const own of copy.querySelectorAll("#language, textarea, input, option, .text, pre")) {
          own.remove();
        }
        const names = [...copy.querySelectorAll("[aria-label]")].map((one) => one.ariaLabel);
        return copy.textContent + names.join();
      })()`);

    await expect.poll(texts, { timeout: pollMsMax }).not.toMatch(/[가-힣]/);
  });
});

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { connection, startFunctionsStub } from "../functions/console/functions-stub.ts";
import { signedHeaders, startWorld } from "../harness.ts";
import { loadAxe } from "./axe.ts";
import type { ConsolePage } from "./browser.ts";
import { isWithoutBrowser, openConsole, overflowPx, pollMsMax, rowOf, settle } from "./browser.ts";

const wrongSignature = { ...signedHeaders, "x-ncp-apigw-signature-v2": "0".repeat(43) };
/** Every place of the page, each with something to show. */
const places = [
  "#/messages",
  "#/messages/orders/0/0",
  "#/send",
  "#/deliveries",
  "#/topics",
  "#/faults",
];

/** Opens the page with a record, a refusal and a fault. */
async function openFull(options: Parameters<typeof openConsole>[1] = {}): Promise<ConsolePage> {
  const stub = await startFunctionsStub();
  const emulator = await startWorld({ functions: connection({ webhookOrigin: stub.origin }) });
  const value = '{"specversion":"1.0","id":"1","type":"order.paid","source":"/s","data":{"n":1.0}}';
  await emulator.produce({ topic: "orders", key: "a", value, partition: 0 });
  await emulator.produce({ topic: "orders", key: "a", value, partition: 0 }, wrongSignature);
  await emulator.setFaults({ steps: [{ times: 2, status: 503 }] });
  return openConsole(emulator, options);
}

async function goTo(page: Page, place: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  await settle(page);
}

describe.skipIf(isWithoutBrowser)("the accessibility of the page", () => {
  test.each([
    { colorScheme: "light", width: 1440 },
    { colorScheme: "dark", width: 1440 },
    { colorScheme: "light", width: 360 },
    { colorScheme: "dark", width: 360 },
  ] as const)("axe has no findings in $colorScheme at $width px", async (options) => {
    const { page, complaints } = await openFull(options);
    const check = await loadAxe(page);
    const found: unknown[] = [];

    for (const place of places) {
      await goTo(page, place);
      const violations = await check();
      found.push(...violations.map(({ id, nodes }) => ({ place, id, nodes })));
    }

    expect(JSON.stringify(found, undefined, 1)).toBe("[]");
    expect(complaints).toEqual([]);
  });

  test.each([360, 768, 1280, 1600, 2560])(
    "the page needs no sideways scrolling at %d px",
    async (width) => {
      const { page } = await openFull({ width });
      const widths: unknown[] = [];

      for (const language of ["en", "ko"]) {
        for (const place of places) {
          await goTo(page, place);
          widths.push([language, place, await overflowPx(page)]);
        }
        await page.locator("#language").click();
      }

      expect(widths.filter((entry) => JSON.stringify(entry).includes(",0]") === false)).toEqual([]);
    },
  );

  test("every view has at most one filled primary button", async () => {
    const { page } = await openFull({ width: 1600 });
    const { page: empty } = await openConsole(await startWorld(), { width: 1600 });
    const counts: unknown[] = [];

    for (const [at, shown] of [page, empty].entries()) {
      for (const place of places) {
        await goTo(shown, place);
        counts.push([at, place, await shown.locator(".button.primary:visible").count()]);
      }
    }

    expect(counts.filter((entry) => !/,[01]\]$/.test(JSON.stringify(entry)))).toEqual([]);
  });

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
    const content = await focused();
    await page.locator("#records").focus();
    await page.keyboard.press("ArrowDown");
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator("#record-value", { hasText: "second" }).waitFor();
    const opened = await page.evaluate("document.activeElement.textContent");
    await page.keyboard.press("j");
    await page.locator("#record-value", { hasText: "first" }).waitFor();
    await page.keyboard.press("k");
    await page.locator("#record-value", { hasText: "second" }).waitFor();
    await page.keyboard.press("Escape");

    expect([skip, content, opened, outline]).toEqual([
      "Skip to the content",
      "content",
      "second",
      "solid",
    ]);
    await expect.poll(() => page.locator("aside").count()).toBe(0);
    expect(await focused()).toBe("records");
    expect(await page.locator("#records").getAttribute("aria-activedescendant")).toBe("record-2");
    const chosen = page.locator("#records").getByRole("option", { selected: true });
    expect(await chosen.textContent()).toContain('second {"key":"second"} alerts 0 · 1');
    expect(complaints).toEqual([]);
  });

  test("j and Enter open a message of a page that was just loaded, with a Korean input method too", async () => {
    const emulator = await startWorld();
    for (const key of ["first", "second"]) {
      await emulator.produce({ topic: "alerts", key, value: `{"key":"${key}"}` });
    }
    const { page } = await openConsole(emulator);
    await rowOf(page, "second").waitFor();

    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator("#record-value", { hasText: "second" }).waitFor();
    for (const [key, code] of [
      ["ㅓ", "KeyJ"],
      ["Process", "KeyK"],
    ]) {
      await page.evaluate(
        `document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "${key}", code: "${code}", bubbles: true }))`,
      );
      const shown = key === "ㅓ" ? "first" : "second";
      await page.locator("#record-value", { hasText: shown }).waitFor();
    }

    expect(await page.evaluate("location.hash")).toMatch(/^#\/messages\/alerts\/0\/1$/);
  });

  test("single keys lead to search, help, Send and the views", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "a", value: "" });
    const { page } = await openConsole(emulator);
    await rowOf(page, "a").waitFor();

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await page.keyboard.press("s");
    await page.getByRole("complementary").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    const isSearching = await page.evaluate("document.activeElement.type");
    await page.keyboard.type("s?3");
    const typed = await page.getByRole("searchbox").inputValue();
    await page.keyboard.press("Escape");
    await page.keyboard.press("3");
    await page.getByRole("heading", { name: "Topics", exact: true }).waitFor();

    expect([isSearching, typed]).toEqual(["search", "s?3"]);
    expect(await page.evaluate("location.hash")).toBe("#/topics");
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
    const shown = async () => [
      await page.locator(".rail a").first().textContent(),
      await page.getAttribute("html", "lang"),
    ];
    const korean = await shown();

    await page.getByRole("button", { name: "View in English" }).click();
    const english = await shown();
    await page.reload();
    await page.locator("#connection", { hasText: "Live" }).waitFor();

    expect(korean).toEqual(["메시지", "ko"]);
    expect(english).toEqual(["Messages", "en"]);
    expect(await shown()).toEqual(english);
    expect(complaints).toEqual([]);
  });

  test("a change of language leaves no text of the other one", async () => {
    const { page } = await openFull({ locale: "ko-KR" });
    await page.locator("#language").click();
    const texts = () =>
      page.evaluate(`(() => {
        const copy = document.body.cloneNode(true);
        for (const own of copy.querySelectorAll("#language, textarea, input, pre")) {
          own.remove();
        }
        const names = [...copy.querySelectorAll("*")].map((one) => one.ariaLabel + one.title);
        return copy.textContent + names.join();
      })()`);

    for (const place of places) {
      await goTo(page, place);
      await expect.poll(texts, { timeout: pollMsMax }).not.toMatch(/[가-힣]/);
    }
  });
});

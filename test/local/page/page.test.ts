import { describe, expect, test } from "vitest";
import { connection } from "../functions/console/functions-stub.ts";
import { startWorld } from "../harness.ts";
import { isWithoutBrowser, openConsole, overflowPx, pollMsMax, rowKeys, rowOf } from "./browser.ts";

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
      const row = page.locator("#records .row");
      await row.waitFor();
      const time = row.locator(".time");
      const times = [await time.textContent(), await time.getAttribute("title")];
      const shown = await row.textContent();
      const pictures = await page.locator("#records").locator("img, script, svg").count();
      await row.click();
      const widths = [await overflowPx(page)];
      for (const view of ["Raw", "Bytes", "Difference", "Data"]) {
        await page.getByRole("button", { name: view, exact: true }).click();
        widths.push(await overflowPx(page));
      }

      expect(times).toEqual(["07:13:20.000", "2023-11-15 07:13:20.000"]);
      expect(pictures).toBe(0);
      expect(await page.locator("aside").locator("img, script").count()).toBe(0);
      expect(shown).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(await page.evaluate("globalThis.wasRun ?? 0")).toBe(0);
      expect(widths).toEqual([0, 0, 0, 0, 0]);
      expect(complaints).toEqual([]);
    },
  );

  test("topic and partition are chosen for live and loaded records", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "first", value: "", partition: 1 });
    await emulator.produce({ topic: "alerts", key: "second", value: "", partition: 0 });
    const { page, complaints } = await openConsole(emulator);
    await page.locator("#records .row").nth(1).waitFor();

    await page.getByLabel("Topic and partition").selectOption("orders, partition 1");
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
    await page.locator("#records-note", { hasText: "250 messages" }).waitFor();
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

  test("no number is shown before the first answer, and the first one shown is right", async () => {
    const emulator = await startWorld();
    for (const key of ["a", "b", "c", "d", "e", "f"]) {
      await emulator.produce({ topic: "alerts", key, value: "" });
    }
    const { page } = await openConsole(emulator);
    await page.evaluate('localStorage.setItem("language", "en")');
    await page.addInitScript(`
      globalThis.painted = [];
      const look = () => {
        const text = document.body.innerText.replace(/\\s+/g, " ") ?? "";
        if (painted.at(-1) !== text) painted.push(text);
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);`);
    await page.reload();
    await page.locator("#records-note", { hasText: "6 messages" }).waitFor();

    const painted = (await page.evaluate("globalThis.painted")) as string[];
    const before = painted.filter((text) => !text.includes("6 messages"));
    expect(before.join("\n")).not.toMatch(/\d+ (?:of|messages?)\b|\d\/s|\d B\b/);
    expect(before.join("\n")).not.toContain("No messages yet");
  });

  test("the empty page leads to the first event, by a button and by a command", async () => {
    const emulator = await startWorld({ functions: connection({}) });
    const { page, complaints } = await openConsole(emulator);
    await page.getByRole("heading", { name: "No messages yet" }).waitFor();
    const command = await page.locator(".command code").textContent();

    await page.getByRole("link", { name: "Send an event" }).click();
    await page.getByRole("complementary").getByRole("heading", { name: "Send" }).waitFor();

    expect(command).toMatch(
      /^curl -s http:\/\/127\.0\.0\.1:\d+\/_\/functions\/webhook -d '\{"source":"\w+"\}'$/,
    );
    expect(await page.evaluate("location.hash")).toBe("#/send");
    expect(complaints).toEqual([]);
  });

  test("the theme is the system's, light or dark, and is remembered", async () => {
    const emulator = await startWorld();
    const { page } = await openConsole(emulator, { colorScheme: "dark" });
    const ground = () =>
      page.evaluate("getComputedStyle(document.body).backgroundColor") as Promise<string>;
    const system = await ground();

    await page.getByRole("button", { name: "Theme: as the system" }).click();
    const light = await ground();
    await page.reload();
    const reloaded = await ground();
    await page.getByRole("button", { name: "Theme: light" }).click();

    expect([light, reloaded]).toEqual(["rgb(246, 247, 248)", "rgb(246, 247, 248)"]);
    expect(system).toBe("rgb(14, 16, 18)");
    expect(await ground()).toBe(system);
  });
});

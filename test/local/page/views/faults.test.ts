import { describe, expect, test } from "vitest";
import { startWorld } from "../../harness.ts";
import { isWithoutBrowser, openConsole } from "../browser.ts";

const hash = "#/faults";

describe.skipIf(isWithoutBrowser)("the Faults view", () => {
  test("faults are switched on and off, and their banner stays in sight in every view", async () => {
    const emulator = await startWorld();
    const { page, complaints } = await openConsole(emulator, { width: 360, hash });
    const banner = page.locator(".fault-banner");
    const produce = async () =>
      (await emulator.produce({ topic: "alerts", key: "a", value: "1" })).status;

    await page.getByRole("switch", { name: "The next 3 requests: 503" }).click();
    await page.getByRole("switch", { name: "clock 10 minutes ahead" }).click();
    await banner.getByText("every request: clock off by 10 min").waitFor();
    const answers = [await produce(), await produce(), await produce(), await produce()];
    await page.locator(".fault-banner:not(:has-text('503'))").waitFor();
    await page.getByRole("link", { name: "Topics" }).click();
    const isInSight = await banner.isVisible();
    await banner.getByRole("button", { name: "Turn off" }).click();
    await banner.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Faults" }).click();
    await page.locator(".request").first().waitFor();

    expect(answers.slice(0, 3)).toEqual([503, 503, 503]);
    expect(answers[3]).not.toBe(200);
    expect(isInSight).toBe(true);
    expect(await produce()).toBe(200);
    expect(await page.locator('[role=switch][aria-checked="true"]').count()).toBe(0);
    expect(await page.locator(".request").count()).toBe(3);
    expect(complaints).toEqual([]);
  });

  test.each([
    "The next request: stored, but its response is lost",
    "The next request: cut before it is stored",
    "Every request: first byte after 3 s",
    "Every partition: throttled at 1 KiB per second",
  ])("the view has a switch for: %s", async (name) => {
    const emulator = await startWorld();
    const { page, complaints } = await openConsole(emulator, { hash });
    const made = page.getByRole("switch", { name });

    await made.click();
    await page.locator(".fault-banner").waitFor();
    const isOn = await made.getAttribute("aria-checked");
    await made.click();
    await page.locator(".fault-banner").waitFor({ state: "detached" });

    expect([isOn, await made.getAttribute("aria-checked")]).toEqual(["true", "false"]);
    expect(complaints).toEqual([]);
  });

  test("a script of one's own replaces all faults, and its mistakes are told beside it", async () => {
    const emulator = await startWorld();
    const { page } = await openConsole(emulator, { hash });
    const editor = page.getByLabel("Fault script, as JSON");
    const run = page.getByRole("button", { name: "Run this script" });

    await editor.fill("{");
    await run.click();
    await page.getByText("This is not JSON").waitFor();
    await editor.fill('{"steps":[{"sttus":500}]}');
    await run.click();
    await page.getByText('unknown field "sttus"').waitFor();
    await editor.fill('{"steps":[{"times":2,"status":429,"when":{"key":"a"}}]}');
    await run.click();
    await page.getByText("next 2 requests: respond 429 (key a)").waitFor();
    await emulator.produce({ topic: "alerts", key: "a", value: "1" });
    await page.getByText("next request: respond 429 (key a)").waitFor();
    await page.getByRole("button", { name: "Load what is on" }).click();

    expect(JSON.parse(await editor.inputValue())).toEqual({
      steps: [{ times: 1, status: 429, when: { key: "a" } }],
    });
    expect(await page.locator(".request .reason").textContent()).toBe(
      "status 429 from the fault script",
    );
  });

  test("the view without a fault leads to sending an event", async () => {
    const { page } = await openConsole(await startWorld(), { hash });

    await page.getByRole("link", { name: "Send an event" }).click();

    const drawer = page.getByRole("complementary");
    await expect.poll(() => drawer.getByRole("heading").first().innerText()).toBe("Send");
  });
});

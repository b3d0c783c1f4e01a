import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { connection, startFunctionsStub } from "../../functions/console/functions-stub.ts";
import { signedHeaders, startWorld } from "../../harness.ts";
import { loadAxe } from "../axe.ts";
import { isWithoutBrowser, openConsole, overflowPx, settle } from "../browser.ts";
import { finishedCall, refusedCall } from "./finished-calls.ts";

const wrongSignature = { ...signedHeaders, "x-ncp-apigw-signature-v2": "0".repeat(43) };
const value = '{"specversion":"1.0","id":"1","type":"order.paid","source":"/s","data":{"n":1.0}}';

type Names = Readonly<Record<"edit" | "empty" | "send", RegExp>>;
const names: Names = {
  edit: /^(Edit and send|수정해서 보내기)$/,
  empty: /^(Empty all topics…|모든 토픽 비우기…)$/,
  send: /^(Sign and send|서명해서 보내기)$/,
};
const click = (name: RegExp) => (page: Page) => page.getByRole("button", { name }).click();
const noMessage = /^(No message arrived\.|도착한 메시지가 없습니다\.)$/;

async function send(page: Page): Promise<void> {
  await click(names.send)(page);
  await page.getByText(noMessage).waitFor();
}

/** Every state of the views that has something to show: its place, and what leads to it from there. */
const states: readonly (readonly [string, ((page: Page) => Promise<unknown>)?])[] = [
  ["#/deliveries"],
  ["#/deliveries/refused"],
  ["#/deliveries/duplicate"],
  ["#/deliveries/duplicate", click(names.edit)],
  ["#/deliveries?show=requests"],
  ["#/topics"],
  ["#/faults"],
  ["#/send", send],
  ["#/topics", click(names.empty)],
];

async function openFull(options: Parameters<typeof openConsole>[1]) {
  const stub = await startFunctionsStub();
  const emulator = await startWorld({ functions: connection({ webhookOrigin: stub.origin }) });
  for (const id of ["first", "duplicate"]) {
    await emulator.produce({ topic: "orders", key: "a", value, partition: 0 });
    emulator.addCall(
      finishedCall(id, {
        body: value,
        requestIds: [id === "first" ? "1" : "2"],
        cursors: [`orders/0/${id === "first" ? 0 : 1}`],
      }),
    );
  }
  emulator.addCall(refusedCall("refused"));
  emulator.addCall(finishedCall("gone", { callerGone: true }));
  await emulator.produce({ topic: "orders", key: "a", value }, wrongSignature);
  await emulator.setFaults({ steps: [{ times: 3, status: 503 }] });
  await emulator.produce({ topic: "orders", key: "a", value });
  return openConsole(emulator, options);
}

async function show(page: Page, [place, act]: (typeof states)[number]): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  await settle(page);
  await act?.(page);
  await settle(page);
}

describe.skipIf(isWithoutBrowser)("the views with content", () => {
  test.each([
    { colorScheme: "light", width: 1600 },
    { colorScheme: "dark", width: 900 },
    { colorScheme: "light", width: 360 },
    { colorScheme: "dark", width: 360 },
  ] as const)("axe has no findings in $colorScheme at $width px", async (options) => {
    const { page, complaints } = await openFull(options);
    const check = await loadAxe(page);
    const found: unknown[] = [];

    for (const state of states) {
      await show(page, state);
      const violations = await check();
      found.push(
        ...violations.map(({ id, nodes }) => [state[0], id, nodes.map(({ html }) => html)]),
      );
    }

    expect(JSON.stringify(found, undefined, 1)).toBe("[]");
    expect(complaints).toEqual([]);
  });

  test.each([360, 900, 1600])(
    "a view has at most one filled button and no sideways scrolling, in both languages, at %d px",
    async (width) => {
      const { page } = await openFull({ width });
      const found: unknown[] = [];

      for (const language of ["en", "ko"]) {
        for (const state of states) {
          await show(page, state);
          const filled = await page.locator(".button.primary:visible").count();
          found.push([language, state[0], filled <= 1, await overflowPx(page)]);
        }
        await page.keyboard.press("Escape");
        await page.locator("#language").click();
      }

      expect(found.filter((entry) => !JSON.stringify(entry).endsWith(",true,0]"))).toEqual([]);
    },
  );

  test("a call is opened, read and closed by keyboard alone", async () => {
    const { page } = await openFull({ width: 1600 });
    await page.keyboard.press("2");
    await page.locator(".call").first().waitFor();

    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "webhook/github", exact: true }).waitFor();
    const opened = await page.evaluate("location.hash");
    await page.keyboard.press("j");
    await expect.poll(() => page.evaluate("location.hash")).not.toBe(opened);
    await page.keyboard.press("Escape");

    await expect.poll(() => page.getByRole("complementary").count()).toBe(0);
    expect(opened).toBe("#/deliveries/refused");
    expect(await page.evaluate("location.hash")).toBe("#/deliveries");
  });
});

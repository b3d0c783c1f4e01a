import { describe, expect, test } from "vitest";
import { connection, startFunctionsStub } from "../../functions/console/functions-stub.ts";
import { startWorld } from "../../harness.ts";
import { isWithoutBrowser, openConsole } from "../browser.ts";
import { finishedCall } from "./finished-calls.ts";

const hash = "#/send";

describe.skipIf(isWithoutBrowser)("the Send drawer", () => {
  test("every function of the registry is offered with a JSON event", async () => {
    const stub = await startFunctionsStub();
    const functions = connection({
      webhookOrigin: stub.origin,
      invocations: () => ["redrive", "notice"],
    });
    const { page, complaints } = await openConsole(await startWorld({ functions }), { hash });
    const what = page.getByLabel("What to send");

    await what.selectOption("notice");
    const offered = await what.locator("optgroup[label=Functions] option").allInnerTexts();
    await page.getByLabel("Event, as JSON").fill('["no object"]');
    await page.getByRole("button", { name: "Run with this event" }).click();
    await page.getByText("The event must be a JSON object.").waitFor();
    await page.getByLabel("Event, as JSON").fill('{"n":12345678901234567890, "f":1.0}');
    await page.getByRole("button", { name: "Run with this event" }).click();
    await page.getByText("No message arrived.").waitFor();

    expect(offered).toEqual(["redrive", "notice"]);
    expect(stub.received).toMatchObject([
      { path: "/invoke/notice", body: '{"n":12345678901234567890, "f":1.0}' },
    ]);
    expect(complaints).toEqual([]);
  });

  test("a webhook is sent with what was written, and its message and its call are linked", async () => {
    const done = { call: async (): Promise<unknown> => undefined };
    const stub = await startFunctionsStub(() => done.call());
    const emulator = await startWorld({ functions: connection({ webhookOrigin: stub.origin }) });
    done.call = async () => {
      await emulator.produce({
        topic: "orders",
        key: "octo/demo",
        value: '{"n":1.0}',
        partition: 0,
      });
      emulator.addCall(finishedCall("c1", { cursors: ["orders/0/0"] }));
    };
    const { page, complaints } = await openConsole(emulator, { hash });

    await page.getByLabel("What to send").selectOption("github");
    await page.getByLabel("Body", { exact: true }).fill('{"n":1.0}');
    await page.getByLabel("Body", { exact: true }).press("Control+Enter");
    const result = page.getByRole("region", { name: "Result" });
    await result.getByRole("link", { name: "orders/0/0" }).waitFor();
    const row = await page.locator("#records .row .key").allTextContents();
    await result.getByText("Reply and request").click();
    const text = await result.innerText();
    await result.getByRole("link", { name: "The call" }).click();
    await page.getByRole("heading", { name: "webhook/github", exact: true }).waitFor();

    expect(stub.received).toMatchObject([{ path: "/webhook/github", body: '{"n":1.0}' }]);
    expect(row).toEqual(["octo/demo"]);
    expect(text).toMatch(/^Delivered\s+200\s+after \d+ ms/);
    expect(text).toContain('"status": "delivered",\n  "n": 1.0');
    expect(text).toMatch(/Accepted\s+200\s+POST \/api\/produce/);
    expect(complaints).toEqual([]);
  });

  test("Send alone is the current place of the rail while it is open, and Messages leads back", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "a", value: "", partition: 0 });
    const { page } = await openConsole(emulator, { hash, width: 1600 });
    const current = page.locator(".rail a[aria-current]");

    const atSend = await current.allInnerTexts();
    await page.locator("#records .row").click();
    await page.locator("#record-value").waitFor();
    const besideMessage = await current.allInnerTexts();
    await page.locator(".rail").getByRole("link", { name: "Messages" }).click();
    await expect.poll(() => page.locator("aside").count()).toBe(0);

    expect(atSend).toEqual(["Send"]);
    expect(besideMessage).toEqual(["Send"]);
    expect(await current.allInnerTexts()).toEqual(["Messages"]);
  });

  test("the result stays in sight below a form that is longer than the screen", async () => {
    const stub = await startFunctionsStub();
    const emulator = await startWorld({ functions: connection({ webhookOrigin: stub.origin }) });
    const { page } = await openConsole(emulator, { hash, width: 360 });

    await page.getByRole("button", { name: "Sign and send" }).click();
    const result = page.getByRole("region", { name: "Result" });
    await result.getByText("No message arrived.").waitFor();

    const box = await result.boundingBox();
    expect(box?.y).toBeGreaterThan(0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan(800);
    expect(await page.getByRole("button", { name: "Sign and send" }).isVisible()).toBe(true);
  });

  test("what was written stays while another target is chosen, until the sample is taken back", async () => {
    const { page } = await openConsole(await startWorld({ functions: connection() }), { hash });
    const what = page.getByLabel("What to send");
    const body = page.getByLabel("Body", { exact: true });
    await what.selectOption("github");
    const sample = await body.inputValue();

    await body.fill("{}");
    await what.selectOption("heartbeat");
    await what.selectOption("github");
    const written = await body.inputValue();
    await page.getByRole("button", { name: "Back to the sample" }).click();

    expect(written).toBe("{}");
    expect(await body.inputValue()).toBe(sample);
  });

  test("a call without a reply is told, and a source that cannot be signed cannot be sent", async () => {
    const { page } = await openConsole(await startWorld({ functions: connection() }), { hash });
    const what = page.getByLabel("What to send");

    await what.selectOption("heartbeat");
    await page.getByRole("button", { name: "Run with this event" }).click();
    await page.getByText("no reply from http://127.0.0.1:1").waitFor();
    await what.selectOption("keys (discord)");
    const button = page.getByRole("button", { name: "Sign and send" });
    const isOff = await button.isDisabled();
    await what.selectOption("open (none)");

    expect(isOff).toBe(true);
    expect(await button.isDisabled()).toBe(false);
  });

  test("the drawer says when the emulator runs alone", async () => {
    const { page } = await openConsole(await startWorld(), { hash });

    await page.getByRole("heading", { name: "No functions are running" }).waitFor();

    expect(await page.getByLabel("What to send").count()).toBe(0);
  });
});

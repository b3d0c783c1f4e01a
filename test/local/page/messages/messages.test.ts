import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import type { World } from "../../harness.ts";
import { produceAll, startWorld } from "../../harness.ts";
import { isWithoutBrowser, openConsole, pollMsMax, rowKeys, rowOf } from "../browser.ts";

/** A proxy that passes all bytes under the emulator's own name until it is cut. */
async function startLine(port: number) {
  const state = { isCut: false };
  const open = new Set<Socket>();
  const server = createServer((client) => {
    if (state.isCut) {
      client.on("error", () => undefined).resetAndDestroy();
      return;
    }
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => undefined).on("close", () => open.delete(socket));
    }
    client.pipe(upstream).pipe(client);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const cut = () => {
    state.isCut = true;
    for (const socket of open) {
      socket.destroy();
    }
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, cut, mend: () => (state.isCut = false) };
}

function event(type: string, data: string): string {
  return `{"specversion":"1.0","id":"1","type":"${type}","source":"/shop","data":${data}}`;
}

async function produceMany(emulator: World, count: number, from = 0): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  await produceAll(
    emulator,
    numbers.map((n) => ({ topic: "alerts", key: `k${n}`, value: `{"n":${n}}` })),
  );
}

describe.skipIf(isWithoutBrowser)("the Messages view", () => {
  test("a pause loses nothing, and everything that arrived is shown afterwards", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "before", value: "" });
    const { page, complaints } = await openConsole(emulator);
    await rowOf(page, "before").waitFor();

    await page.getByRole("button", { name: "Pause" }).click();
    await produceMany(emulator, 40);
    await page.locator("#paused-note", { hasText: "40 more arrived" }).waitFor();
    const paused = await rowKeys(page);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator("#records-note", { hasText: /^41 messages/ }).waitFor();

    expect(paused).toEqual(["before"]);
    expect((await rowKeys(page))[0]).toMatch(/^k[23]\d$/);
    expect(complaints).toEqual([]);
  });

  test("a connection that breaks during a pause loses nothing", async () => {
    const emulator = await startWorld();
    const line = await startLine(emulator.port);
    const { page } = await openConsole(
      { origin: `http://localhost:${emulator.port}` },
      {
        browserArgs: [
          `--host-resolver-rules=MAP localhost:${emulator.port} 127.0.0.1:${line.port}`,
        ],
      },
    );
    await emulator.produce({ topic: "alerts", key: "before", value: "" });
    await rowOf(page, "before").waitFor();

    await page.getByRole("button", { name: "Pause" }).click();
    line.cut();
    await page.locator("#connection[data-state=waiting]").waitFor();
    await produceMany(emulator, 30);
    line.mend();
    await page.locator("#connection[data-state=live]").waitFor();
    await emulator.produce({ topic: "alerts", key: "after", value: "" });
    await page.getByRole("button", { name: "Resume" }).click();

    await page.locator("#records-note", { hasText: /^32 messages/ }).waitFor();
    expect((await rowKeys(page))[0]).toBe("after");
  });

  test("the search reads key, type, id and data, and hidden heartbeats are counted", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "a-1", value: event("order.paid", '"apple"') });
    await emulator.produce({ topic: "alerts", key: "a-2", value: event("order.sent", '"pear"') });
    await emulator.produce({ topic: "alerts", key: "tick", value: event("heartbeat.tick", "{}") });
    const { page, complaints } = await openConsole(emulator);
    const keys = () => expect.poll(() => rowKeys(page), { timeout: pollMsMax });
    const search = page.getByRole("searchbox");
    await keys().toEqual(["a-2", "a-1"]);

    await page.getByRole("button", { name: "Heartbeats 1" }).click();
    await keys().toEqual(["tick", "a-2", "a-1"]);
    await page.keyboard.press("/");
    await page.keyboard.type("A-");
    await keys().toEqual(["a-2", "a-1"]);
    await search.fill("a- type:order.sent");
    await keys().toEqual(["a-2"]);
    await search.fill("data:apple");
    await keys().toEqual(["a-1"]);
    const address = await page.evaluate("location.hash");
    await search.fill("nothing of this");
    await page.getByText("None of 3 messages fits the filters.").waitFor();
    await page.getByRole("button", { name: "Clear the filters" }).click();

    await keys().toEqual(["tick", "a-2", "a-1"]);
    expect(address).toBe("#/messages?q=data%3Aapple");
    expect(await search.inputValue()).toBe("");
    expect(complaints).toEqual([]);
  });

  test("an opened message has its data first, its exact text, attributes, difference, fixture and curl", async () => {
    const emulator = await startWorld();
    await emulator.produce({
      topic: "alerts",
      key: "a",
      value: event("order.paid", '{"total":1.0}'),
    });
    await emulator.produce({ topic: "alerts", key: "b", value: "between" });
    const value = event("order.paid", '{"total":12.50,"id":12345678901234567890,"id":2e0}');
    await emulator.produce({ topic: "alerts", key: "a", value });
    const { page, complaints } = await openConsole(emulator);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const shown = () => page.locator("#record-value").innerText();

    const view = (name: string) => page.getByRole("button", { name, exact: true }).click();

    await page.locator("#records .row").first().click();
    const data = await shown();
    await view("Event");
    const pretty = await shown();
    await view("Raw");
    const raw = await shown();
    await view("Bytes");
    const hex = await shown();
    await view("Difference");
    const diff = await shown();
    const copied: string[] = [];
    for (const name of ["Copy as fixture", "Copy the value", "Copy as curl"]) {
      await page.getByRole("button", { name }).click();
      await page.locator(".toast", { hasText: "Copied." }).waitFor();
      copied.push(await page.evaluate("navigator.clipboard.readText()"));
      await page.locator(".toast").getByRole("button", { name: "Close" }).click();
    }

    expect(data).toBe('{\n  "total": 12.50,\n  "id": 12345678901234567890,\n  "id": 2e0\n}');
    expect(pretty).toContain(
      '  "data": {\n    "total": 12.50,\n    "id": 12345678901234567890,\n    "id": 2e0\n  }',
    );
    expect(raw.trim()).toBe(value);
    expect(hex).toContain(
      '0000  7b 22 73 70 65 63 76 65 72 73 69 6f 6e 22 3a 22  {"specversion":"',
    );
    expect(diff).toContain("offset 0");
    expect(diff).toContain('−     "total": 1.0\n');
    expect(diff).toContain('+     "total": 12.50,\n');
    expect(await page.locator("#record-attributes > div").allInnerTexts()).toEqual([
      "specversion\n1.0",
      "id\n1",
      "type\norder.paid",
      "source\n/shop",
    ]);
    expect(JSON.parse(copied[0] ?? "")).toEqual({ topic: "alerts", partition: 0, key: "a", value });
    expect(copied[1]).toBe(value);
    expect(copied[2]).toMatch(/^curl .*x-ncp-apigw-signature-v2/);
    expect(complaints).toEqual([]);
  });

  test("a link opens its message, and says so if it is not kept any more", async () => {
    const emulator = await startWorld();
    await produceMany(emulator, 100);
    const { page, complaints } = await openConsole(emulator, { hash: "#/messages/alerts/0/3" });
    await page.getByRole("heading", { name: "k3", exact: true }).waitFor();
    const isInList = await page.locator("#records").getByRole("option", { selected: true }).count();

    await page.evaluate('location.hash = "#/messages/alerts/0/4711"');
    await page.getByText("This message is not kept any more").waitFor();
    await page.getByRole("complementary").getByRole("button", { name: "Close" }).click();

    expect(isInList).toBe(1);
    expect(await page.evaluate("location.hash")).toBe("#/messages");
    expect(complaints).toEqual([]);
  });

  test("a link with a search that is opened in the open page applies it, and the address keeps it", async () => {
    const emulator = await startWorld();
    for (const key of ["apple", "pear"]) {
      await emulator.produce({ topic: "alerts", key, value: "" });
    }
    const { page } = await openConsole(emulator);
    await rowOf(page, "pear").waitFor();

    await page.evaluate("location.hash = '#/messages?q=key:apple'");
    await expect.poll(() => rowKeys(page)).toEqual(["apple"]);
    const typed = await page.getByRole("searchbox").inputValue();
    await page.evaluate("location.hash = '#/messages?in=orders'");
    await page.getByText("fits the filters").waitFor();
    const emptied = await page.getByRole("searchbox").inputValue();
    await page.evaluate("location.hash = '#/topics'");
    await page.getByRole("heading", { name: "Topics", exact: true }).waitFor();
    await page.locator(".rail").getByRole("link", { name: "Messages" }).click();
    await page.getByText("fits the filters").waitFor();

    expect([typed, emptied]).toEqual(["key:apple", ""]);
    expect(await page.evaluate("location.hash")).toBe("#/messages?in=orders");
  });

  test("the export saves what is shown, as lines that npm run produce takes back", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "a", value: '{"id":12345678901234567890}' });
    await emulator.produce({ topic: "alerts", key: "b", value: "other" });
    const { page } = await openConsole(emulator, { hash: "#/messages?q=key:a" });

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export" }).click(),
    ]);

    expect(download.suggestedFilename()).toBe("messages.ndjson");
    expect(await text(await download.createReadStream())).toBe(
      '{"topic":"alerts","key":"a","value":"{\\"id\\":12345678901234567890}","partition":0}\n',
    );
  });

  test("10,000 records are held in few rows, down to the oldest", async () => {
    const emulator = await startWorld();
    await produceMany(emulator, 10_000);
    const { page, complaints } = await openConsole(emulator);
    await page.locator("#records-note", { hasText: "10,000 messages" }).waitFor();

    await page.locator("#records").press("End");

    await expect.poll(async () => (await rowKeys(page)).at(-1)).toBe("k0");
    expect(await page.locator("#records .row").count()).toBeLessThan(60);
    expect(complaints).toEqual([]);
  }, 90_000);

  test("a reader who scrolled down keeps the same records in sight", async () => {
    const emulator = await startWorld();
    await produceMany(emulator, 200);
    const { page } = await openConsole(emulator);
    await page.locator("#records-note", { hasText: "200 messages" }).waitFor();
    await page.evaluate("document.getElementById('records').scrollTop = 36 * 100");
    const inSight = () =>
      page.evaluate(`(() => {
        const box = document.getElementById("records").getBoundingClientRect();
        return document.elementFromPoint(box.left + 50, box.top + 60).closest(".row").id;
      })()`);
    await expect.poll(inSight).toBe("record-99");

    await produceMany(emulator, 60, 200);
    await page.locator("#records-note", { hasText: "260 messages" }).waitFor();

    await expect.poll(inSight).toBe("record-99");
  });
});

import { describe, expect, test } from "vitest";
import { connection, startFunctionsStub } from "../../functions/console/functions-stub.ts";
import { signedHeaders, startWorld } from "../../harness.ts";
import { isWithoutBrowser, openConsole, overflowPx, pollMsMax } from "../browser.ts";
import { finishedCall, refusedCall } from "./finished-calls.ts";

const value = '{"specversion":"1.0","id":"1","type":"order.paid","source":"/s","data":{"n":1.0}}';
const wrongSignature = { ...signedHeaders, "x-ncp-apigw-signature-v2": "0".repeat(43) };

describe.skipIf(isWithoutBrowser)("the Deliveries view", () => {
  test("an empty list leads to the first call", async () => {
    const { page } = await openConsole(await startWorld(), { hash: "#/deliveries" });

    await page.getByRole("heading", { name: "No calls yet" }).waitFor();
    await page.getByRole("link", { name: "Send a webhook" }).click();

    const drawer = page.getByRole("complementary");
    await expect.poll(() => drawer.getByRole("heading").first().innerText()).toBe("Send");
  });

  test("calls are listed live, newest first, and only a delivered one with a waiting caller is green", async () => {
    const emulator = await startWorld();
    emulator.addCall(finishedCall("a"));
    const { page, complaints } = await openConsole(emulator, { hash: "#/deliveries" });
    await page.locator(".call").waitFor();

    emulator.addCall(finishedCall("b", { callerGone: true, durationMs: 3400 }));
    emulator.addCall(refusedCall("c"));
    await expect.poll(() => page.locator(".call").count(), { timeout: pollMsMax }).toBe(3);

    expect(await page.locator(".call .name").allInnerTexts()).toEqual(
      Array.from({ length: 3 }, () => "webhook github"),
    );
    expect(await page.locator(".call .badge").allInnerTexts()).toEqual([
      "Refused",
      "Caller gone",
      "Delivered",
    ]);
    expect(await page.locator(".call .badge.good").allInnerTexts()).toEqual(["Delivered"]);
    expect(await page.locator(".call .status").allInnerTexts()).toEqual(["401", "200", "200"]);
    expect(await page.locator(".call .took").allInnerTexts()).toEqual([
      "12 ms",
      "3,400 ms",
      "12 ms",
    ]);
    expect(await page.locator("#deliveries-note").innerText()).toBe("3 calls");
    expect(complaints).toEqual([]);
  });

  test("a call shows what came in and what was answered, exactly, and links to its message", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "a", value, partition: 0 });
    const headers = { "x-github-event": "push", authorization: "Bearer of a secret" };
    const body = '{"after":12345678901234567890,"total":12.50}';
    emulator.addCall(
      finishedCall("a1", { body, headers, requestIds: ["1"], cursors: ["orders/0/0"] }),
    );
    const { page, complaints } = await openConsole(emulator, { hash: "#/deliveries/a1" });
    const detail = page.getByRole("complementary");

    await detail.getByLabel("What came in").getByText("12345678901234567890").waitFor();
    // The produce requests and the message come with answers of their own.
    await detail.getByText("POST /api/produce").waitFor();
    await detail.getByText('"n": 1.0').waitFor();
    const text = await detail.innerText();
    await detail.getByLabel("Messages it left").getByRole("link").click();
    await page.locator("#record-value", { hasText: '"n": 1.0' }).waitFor();

    expect(text).toMatch(/^webhook\/github\n+Delivered\n200\n12 ms/);
    expect(text).toContain('"after": 12345678901234567890,\n  "total": 12.50');
    expect(text).toMatch(/x-github-event\s+push/);
    expect(text).not.toContain("of a secret");
    expect(text).toContain('"n": 1.0');
    expect(text).toMatch(/Accepted\s+200\s+POST \/api\/produce\s+orders\/0\/0/);
    expect(await page.evaluate("location.hash")).toBe("#/messages/orders/0/0");
    expect(complaints).toEqual([]);
  });

  test("a refused webhook is explained by its likely mistake and the fix", async () => {
    const emulator = await startWorld({ functions: connection() });
    emulator.addCall(refusedCall("r1"));
    const { page } = await openConsole(emulator, { hash: "#/deliveries" });

    await page.locator(".call").click();
    const advice = page.getByRole("complementary").locator(".advice");

    await expect.poll(() => advice.innerText()).toMatch(/^Likely mistake\n\S.*\nFix\n\S/);
    expect(await page.evaluate("location.hash")).toBe("#/deliveries/r1");
    expect(await page.getByRole("complementary").innerText()).toContain(
      "docs/troubleshooting.md#UNAUTHENTICATED",
    );
  });

  test("a call whose event was on the topic before is marked as a duplicate of that message", async () => {
    const emulator = await startWorld();
    for (const id of ["d1", "d2"]) {
      await emulator.produce({ topic: "orders", key: "a", value, partition: 0 });
      emulator.addCall(finishedCall(id, { cursors: [`orders/0/${id === "d1" ? 0 : 1}`] }));
    }
    const { page } = await openConsole(emulator, { hash: "#/deliveries/d2" });

    await page.locator(".duplicate a").waitFor();

    expect(await page.locator(".duplicate").innerText()).toBe(
      "The topic had this event before: orders/0/0",
    );
    expect(await page.locator(".call .badge.warn").allInnerTexts()).toEqual(["Duplicate"]);
  });

  test("filters narrow the list, and their address leads to the same list again", async () => {
    const emulator = await startWorld();
    emulator.addCall(finishedCall("a"));
    emulator.addCall(refusedCall("b"));
    const { page } = await openConsole(emulator, { hash: "#/deliveries" });
    await page.locator(".call").nth(1).waitFor();

    await page.getByLabel("Outcome").selectOption("Refused");
    await page.locator("#deliveries-note", { hasText: "1 call" }).waitFor();
    await page.locator(".call").click();
    await page.reload();
    await page.locator(".call").waitFor();

    expect(await page.evaluate("location.hash")).toBe("#/deliveries/b?outcome=refused");
    expect(await page.locator(".call .badge").allInnerTexts()).toEqual(["Refused"]);
    await page.getByLabel("Outcome").selectOption("All outcomes");
    await expect.poll(() => page.locator(".call").count()).toBe(2);
  });

  test("a call is sent again, as it was or edited, and the new call is opened", async () => {
    const sent: { readonly call: (headers: object) => void } = { call: () => undefined };
    const stub = await startFunctionsStub(async () =>
      sent.call(stub.received.at(-1)?.headers ?? {}),
    );
    const emulator = await startWorld({ functions: connection({ webhookOrigin: stub.origin }) });
    const body = '{"after":12345678901234567890}';
    emulator.addCall(finishedCall("first", { body, headers: { "x-github-event": "push" } }));
    Object.assign(sent, {
      call: (headers: Record<string, string>) =>
        emulator.addCall(finishedCall(`again-${stub.received.length}`, { headers })),
    });
    const { page, complaints } = await openConsole(emulator, { hash: "#/deliveries/first" });

    await page.getByRole("button", { name: "Send again" }).click();
    await expect.poll(() => page.evaluate("location.hash")).toBe("#/deliveries/again-1");
    await page.goto(`${emulator.origin}/#/deliveries/first`);
    await page.getByRole("button", { name: "Edit and send" }).click();
    await page.getByLabel("Headers, one per line").fill("x-github-event: ping");
    await page.getByLabel("Body", { exact: true }).fill('{"n":1.0}');
    await page.getByRole("button", { name: "Sign and send" }).click();
    await expect.poll(() => page.evaluate("location.hash")).toBe("#/deliveries/again-2");

    expect(stub.received.map((one) => one.body)).toEqual([body, '{"n":1.0}']);
    expect(stub.received.map(({ headers }) => headers["x-github-event"])).toEqual(["push", "ping"]);
    expect(stub.received[1]?.headers["x-hub-signature-256"]).toMatch(/^sha256=[0-9a-f]{64}$/);
    await page.getByRole("link", { name: "Sent again from this call" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("produce requests are listed with their verdict, and a refused one with its diagnosis", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "a", value, partition: 0 });
    await emulator.produce({ topic: "orders", key: "a", value }, wrongSignature);
    const { page } = await openConsole(emulator, { hash: "#/deliveries?show=requests" });
    await page.locator(".request").nth(1).waitFor();
    const all = await page.locator(".request .badge").allInnerTexts();

    await page.getByLabel("Verdict").selectOption("Refused");

    const shown = await page.locator(".request").innerText();
    expect(all).toEqual(["Refused", "Accepted"]);
    expect(shown).toContain(
      "Expected string to sign\nPOST /api/produce\n1700000000000\nncp_iam_EXAMPLEACCESSKEY",
    );
    expect(shown).toMatch(/Fix\n\S/);
  });

  test("the address of a call that is not kept says so", async () => {
    const { page } = await openConsole(await startWorld(), { hash: "#/deliveries/nope" });

    await page.getByText("This call is not kept any more").waitFor();

    expect(await page.getByRole("button", { name: "Send again" }).count()).toBe(0);
  });

  test("hostile headers and bodies are shown as text, within 360 px", async () => {
    const emulator = await startWorld();
    const hostile = '<img src=x onerror="globalThis.wasRun=1">\u202e';
    emulator.addCall(
      finishedCall("h1", {
        ...{ body: `${hostile}${"길고긴값".repeat(2000)}`, source: hostile },
        headers: { "x-long": "a".repeat(5000), [`x-${"b".repeat(300)}`]: hostile },
      }),
    );
    const { page } = await openConsole(emulator, { hash: "#/deliveries/h1", width: 360 });
    await page.getByText("x-long").waitFor();

    expect(await page.locator(".deliveries, aside").locator("img, script").count()).toBe(0);
    expect(await page.locator("aside").innerText()).not.toContain("\u202e");
    expect(await page.evaluate("globalThis.wasRun ?? 0")).toBe(0);
    expect(await overflowPx(page)).toBe(0);
  });
});

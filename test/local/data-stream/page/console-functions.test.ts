import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sampleOf } from "../../../../local/functions/console/samples.ts";
import { accessKey, rawRequest, secretKey, startWorld } from "../../harness.ts";
import { startStorageWorld } from "../../object-storage/harness.ts";
import { isWithoutBrowser, openConsole } from "./console-browser.ts";
import { connection, startFunctionsStub } from "./console-functions-harness.ts";

type Result = {
  readonly sent: { readonly url: string; readonly headers: Record<string, string>; body: string };
  readonly reply: { readonly status: number; readonly headers: object; readonly body: string };
};

async function startConnected(told: Parameters<typeof connection>[0] = {}) {
  const stub = await startFunctionsStub();
  const world = await startWorld({
    functions: connection({ webhookOrigin: stub.origin, ...told }),
  });
  const call = async (name: string, asked: unknown) => {
    const response = await world.post(`/_/functions/${name}`, JSON.stringify(asked));
    return { status: response.status, result: (await response.json()) as Result };
  };
  return { stub, world, call };
}

describe("GET /_/functions", () => {
  it("tells the sources, whether they can be signed, and never a secret", async () => {
    const { world } = await startConnected();

    const text = await (await fetch(`${world.origin}/_/functions`)).text();

    expect(JSON.parse(text)).toMatchObject({
      connected: true,
      bucket: "local-uploads",
      sources: [
        { name: "github", verifier: "github", canSign: true, sample: sampleOf("github") },
        { name: "alerts", verifier: "bearer", canSign: true },
        { name: "open", verifier: "none", canSign: true },
        { name: "keys", verifier: "discord", canSign: false },
      ],
    });
    expect(text).not.toMatch(/local-[ab]"/);
  });

  it("tells that the stand-in runs alone", async () => {
    const world = await startWorld();

    expect(await world.get("/_/functions")).toEqual({ connected: false, sources: [] });
    expect((await world.post("/_/functions/heartbeat", "{}")).status).toBe(503);
  });

  it.each(["/_/functions", "/_/functions/webhook"])("%s refuses foreign pages", async (path) => {
    const { world, stub } = await startConnected();
    const ask = (headers: Record<string, string>) =>
      rawRequest({ port: world.port, method: "POST", path, headers, body: '{"source":"open"}' });

    const answers = [
      await ask({ origin: "http://evil.example" }),
      await ask({ host: "evil.example" }),
      await ask({ "sec-fetch-site": "cross-site" }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(stub.received).toEqual([]);
  });

  it("knows its methods and names", async () => {
    const { world } = await startConnected();
    const status = async (method: string, path: string) =>
      (await fetch(`${world.origin}${path}`, { method })).status;

    expect(await status("POST", "/_/functions")).toBe(405);
    expect(await status("GET", "/_/functions/webhook")).toBe(405);
    expect(await status("POST", "/_/functions/nope")).toBe(404);
    expect(await status("POST", "/_/functions/constructor")).toBe(404);
    expect(await status("POST", "/_/functions/")).toBe(404);
  });
});

describe("POST /_/functions", () => {
  it("sends a signed webhook, and gives back the reply", async () => {
    const { call, stub } = await startConnected();
    const headers = { "Content-Type": "application/json", "x-id": "{{uuid}}" };

    const { status, result } = await call("webhook", {
      source: "github",
      headers,
      body: '{"n":1.0}',
    });

    const [received] = stub.received;
    const signature = createHmac("sha256", "local-a").update('{"n":1.0}').digest("hex");
    expect(status).toBe(200);
    expect(received).toMatchObject({ method: "POST", path: "/webhook/github", body: '{"n":1.0}' });
    expect(received?.headers["x-hub-signature-256"]).toBe(`sha256=${signature}`);
    expect(received?.headers["x-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(result.reply).toMatchObject({ status: 200, body: '{"status":"delivered","n":1.0}' });
    expect(result.reply.headers).toMatchObject({ "x-stub": "yes" });
    expect(result.sent.headers["x-id"]).toBe(received?.headers["x-id"]);
  });

  it("takes the sample where nothing is told, and hides a token that it sent", async () => {
    const { call, stub } = await startConnected();

    const { result } = await call("webhook", { source: "alerts" });

    expect(stub.received[0]?.headers["authorization"]).toBe("Bearer local-b");
    expect(stub.received[0]?.body).toBe(sampleOf("bearer").body);
    expect(result.sent.headers["authorization"]).toBe("Bearer •••");
  });

  it("signs with a wrong secret when that is asked for", async () => {
    const { call, stub } = await startConnected();

    await call("webhook", { source: "github", body: "{}", wrongSecret: true });

    const right = createHmac("sha256", "local-a").update("{}").digest("hex");
    const sent = stub.received[0]?.headers["x-hub-signature-256"];
    expect(sent).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(sent).not.toContain(right);
  });

  it.each([
    [{ source: "nope" }, "source must be one of WEBHOOK_SOURCES"],
    [{ source: "keys" }, "the console cannot sign for the verifier discord"],
    [{ source: "open", other: 1 }, "unknown field"],
    [{ source: "open", headers: { Host: "evil" } }, "headers must not set host"],
    [{ source: "open", headers: { "a\nb": "c" } }, "that HTTP does not allow"],
    [{ source: "open", headers: { a: "b\r\nc: d" } }, "that HTTP does not allow"],
    [{ source: "open", body: 1 }, "body must be text"],
    [[], "the webhook must be an object"],
  ])("refuses %j", async (asked, problem) => {
    const { call, stub } = await startConnected();

    const { status, result } = await call("webhook", asked);

    expect(status).toBe(400);
    expect(JSON.stringify(result)).toContain(problem);
    expect(stub.received).toEqual([]);
  });

  it("tells that nobody answers, without hanging or failing", async () => {
    const { call } = await startConnected({ webhookOrigin: "http://127.0.0.1:1" });

    const { status, result } = await call("heartbeat", {});

    expect(status).toBe(502);
    expect(result).toEqual({ error: expect.stringContaining("no reply from http://127.0.0.1:1") });
  });

  it.each(["heartbeat", "redrive"])("invokes %s", async (name) => {
    const { call, stub } = await startConnected();

    const { result } = await call(name, {});

    expect(stub.received).toMatchObject([{ method: "POST", path: `/invoke/${name}`, body: "{}" }]);
    expect(result.reply.status).toBe(200);
  });

  it("invokes a function that has no form of its own with the given event", async () => {
    const { call, stub } = await startConnected({
      functions: [
        { name: "notice", accepts: "invocation" },
        { name: "hook", accepts: "http" },
      ],
    });

    const answered = await call("notice", { event: { text: "안녕" } });
    const refused = [
      await call("hook", {}),
      await call("heartbeat", {}),
      await call("notice", { text: "안녕" }),
    ];

    expect(answered.status).toBe(200);
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 400]);
    expect(stub.received).toMatchObject([{ path: "/invoke/notice", body: '{"text":"안녕"}' }]);
  });

  it("uploads to the bucket, signed so that the object storage takes it", async () => {
    const storage = await startStorageWorld({ buckets: ["local-uploads"] });
    const { call } = await startConnected({
      objectStorageOrigin: storage.origin,
      settings: {
        OBJECT_STORAGE_REGION: "kr-standard",
        NCLOUD_ACCESS_KEY: accessKey,
        NCLOUD_SECRET_KEY: secretKey,
      },
    });

    const { result } = await call("upload", { name: "사진/a b+c.txt", text: "안녕" });
    const dots = await call("upload", { name: "a/../b", text: "" });

    expect(result.reply).toMatchObject({ status: 200 });
    expect(JSON.stringify(result)).not.toContain("Signature=");
    expect(storage.events).toHaveLength(1);
    expect(JSON.stringify(storage.events)).toContain("%EC%82%AC%EC%A7%84/a+b%2Bc.txt");
    expect(dots.status).toBe(400);
  });
});

describe.skipIf(isWithoutBrowser)("the functions on the page", () => {
  it("shows a card with a JSON event for a function that has no form of its own", async () => {
    const stub = await startFunctionsStub();
    const world = await startWorld({
      functions: connection({
        webhookOrigin: stub.origin,
        functions: [
          { name: "redrive", accepts: "invocation" },
          { name: "notice", accepts: "invocation" },
        ],
      }),
    });
    const { page, complaints } = await openConsole(world);
    const form = page.locator("#other-functions form");

    await form.getByLabel("Event, as JSON").fill('["no object"]');
    await form.getByRole("button", { name: "Run with this event" }).click();
    await form.getByText("The event must be a JSON object.").waitFor();
    await form.getByLabel("Event, as JSON").fill('{"text":"hello"}');
    await form.getByRole("button", { name: "Run with this event" }).click();
    await page.locator("#function-result .column").nth(2).waitFor();

    expect(await form.count()).toBe(1);
    expect(await form.getByRole("heading").innerText()).toBe("notice");
    expect(stub.received).toMatchObject([{ path: "/invoke/notice", body: '{"text":"hello"}' }]);
    expect(complaints).toEqual([]);
  });

  it("shows reply, request and record of a webhook side by side", async () => {
    const produced = { produce: async (): Promise<unknown> => undefined };
    const stub = await startFunctionsStub(() => produced.produce());
    const world = await startWorld({ functions: connection({ webhookOrigin: stub.origin }) });
    produced.produce = () =>
      world.produce({ topic: "orders", key: "octo/demo", value: '{"n":1.0}', partition: 0 });
    const { page, complaints } = await openConsole(world);

    await page.getByLabel("Source").selectOption("github");
    await page.locator("#webhook-body").fill('{"n":1.0}');
    await page.getByRole("button", { name: "Send it signed" }).click();
    await page.locator("#function-result .column").nth(2).waitFor();

    const columns = await page.locator("#function-result .column").allInnerTexts();
    expect(columns[0]).toMatch(
      /200 after \d+ ms\n+\{\n {2}"status": "delivered",\n {2}"n": 1\.0\n\}/,
    );
    expect(columns[1]).toContain("POST /api/produce");
    expect(columns[1]).toContain("stored on orders, partition 0, offset 0");
    expect(columns[2]).toMatch(/octo\/demo\n+\{\n {2}"n": 1\.0\n\}/);
    expect(complaints).toEqual([]);
  });

  it("shows what a form was refused for, and what no source can sign", async () => {
    const world = await startWorld({ functions: connection() });
    const { page } = await openConsole(world);

    await page.getByRole("button", { name: "Tick now" }).click();
    await page.locator("#function-result .problem", { hasText: "no reply" }).waitFor();
    await page.getByLabel("Source").selectOption("keys");

    expect(await page.locator("#source-note").textContent()).toContain("discord");
    expect(await page.locator("#send-webhook").isDisabled()).toBe(true);
    await page.getByLabel("Source").selectOption("open");
    expect(await page.locator("#send-webhook").isDisabled()).toBe(false);
  });

  it("says so where the stand-in runs alone", async () => {
    const { page } = await openConsole(await startWorld());

    await page.getByText("The stand-in runs alone.").waitFor();

    expect(await page.locator("#functions-forms").isVisible()).toBe(false);
  });
});

import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sampleOf } from "../../../../local/functions/console/samples.ts";
import { accessKey, rawRequest, secretKey, startWorld } from "../../harness.ts";
import { startStorageWorld } from "../../object-storage/harness.ts";
import { connection, startFunctionsStub } from "./functions-stub.ts";

type Result = {
  readonly sent: { readonly url: string; readonly headers: Record<string, string>; body: string };
  readonly reply: { readonly status: number; readonly headers: object; readonly body: string };
};

async function startConnected(told: Parameters<typeof connection>[0] = {}) {
  const stub = await startFunctionsStub();
  const emulator = await startWorld({
    functions: connection({ webhookOrigin: stub.origin, ...told }),
  });
  const call = async (name: string, asked: unknown) => {
    const response = await emulator.post(`/_/functions/${name}`, JSON.stringify(asked));
    return { status: response.status, result: (await response.json()) as Result };
  };
  return { stub, emulator, call };
}

describe("GET /_/functions", () => {
  test("the response names the sources and whether they can be signed, and never a secret", async () => {
    const { emulator } = await startConnected();

    const text = await (await fetch(`${emulator.origin}/_/functions`)).text();

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

  test("the response says that the emulator runs alone", async () => {
    const emulator = await startWorld();

    expect(await emulator.get("/_/functions")).toEqual({ connected: false, sources: [] });
    expect((await emulator.post("/_/functions/heartbeat", "{}")).status).toBe(503);
  });

  test.each(["/_/functions", "/_/functions/webhook"])(
    "%s refuses requests from foreign pages",
    async (path) => {
      const { emulator, stub } = await startConnected();
      const ask = (headers: Record<string, string>) =>
        rawRequest({
          port: emulator.port,
          method: "POST",
          path,
          headers,
          body: '{"source":"open"}',
        });

      const answers = [
        await ask({ origin: "http://evil.example" }),
        await ask({ host: "evil.example" }),
        await ask({ "sec-fetch-site": "cross-site" }),
      ];

      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
      expect(stub.received).toEqual([]);
    },
  );

  test("unknown methods and names are refused", async () => {
    const { emulator } = await startConnected();
    const status = async (method: string, path: string) =>
      (await fetch(`${emulator.origin}${path}`, { method })).status;

    expect(await status("POST", "/_/functions")).toBe(405);
    expect(await status("GET", "/_/functions/webhook")).toBe(405);
    expect(await status("POST", "/_/functions/nope")).toBe(404);
    expect(await status("POST", "/_/functions/constructor")).toBe(404);
    expect(await status("POST", "/_/functions/")).toBe(404);
  });
});

describe("POST /_/functions", () => {
  test("a webhook is sent signed, and its reply is returned", async () => {
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

  test("the sample is sent by default, and its token is hidden in the response", async () => {
    const { call, stub } = await startConnected();

    const { result } = await call("webhook", { source: "alerts" });

    expect(stub.received[0]?.headers["authorization"]).toBe("Bearer local-b");
    expect(stub.received[0]?.body).toBe(sampleOf("bearer").body);
    expect(result.sent.headers["authorization"]).toBe("Bearer •••");
  });

  test("a webhook is signed with a wrong secret on request", async () => {
    const { call, stub } = await startConnected();

    await call("webhook", { source: "github", body: "{}", wrongSecret: true });

    const right = createHmac("sha256", "local-a").update("{}").digest("hex");
    const sent = stub.received[0]?.headers["x-hub-signature-256"];
    expect(sent).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(sent).not.toContain(right);
  });

  test.each([
    [{ source: "nope" }, "source must be one of WEBHOOK_SOURCES"],
    [{ source: "keys" }, "the console cannot sign for the verifier discord"],
    [{ source: "open", other: 1 }, "unknown field"],
    [{ source: "open", headers: { Host: "evil" } }, "headers must not set host"],
    [{ source: "open", headers: { "a\nb": "c" } }, "that HTTP does not allow"],
    [{ source: "open", headers: { a: "b\r\nc: d" } }, "that HTTP does not allow"],
    [{ source: "open", body: 1 }, "body must be text"],
    [[], "the webhook must be an object"],
  ])("the request %j is refused", async (asked, problem) => {
    const { call, stub } = await startConnected();

    const { status, result } = await call("webhook", asked);

    expect(status).toBe(400);
    expect(JSON.stringify(result)).toContain(problem);
    expect(stub.received).toEqual([]);
  });

  test("a missing function is reported without hanging or failing", async () => {
    const { call } = await startConnected({ webhookOrigin: "http://127.0.0.1:1" });

    const { status, result } = await call("heartbeat", {});

    expect(status).toBe(502);
    expect(result).toEqual({ error: expect.stringContaining("no reply from http://127.0.0.1:1") });
  });

  test.each(["heartbeat", "redrive"])("the function %s is invoked", async (name) => {
    const { call, stub } = await startConnected();

    const { result } = await call(name, {});

    expect(stub.received).toMatchObject([{ method: "POST", path: `/invoke/${name}`, body: "{}" }]);
    expect(result.reply.status).toBe(200);
  });

  test("a function that has no form of its own is invoked with the given event", async () => {
    const { call, stub } = await startConnected({
      invocations: () => ["notice"],
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

  test("an upload is signed, and the object storage accepts it", async () => {
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

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { echo, http, sourceOf, startTestHost } from "./harness.ts";

const mebibyte = 1_048_576;

type Echoed = {
  readonly parameters: Record<string, unknown>;
  readonly id: string;
  readonly deadline: string;
  readonly home?: string;
  readonly pid: number;
};

async function echoed(response: Response): Promise<Echoed> {
  return (await response.json()) as Echoed;
}

/** Sends a request as it is written, with any Host, and returns its status and body. */
async function sendRaw(port: number, path: string, headers: Record<string, string>) {
  const call = request({ host: "127.0.0.1", port, path, method: "POST", headers });
  call.end();
  const [response] = await once(call, "response");
  const chunks: Buffer[] = await response.toArray();
  return {
    status: response.statusCode as number,
    headers: response.headers as Record<string, string>,
    body: Buffer.concat(chunks).toString(),
  };
}

describe("an HTTP function of the host", () => {
  test("a webhook gets raw HTTP, its bound parameters and no environment of the host", async () => {
    const { send, calls } = await startTestHost({
      webhook: sourceOf(echo, { triggers: http, parameters: { LOG_LEVEL: "info", __ow_x: "1" } }),
    });
    const before = Date.now();

    const response = await send("/webhook/github?a=%20b&a=1&__ow_method=x", {
      method: "PATCH",
      headers: { "X-Some": "a", "content-type": "text/plain" },
      body: "hello",
    });

    const { parameters, id, deadline, home } = await echoed(response);
    expect(parameters).toMatchObject({
      LOG_LEVEL: "info",
      __ow_method: "patch",
      __ow_path: "/github",
      __ow_query: "a=%20b&a=1&__ow_method=x",
      __ow_headers: { "x-some": "a", "content-type": "text/plain" },
      __ow_body: "hello",
    });
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(Number(deadline) - before).toBeGreaterThanOrEqual(10_000);
    expect(Number(deadline) - before).toBeLessThan(20_000);
    expect(home).toBeUndefined();
    expect(calls).toMatchObject([
      {
        ...{ id, function: "webhook", trigger: "http", source: "github", callerGone: false },
        request: { method: "PATCH", path: "/webhook/github", query: "a=%20b&a=1&__ow_method=x" },
        reply: { status: 200 },
      },
    ]);
  });

  test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])(
    "the method %s reaches it",
    async (method) => {
      const { send, calls } = await startTestHost({ webhook: sourceOf(echo, { triggers: http }) });

      const response = await send("/webhook/github", { method });

      expect(response.status).toBe(200);
      expect(await response.text()).toMatch(method === "HEAD" ? /^$/ : /\n$/);
      expect(calls).toMatchObject([{ request: { method } }]);
    },
  );

  test("four calls run in processes of their own at once, and each process runs one at a time", async () => {
    const slow = `
      let running = 0;
      async function main() {
        running += 1;
        await new Promise((resolve) => setTimeout(resolve, 300));
        const seen = running;
        running -= 1;
        return { body: { seen, pid: process.pid } };
      }`;
    const { send } = await startTestHost({ webhook: sourceOf(slow, { triggers: http }) });

    const replies = await Promise.all(
      Array.from({ length: 8 }, async () => (await send("/webhook/a")).json()),
    );

    const all = replies as { seen: number; pid: number }[];
    expect(all.map(({ seen }) => seen)).toEqual(Array(8).fill(1));
    expect(new Set(all.map(({ pid }) => pid)).size).toBe(4);
  });

  test("a 101st call at once is refused with 429", async () => {
    const untilThen = `async function main({ __ow_query }) {
      await new Promise((resolve) => setTimeout(resolve, Number(__ow_query) - Date.now()));
      return {};
    }`;
    const { send, calls } = await startTestHost({
      webhook: sourceOf(untilThen, { triggers: http }),
    });

    const path = `/webhook/a?${Date.now() + 2_000}`;
    const replies = await Promise.all(Array.from({ length: 101 }, () => send(path)));

    const statuses = replies.map(({ status }) => status).sort();
    expect([statuses.length, statuses.filter((status) => status === 429).length]).toEqual([101, 1]);
    expect(calls.filter(({ failure }) => failure === "too-many-calls")).toHaveLength(1);
  });

  test("a body of 1 MiB passes, and one more byte is refused as documented", async () => {
    const { send, calls } = await startTestHost({
      webhook: sourceOf(
        "async function main({ __ow_body }) { return { body: { length: __ow_body.length } }; }",
        { triggers: http },
      ),
    });
    const post = (bytes: number) =>
      send("/webhook/a", {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body: "x".repeat(bytes),
      });

    const largest = await post(mebibyte);
    const beyond = await post(mebibyte + 1);

    expect(await largest.json()).toEqual({ length: mebibyte });
    expect(beyond.status).toBe(413);
    expect(await beyond.json()).toEqual({
      code: calls[1]?.id,
      error: "Request larger than allowed: 1048577 > 1048576 bytes.",
    });
    expect(calls[1]).toMatchObject({ failure: "too-large", source: "a" });
  });

  test.each([
    [
      "throws while it is called",
      "function main() { throw new Error('no'); }",
      /An error has occurred: Error: no/,
    ],
    ["ends its process", "async function main() { process.exit(3); }", /ended \(exit code 3\)/],
    ["returns text", "async function main() { return 'text'; }", /did not return a dictionary/],
    [
      "returns a wrong status",
      "async function main() { return { statusCode: 99 }; }",
      /no HTTP response/,
    ],
    [
      "returns a wrong header",
      "async function main() { return { headers: { a: 'b\\r\\nc: d' } }; }",
      /no HTTP response/,
    ],
    ["rejects", "async function main() { throw new Error('no'); }", /"message":"no"/],
  ])("a function that %s answers 502, and the next call runs", async (_, code, reason) => {
    const { send } = await startTestHost({ webhook: sourceOf(code, { triggers: http }) });

    const first = await send("/webhook/a");
    const second = await send("/webhook/a");

    expect([first.status, second.status]).toEqual([502, 502]);
    expect(await first.text()).toMatch(reason);
    expect(await second.text()).toMatch(reason);
  });

  test("a function beyond its time limit is ended, and the next call runs in a new process", async () => {
    const code = `async function main({ __ow_query }) {
      if (__ow_query === "spin") for (;;);
      if (__ow_query === "wait") await new Promise(() => setInterval(() => 0, 1000));
      return { body: { pid: process.pid } };
    }`;
    const { send, calls } = await startTestHost({
      webhook: sourceOf(code, { triggers: http, timeoutMs: 1_500 }),
    });

    const before = await echoed(await send("/webhook/a"));
    const late = [await send("/webhook/a?spin"), await send("/webhook/a?wait")];
    const after = await echoed(await send("/webhook/a"));

    expect(late.map(({ status }) => status)).toEqual([502, 502]);
    expect(await late[0]?.json()).toMatchObject({
      error: "The action exceeded its time limits of 1500 milliseconds.",
    });
    expect(calls.map(({ failure }) => failure)).toEqual([
      undefined,
      "timed-out",
      "timed-out",
      undefined,
    ]);
    expect(after.pid).not.toBe(before.pid);
    expect(() => process.kill(before.pid, 0)).toThrow();
  });

  test("an error with a status is the reply, as OpenWhisk unwraps it", async () => {
    const { send } = await startTestHost({
      webhook: sourceOf("async function main() { throw { statusCode: 409, body: 'twice' }; }", {
        triggers: http,
      }),
    });

    const response = await send("/webhook/a");

    expect([response.status, await response.text()]).toEqual([409, "twice"]);
  });

  test("a caller that hung up is marked", async () => {
    const marker = newMarker();
    const { host, calls } = await startTestHost({
      webhook: sourceOf(
        `async function main() { ${marker.make} await new Promise((r) => setTimeout(r, 1_000)); return { statusCode: 204 }; }`,
        { triggers: http },
      ),
    });
    const caller = new AbortController();

    const called = fetch(`${host.origin}/webhook/a`, { signal: caller.signal }).catch(
      () => undefined,
    );
    await expect.poll(marker.isThere).toBe(true);
    caller.abort();
    await called;
    await expect.poll(() => calls).toHaveLength(1);

    expect(calls).toMatchObject([{ callerGone: true, reply: { status: 204 } }]);
  });
});

describe("a call by hand", () => {
  test("the event is merged over the bound parameters, and the result is the reply", async () => {
    const { send, calls } = await startTestHost(
      {
        bucket: sourceOf("async function main(p) { return p; }", {
          parameters: { a: "1", b: "2", store: "x" },
        }),
      },
      { fixedParameters: { store: "local" } },
    );

    const response = await send("/bucket", { method: "POST", body: '{"b":"한글","store":"evil"}' });

    expect(await response.text()).toBe('{"a":"1","b":"한글","store":"local"}\n');
    expect(calls).toMatchObject([
      { function: "bucket", trigger: "by-hand", event: { b: "한글", store: "evil" } },
    ]);
  });

  test.each([
    ["[]", "the event must be a JSON object"],
    ["null", "the event must be a JSON object"],
    ['"text"', "the event must be a JSON object"],
    ["{", "the body must be JSON in UTF-8"],
    ['{"__ow_method":"post"}', "the event must not have parameters that begin with __ow_"],
    [Buffer.from([0x22, 0xff, 0x22]), "the body must be JSON in UTF-8"],
  ])("the body %j is refused with 400", async (body, error) => {
    const { send, calls } = await startTestHost({ bucket: sourceOf(echo) });

    const response = await send("/bucket", { method: "POST", body });

    expect([response.status, await response.json()]).toEqual([400, { error }]);
    expect(calls).toEqual([]);
  });

  test("a result with an error has the status 502", async () => {
    const { send } = await startTestHost({
      bucket: sourceOf("async function main() { return { failed: 1, error: 'refused' }; }"),
    });

    const response = await send("/bucket", { method: "POST" });

    expect([response.status, await response.json()]).toEqual([
      502,
      { failed: 1, error: "refused" },
    ]);
  });

  test("nested JSON of 1 MiB breaks neither the host nor the next call", async () => {
    const { send } = await startTestHost({
      bucket: sourceOf("async function main() { return {}; }"),
    });
    const depth = 200_000;

    const deep = await send("/bucket", {
      method: "POST",
      body: `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`,
    });
    const next = await send("/bucket", { method: "POST", body: '{"__proto__":{"x":1}}' });

    expect([deep.status, await deep.json()]).toEqual([
      400,
      { error: "the event is nested too deeply" },
    ]);
    expect(next.status).toBe(200);
  });
});

describe("the paths of the host", () => {
  test.each([
    ["GET", "/"],
    ["POST", "/nothing"],
    ["POST", "/bucket/x"],
    ["POST", "/constructor"],
    ["POST", "/%77ebhook/a"],
    ["POST", "//webhook/a"],
  ])("%s %s answers 404 and says what there is", async (method, path) => {
    const { send, calls } = await startTestHost({
      webhook: sourceOf(echo, { triggers: http }),
      bucket: sourceOf(echo),
    });

    const response = await send(path, { method });
    const text = await response.text();

    expect(response.status).toBe(404);
    expect(text).toContain("(/webhook/<source>, /bucket)");
    expect(text.endsWith("\n")).toBe(true);
    expect(calls).toEqual([]);
  });

  test.each(["GET", "PUT", "OPTIONS"])("%s on a function by hand answers 405", async (method) => {
    const { send } = await startTestHost({ bucket: sourceOf(echo) });

    const response = await send("/bucket", { method });

    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("pages of another origin and foreign names are refused, and no reply names an origin", async () => {
    const { host, calls } = await startTestHost({
      webhook: sourceOf(echo, { triggers: http }),
      bucket: sourceOf(echo),
    });

    for (const path of ["/webhook/a", "/bucket", "/"]) {
      for (const headers of [
        { host: "evil.example" },
        { host: `localhost:${host.port}`, origin: "http://evil.example" },
        { host: `localhost:${host.port}`, origin: "http://localhost:4010" },
        { host: `localhost:${host.port}`, origin: "null" },
        { host: `localhost:${host.port}`, "sec-fetch-site": "cross-site" },
      ]) {
        const answer = await sendRaw(host.port, path, headers as Record<string, string>);
        expect(answer.status).toBe(403);
        expect(Object.keys(answer.headers).join()).not.toContain("access-control");
      }
    }
    expect(calls).toEqual([]);
  });

  test("an allowed name, such as a tunnel's, is for webhooks alone", async () => {
    const { host } = await startTestHost(
      { webhook: sourceOf(echo, { triggers: http }), bucket: sourceOf(echo) },
      { allowedHosts: ["dev.example", "other.example:5000"] },
    );
    const status = async (path: string, name: string) =>
      (await sendRaw(host.port, path, { host: name })).status;

    expect([
      await status("/webhook/a", "dev.example"),
      await status("/webhook/a", "dev.example:443"),
      await status("/webhook/a", `DEV.example:${host.port}`),
      await status("/webhook/a", "other.example:5000"),
    ]).toEqual([200, 200, 200, 200]);
    expect([
      await status("/webhook/a", "other.example"),
      await status("/webhook/a", "x.dev.example"),
      await status("/bucket", "dev.example"),
      await status("/webhook", "dev.example"),
      await status("/webhook/../bucket", "dev.example:1"),
    ]).toEqual([403, 403, 403, 403, 403]);
  });
});

describe("the triggers of the host", () => {
  test("a bucket's events reach its functions one after the other", async () => {
    const { host, calls } = await startTestHost({
      bucket: sourceOf("async function main({ n }) { return { n }; }", {
        triggers: { objectStorage: true },
      }),
      pictures: sourceOf("async function main({ n }) { return { n }; }", {
        triggers: { objectStorage: ["pictures"] },
      }),
      other: sourceOf(echo),
    });

    for (const n of [1, 2, 3]) {
      host.bucketEvent("uploads", { n });
    }
    host.bucketEvent("pictures", { n: 4 });
    await expect.poll(() => calls).toHaveLength(5);

    const told = (name: string) =>
      calls.filter((call) => call.function === name).map(({ reply }) => reply);
    expect(told("bucket")).toEqual([1, 2, 3, 4].map((n) => ({ result: { n } })));
    expect(told("pictures")).toEqual([{ result: { n: 4 } }]);
    expect(calls.find((call) => call.function === "bucket")).toMatchObject({
      ...{ trigger: "object-storage", event: { n: 1 } },
    });
  });

  test("a function is replaced, its running call ends first, and the first one comes back", async () => {
    const marker = newMarker();
    const answer = (text: string) =>
      sourceOf(
        `async function main() { ${marker.make} await new Promise((r) => setTimeout(r, 200)); return { body: '${text}' }; }`,
        { triggers: http },
      );
    const { host, send } = await startTestHost({ webhook: answer("built") });

    const running = send("/webhook/a");
    await expect.poll(marker.isThere).toBe(true);
    await host.replaceFunction("webhook", answer("deployed"));
    const replaced = await send("/webhook/a");
    await host.replaceFunction("webhook", undefined);
    const back = await send("/webhook/a");
    await host.replaceFunction("added", sourceOf("async function main() { return {}; }"));
    const added = await send("/added", { method: "POST" });
    await host.replaceFunction("added", undefined);
    const removed = await send("/added", { method: "POST" });

    expect(await Promise.all([await running, replaced, back].map((one) => one.text()))).toEqual([
      ...["built", "deployed", "built"],
    ]);
    expect([added.status, removed.status]).toEqual([200, 404]);
  });

  test("an unpacked zip is required as a folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "relay-"));
    writeFileSync(join(folder, "package.json"), '{"main":"code.js"}');
    writeFileSync(join(folder, "code.js"), "exports.main = async () => ({ cwd: process.cwd() });");
    const { send } = await startTestHost({
      zipped: { code: { kind: "folder", path: folder }, parameters: {}, triggers: {} },
    });

    expect(await (await send("/zipped", { method: "POST" })).json()).toEqual({ cwd: folder });
  });

  test("a function that does not load is reported, answers 502, and holds up no other", async () => {
    const { send, reports } = await startTestHost({
      broken: sourceOf("const x = ;"),
      fine: sourceOf("async function main() { return {}; }"),
    });

    const response = await send("/broken", { method: "POST" });

    expect(response.status).toBe(502);
    expect(await response.text()).toContain("Initialization has failed due to: SyntaxError");
    expect(reports.join("\n")).toContain("the function broken does not load: SyntaxError");
    expect((await send("/fine", { method: "POST" })).status).toBe(200);
  });
});

describe("what a call leaves", () => {
  test("its log lines are its own, also those without a line end, and at most 1 MB", async () => {
    const code = `async function main({ n }) {
      console.log(JSON.stringify({ level: "warn", n }));
      process.stderr.write("no line end " + n);
      if (n === 2) for (let i = 0; i < 30000; i += 1) console.log("x".repeat(60));
      return {};
    }`;
    const { host } = await startTestHost({ noisy: sourceOf(code) });

    const calls = [await host.call("noisy", { n: 1 }), await host.call("noisy", { n: 2 })];

    expect(calls[0]?.logLines).toEqual([{ level: "warn", n: 1 }, { message: "no line end 1" }]);
    const [, second] = calls;
    expect(JSON.stringify(second?.logLines).length).toBeLessThan(2_000_000);
    expect(second?.logLines).toContainEqual({
      message: "the log is over 1 MB: the rest is left out",
    });
  });

  test("its requests to Data Stream are known by the address of its process", async () => {
    const emulator = await startEmulator({
      port: 0,
      topics: { orders: 1 },
      accessKeys: { key: "secret" },
      log: () => undefined,
    });
    const code = `async function main({ DATASTREAM_ENDPOINT, path }) {
      const { status } = await fetch(DATASTREAM_ENDPOINT + path, { method: "POST", body: "{}" });
      return { status };
    }`;
    const parameters = { DATASTREAM_ENDPOINT: "http://127.0.0.1:1" };
    const { host } = await startTestHost(
      { a: sourceOf(code, { parameters }), b: sourceOf(code, { parameters }) },
      { openEndpoint: emulator.openEndpoint },
    );

    const calls = await Promise.all([
      host.call("a", { path: "/api/produce" }),
      host.call("b", { path: "/b" }),
      host.call("a", { path: "/a" }),
      host.call("a", { path: "/_/topics", DATASTREAM_ENDPOINT: "http://127.0.0.1:2" }),
    ]);
    const log = (await (await fetch(`${emulator.origin}/_/requests`)).json()) as {
      requests: { id: string; path: string }[];
    };
    await emulator.close();

    const paths = calls.map((call) =>
      call?.requestIds.map((id) => log.requests.find((entry) => entry.id === id)?.path),
    );
    // A process reaches the API alone: the control API is no API of NAVER Cloud.
    expect(paths).toEqual([["/api/produce"], ["/b"], ["/a"], ["/_/topics"]]);
    expect(calls[3]?.reply).toEqual({ result: { status: 404 } });
  });
});

describe("the end of a host", () => {
  test("a killed host leaves no process", async () => {
    const script = `
      import { startHost } from ${JSON.stringify(resolve("local/functions/host/host.ts"))};
      const code = { kind: "source", code: "async function main() { return { pid: process.pid }; }" };
      const functions = { a: { code, parameters: {}, triggers: {} } };
      const host = await startHost({ port: 0, functions, onCall() {}, report() {} });
      const call = await host.call("a", {});
      console.log(call.reply.result.pid);
      setInterval(() => undefined, 1000);`;
    const file = join(mkdtempSync(join(tmpdir(), "relay-")), "host.mts");
    writeFileSync(file, script);
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), file]);
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    const pid = Number(String(printed));

    expect(process.kill(pid, 0)).toBe(true);
    child.kill("SIGKILL");

    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

/** Returns code that makes a file, so that a test knows when a function runs. */
function newMarker() {
  const file = join(mkdtempSync(join(tmpdir(), "relay-")), "runs");
  return {
    make: `require("node:fs").writeFileSync(${JSON.stringify(file)}, "");`,
    isThere: () => existsSync(file),
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("functions that are built anew", () => {
  test("a function whose file is gone runs no longer, and one that is new runs", async () => {
    const { host, send } = await startTestHost({ old: sourceOf(echo) });
    const post = { method: "POST", body: "{}" };

    await host.rebuildFunction("old", undefined);
    await host.rebuildFunction("new", sourceOf(echo));

    expect((await send("/old", post)).status).toBe(404);
    expect((await send("/new", post)).status).toBe(200);
  });

  test("a function that does not load is reported once, and not again for each other one", async () => {
    const { host, reports } = await startTestHost({ broken: sourceOf("const x = 1;") });

    await Promise.all(["a", "b"].map((name) => host.rebuildFunction(name, sourceOf(echo))));

    expect(reports).toEqual([expect.stringMatching(/^the function broken does not load: /)]);
  });
});

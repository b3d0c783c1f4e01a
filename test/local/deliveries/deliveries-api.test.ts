import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { FunctionCall } from "../../../local/functions/host/function-call.ts";
import { connection, startFunctionsStub } from "../functions/console/functions-stub.ts";
import { startWorld } from "../harness.ts";
import { refusedLine, replyOf, requestOf, webhookCall } from "./calls.ts";

const run = promisify(execFile);

const canary = {
  github: "canary-github-secret-1a",
  githubNew: "canary-github-secret-2b",
  alerts: "canary-bearer-secret-3c",
  basic: "canary-user:canary-password-4d",
  standard: `whsec_${Buffer.from("canary-standard-secret-5e").toString("base64")}`,
  verifyToken: "canary-verify-token-6f",
  signingKey: "canary-signing-key-of-32-bytes-7",
  secretKey: "canary-ncloud-secret-key-8",
};

const settings = {
  WEBHOOK_SOURCES: JSON.stringify({
    github: { verifier: "github" },
    alerts: { verifier: "bearer" },
    reports: { verifier: "basic" },
    standard: { verifier: "standard-webhooks" },
    keys: { verifier: "discord" },
    open: { verifier: "none" },
  }),
  WEBHOOK_SECRETS: JSON.stringify({
    github: [canary.github, canary.githubNew],
    "github.verifyToken": [canary.verifyToken],
    alerts: [canary.alerts],
    reports: [canary.basic],
    standard: [canary.standard],
  }),
  STANDIN_SIGNING_KEY: canary.signingKey,
  NCLOUD_SECRET_KEY: canary.secretKey,
};

async function start(calls: readonly FunctionCall[]) {
  const stub = await startFunctionsStub();
  const emulator = await startWorld({
    functions: connection({ webhookOrigin: stub.origin, settings }),
    accessKeys: { ncp_iam_EXAMPLE: canary.secretKey },
  });
  for (const call of calls) {
    emulator.addCall(call);
  }
  const send = async (id: string, asked?: unknown) => {
    const body = asked === undefined ? "" : JSON.stringify(asked);
    const response = await emulator.post(`/_/deliveries/${id}/replay`, body);
    return { status: response.status, body: await response.json() };
  };
  const text = async (path: string) => (await fetch(`${emulator.origin}${path}`)).text();
  return { stub, emulator, send, text };
}

function signed(body: string | Uint8Array, secret = canary.github): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** A call that has every secret in every place that is answered. */
function leakyCall(id: string, secret: string): FunctionCall {
  const texts = {
    ...{ plain: secret, json: JSON.stringify({ secret }), url: encodeURIComponent(secret) },
    ...{
      base64: Buffer.from(`:${secret}`).toString("base64"),
      hex: Buffer.from(secret).toString("hex"),
    },
  };
  return webhookCall(id, {
    request: requestOf({
      path: `/webhook/github/${encodeURIComponent(secret)}`,
      query: `hub.verify_token=${encodeURIComponent(secret)}&plain=${encodeURIComponent(secret)}`,
      headers: {
        ...{ authorization: `Bearer ${secret}`, cookie: secret, "x-other": secret },
        "x-base64": texts.base64,
        "content-type": "application/json",
      },
      body: Buffer.from(JSON.stringify(texts)),
    }),
    reply: replyOf(500, texts),
    event: { deep: [texts] },
    logLines: [
      { message: secret, ...texts },
      { ...refusedLine(`the reason ${secret}`), ...texts },
    ],
  });
}

describe("GET /_/deliveries", () => {
  test("the newest deliveries come first, and filters choose among them", async () => {
    const { emulator } = await start([
      webhookCall("a"),
      webhookCall("b", { source: "alerts", callerGone: true }),
      { ...webhookCall("c"), function: "bucket" },
    ]);
    const ids = async (query: string) => {
      const { deliveries } = (await emulator.get(`/_/deliveries${query}`)) as {
        deliveries: { id: string }[];
      };
      return deliveries.map(({ id }) => id).join("");
    };

    expect(await ids("")).toBe("cba");
    expect(await ids("?limit=2")).toBe("cb");
    expect(await ids("?function=webhook")).toBe("ba");
    expect(await ids("?source=alerts")).toBe("b");
    expect(await ids("?outcome=callerGone")).toBe("b");
    expect(await ids("?after=a")).toBe("bc");
    expect(await ids("?after=a&limit=1&outcome=delivered")).toBe("c");
    expect(await ids("?source=nope")).toBe("");
  });

  test.each([
    [
      "outcome=good",
      "outcome must be one of delivered, stored, ignored, answered, refused, failed, callerGone",
    ],
    ["limit=0", "limit must be an integer from 1 to 1000"],
    ["after=z", "after must be the id of a delivery that is kept"],
    ["soruce=a", 'unknown parameter "soruce"; known: function, source, outcome, after, limit'],
  ])("the query %s is refused by name", async (query, error) => {
    const { emulator } = await start([]);

    expect(await emulator.get(`/_/deliveries?${query}`)).toEqual({ error });
  });

  test("a list cuts a long body, and one delivery has it whole and the log lines", async () => {
    const body = "x".repeat(100_000);
    const { emulator } = await start([webhookCall("a", { body })]);

    expect(await emulator.get("/_/deliveries")).toMatchObject({
      deliveries: [
        { request: { bodyBytes: 100_000, isBodyCut: true, body: body.slice(0, 65_536) } },
      ],
    });
    expect(await emulator.get("/_/deliveries/a")).toMatchObject({
      request: { isBodyCut: false, body },
      log: [{ message: "call ended", ending: "delivered" }],
    });
  });

  test("an unknown id is a 404, and another method a 405", async () => {
    const { emulator } = await start([webhookCall("a")]);
    const status = async (method: string, path: string) =>
      (await fetch(`${emulator.origin}/_/deliveries${path}`, { method })).status;

    expect(await status("GET", "/z")).toBe(404);
    expect(await status("GET", "/a/b/c")).toBe(404);
    expect(await status("POST", "/a")).toBe(405);
    expect(await status("GET", "/a/replay")).toBe(405);
    expect(await status("PUT", "")).toBe(405);
    expect(await status("DELETE", "")).toBe(204);
    expect(await status("GET", "/a")).toBe(404);
  });

  test("deliveries come live with the server-sent events", async () => {
    const { emulator } = await start([]);
    const response = await fetch(`${emulator.origin}/_/events`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    emulator.addCall(leakyCall("a", canary.github));
    let text = "";
    while (!text.includes("event: delivery") || !text.endsWith("\n\n")) {
      text += (await reader?.read())?.value ?? "";
    }
    await reader?.cancel();

    const data = text.split("event: delivery\ndata: ")[1] ?? "";
    expect(JSON.parse(data)).toMatchObject({ id: "a", function: "webhook" });
    expect(text).not.toContain(canary.github);
  });
});

describe("secrets in what is answered", () => {
  const secrets = [...Object.values(canary), "canary-password-4d", canary.standard.slice(6)];

  test.each(secrets)("the secret %s is nowhere, in no form", async (secret) => {
    const { text, send } = await start([leakyCall("a", secret)]);
    const answered = [
      await text("/_/deliveries"),
      await text("/_/deliveries/a"),
      await text("/_/deliveries/a/curl"),
      JSON.stringify(await send("a")),
      JSON.stringify(await send("a", { headers: { "x-new": secret }, body: secret })),
    ].join("\n");

    for (const form of [
      ...[secret, encodeURIComponent(secret), Buffer.from(secret).toString("hex")],
      ...[Buffer.from(`:${secret}`), Buffer.from(secret)].map((bytes) => bytes.toString("base64")),
    ]) {
      expect(answered).not.toContain(form);
    }
  });

  test.each(["github", "alerts", "reports", "standard"])(
    "what is signed anew for %s is shown without its proof",
    async (source) => {
      const { text, send, stub } = await start([webhookCall("a", { source })]);
      const shown = JSON.stringify(await send("a")) + (await text("/_/deliveries/a/curl"));

      const [received] = stub.received;
      const { authorization = "", ...headers } = received?.headers ?? {};
      expect(String(authorization) + JSON.stringify(headers)).toMatch(/canary|Basic|sha256=|v1,/);
      for (const secret of secrets) {
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(Buffer.from(secret).toString("base64"));
      }
      expect(JSON.parse(JSON.stringify(await send("a"))).body.sent.headers).not.toMatchObject({
        "x-hub-signature-256": expect.stringContaining("sha256="),
      });
    },
  );
});

describe("a function that was deployed with parameters of its own", () => {
  const parameters = {
    WEBHOOK_SOURCES: '{"shop":{"verifier":"hmac","header":"X-Shop"}}',
    WEBHOOK_SECRETS: '{"shop":["canary-deployed-secret-9"]}',
    DELIVERY_TIMEOUT_MS: 1000,
  };

  test("its secrets are hidden, and its sources sign the replay", async () => {
    const { emulator, stub, send, text } = await start([]);
    const body = '{"a":"canary-deployed-secret-9","b":"canary-github-secret-1a"}';
    const request = requestOf({ body: Buffer.from(body), headers: { "x-shop": "proof" } });
    emulator.addCall(webhookCall("a", { source: "shop", request }), parameters);

    const shown = (await text("/_/deliveries/a")) + (await text("/_/deliveries/a/curl"));
    await send("a");

    expect(shown).not.toMatch(/canary|proof/);
    expect(JSON.parse(await text("/_/deliveries/a"))).toMatchObject({
      request: { body: '{"a":"•••","b":"•••"}' },
    });
    expect(stub.received[0]?.headers["x-shop"]).toBe(
      createHmac("sha256", "canary-deployed-secret-9").update(body).digest("hex"),
    );
  });
});

describe("POST /_/deliveries/{id}/replay", () => {
  const stale = requestOf({
    headers: {
      ...{
        "content-type": "application/json",
        "x-hub-signature-256": "sha256=00",
        host: "a.example",
      },
      ...{ "content-length": "2", cookie: "session=1", "x-github-event": "push" },
    },
  });

  test("the request is sent as it came, with a new signature", async () => {
    const { send, stub } = await start([webhookCall("a", { request: stale })]);

    expect(await send("a")).toMatchObject({
      status: 200,
      body: {
        ...{ signed: true, note: null, reply: { status: 200 } },
        sent: {
          headers: { "x-hub-signature-256": "•••", cookie: "•••", "x-github-event": "push" },
        },
      },
    });
    expect(stub.received).toMatchObject([
      {
        ...{ method: "POST", path: "/webhook/github", body: "{}" },
        headers: {
          ...{ "x-hub-signature-256": signed("{}"), cookie: "session=1" },
          "x-local-replay-of": "a",
        },
      },
    ]);
  });

  test("an edited body is signed, and headers that are as they were shown stay as they came", async () => {
    const { send, stub } = await start([webhookCall("a", { request: stale })]);

    await send("a", {
      headers: { cookie: "•••", "X-Github-Event": "ping", host: "b.example" },
      body: '{"a":1}',
    });

    expect(stub.received).toMatchObject([
      {
        body: '{"a":1}',
        headers: {
          ...{ "x-hub-signature-256": signed('{"a":1}'), cookie: "session=1" },
          "x-github-event": "ping",
        },
      },
    ]);
    expect(stub.received[0]?.headers).not.toHaveProperty("content-type", "application/json");
  });

  test("bytes that are no UTF-8 are sent and signed as they are", async () => {
    const body = gzipSync('{"a":1}');
    const headers = { "content-encoding": "gzip", "content-type": "application/json" };
    const { send, stub } = await start([
      webhookCall("a", { request: requestOf({ body, headers }) }),
    ]);

    await send("a");

    expect(stub.received).toMatchObject([{ headers: { "x-hub-signature-256": signed(body) } }]);
    expect(stub.received[0]?.headers["content-length"]).toBe(String(body.length));
  });

  test("a body in Base64 is decoded", async () => {
    const { send, stub } = await start([webhookCall("a")]);

    await send("a", { body: "eyJhIjoxfQ==", bodyEncoding: "base64" });

    expect(stub.received[0]?.body).toBe('{"a":1}');
  });

  test("a body that was shown with hidden secrets is sent with them", async () => {
    const body = `{"token":"${canary.github}"}`;
    const { send, stub } = await start([webhookCall("a", { body })]);

    await send("a", { body: '{"token":"•••"}' });
    const edited = await send("a", { body: '{"token":"•••","a":1}' });

    expect(stub.received.map((one) => one.body)).toEqual([body]);
    expect(edited).toEqual({
      status: 400,
      body: { error: "body holds ••• in place of a secret: write a value there" },
    });
  });

  test("a signed id stays, so that a replay can be told as a duplicate", async () => {
    const headers = {
      "webhook-id": "msg_7",
      "webhook-timestamp": "1",
      "webhook-signature": "v1,x",
    };
    const { send, stub } = await start([
      webhookCall("a", { source: "standard", request: requestOf({ headers }) }),
    ]);

    await send("a");

    expect(stub.received[0]?.headers).toMatchObject({
      ...{ "webhook-id": "msg_7", "webhook-timestamp": "1700000000" },
      "webhook-signature": expect.stringMatching(/^v1,.{44}$/),
    });
  });

  test.each([
    ["keys", "A request of the source keys cannot be signed here, so it is as it was."],
    ["nope", "No source of WEBHOOK_SOURCES is meant, so the request is as it was."],
  ])(
    "a request for %s, which cannot be signed, says so and is sent as it was",
    async (source, note) => {
      const headers = { "x-signature-ed25519": "old" };
      const { send, stub } = await start([
        webhookCall("a", { source, request: requestOf({ headers }) }),
      ]);

      expect((await send("a")).body).toMatchObject({ signed: false, note });
      expect(stub.received[0]?.headers).toMatchObject(headers);
    },
  );

  test("an event is run again, or another one in its place", async () => {
    const { request: _, source: __, ...call } = webhookCall("a");
    const { send, stub } = await start([
      { ...call, function: "bucket", trigger: "object-storage", event: { name: canary.github } },
    ]);

    expect((await send("a")).body).toMatchObject({
      sent: { function: "bucket", event: { name: "•••" } },
    });
    await send("a", { event: { name: "•••" } });
    await send("a", { event: { name: "b.txt" } });

    expect(stub.received.map(({ path, body }) => `${path} ${body}`)).toEqual([
      `/invoke/bucket {"name":"${canary.github}"}`,
      `/invoke/bucket {"name":"${canary.github}"}`,
      '/invoke/bucket {"name":"b.txt"}',
    ]);
  });

  test("a GET is sent without a body", async () => {
    const request = requestOf({ method: "GET", query: "a=1", body: Buffer.alloc(0) });
    const { send, stub } = await start([webhookCall("a", { request })]);

    await send("a");

    expect(stub.received).toMatchObject([{ method: "GET", path: "/webhook/github?a=1", body: "" }]);
  });

  test.each([
    [{ heads: {} }, 'the replay has an unknown field "heads"; known: headers, body, bodyEncoding'],
    [{ body: 1 }, "body must be text of at most 8388608 characters"],
    [{ bodyEncoding: "hex", body: "" }, "bodyEncoding must be utf-8 or base64"],
    [
      { bodyEncoding: "base64", body: "@@" },
      "body must be Base64 of the standard alphabet, padded",
    ],
    [{ headers: { "a b": "c" } }, "headers has a name or value that HTTP does not allow"],
    [[], "the replay must be an object"],
    [
      { headers: { "x-new": "a•••" } },
      "the header x-new holds ••• in place of a secret: write a value there",
    ],
  ])("the edit %o is refused", async (asked, error) => {
    const { send } = await start([webhookCall("a")]);

    expect(await send("a", asked)).toEqual({ status: 400, body: { error } });
  });

  test("a function that does not answer is a 502, and an emulator alone a 503", async () => {
    const alone = await startWorld();
    alone.addCall(webhookCall("a"));
    const dead = await startWorld({ functions: connection({ settings }) });
    dead.addCall(webhookCall("a"));

    expect((await alone.post("/_/deliveries/a/replay", "")).status).toBe(503);
    expect((await dead.post("/_/deliveries/a/replay", "")).status).toBe(502);
  });
});

describe("GET /_/deliveries/{id}/curl", () => {
  async function shell(command: string): Promise<void> {
    const env = { ...process.env, WEBHOOK_SECRET: canary.alerts };
    await run("sh", ["-c", command], { env });
  }

  test("the command sends the delivery with a fresh signature", async () => {
    const body = '{"a":"it\'s 한글 $HOME `id`\\n"}';
    const { text, stub } = await start([webhookCall("a", { body })]);

    await shell(await text("/_/deliveries/a/curl"));

    expect(stub.received).toMatchObject([
      { path: "/webhook/github", body, headers: { "x-hub-signature-256": signed(body) } },
    ]);
  });

  test("a credential is a variable of the shell, and hidden headers are named as left out", async () => {
    const headers = { cookie: "a=b", "x-a": "1" };
    const { text, stub } = await start([
      webhookCall("a", { source: "alerts", request: requestOf({ headers }) }),
    ]);

    const command = await text("/_/deliveries/a/curl");
    await shell(command);

    expect(command).toMatch(/^# Hidden headers are left out: cookie\ncurl /);
    expect(command).toContain(`-H 'authorization: Bearer '"$WEBHOOK_SECRET"`);
    expect(stub.received[0]?.headers).toMatchObject({
      ...{ authorization: `Bearer ${canary.alerts}`, "x-a": "1" },
    });
  });

  test("bytes arrive as they came", async () => {
    const body = gzipSync('{"a":1}');
    const { text, stub } = await start([webhookCall("a", { request: requestOf({ body }) })]);

    await shell(await text("/_/deliveries/a/curl"));

    expect(stub.received[0]?.headers).toMatchObject({
      ...{ "x-hub-signature-256": signed(body), "content-length": String(body.length) },
    });
  });

  test("an event is a call by hand", async () => {
    const { request: _, source: __, ...call } = webhookCall("a");
    const { text, stub } = await start([{ ...call, function: "heartbeat", event: { a: "it's" } }]);

    await shell(await text("/_/deliveries/a/curl"));

    expect(stub.received).toMatchObject([{ path: "/invoke/heartbeat", body: '{"a":"it\'s"}' }]);
  });
});

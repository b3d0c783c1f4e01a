import { describe, expect, test } from "vitest";
import { createRecordLog } from "../../../local/data-stream/storage/record-log.ts";
import { createDeliveries } from "../../../local/deliveries/deliveries.ts";
import { refusedLine, replyOf, requestOf, webhookCall } from "./calls.ts";

function createLog(recordsMax = 100) {
  const log = createRecordLog({ recordsMax, recordBytesMax: 1_000_000 }, () => undefined);
  let offset = 0;
  return {
    log,
    /** Adds a record, and returns its place as a call has it. */
    add(value: unknown): string {
      const record = { topic: "orders", partition: 0, offset, timestamp: 1, key: "k" };
      log.add({ ...record, cursor: log.nextCursor(), value: JSON.stringify(value) });
      log.trim();
      offset += 1;
      return `orders/0/${offset - 1}`;
    },
  };
}

function start(bounds: { deliveriesMax?: number; bytesMax?: number } = {}) {
  const { log, add } = createLog();
  return { add, deliveries: createDeliveries({ settings: {}, records: log, ...bounds }) };
}

const event = { specversion: "1.0", source: "/github", id: "1" };

describe("the store of deliveries", () => {
  test("the oldest deliveries are dropped above a count", () => {
    const { deliveries } = start({ deliveriesMax: 2 });
    for (const id of ["a", "b", "c"]) {
      deliveries.add(webhookCall(id));
    }

    expect(deliveries.newestFirst().map(({ id }) => id)).toEqual(["c", "b"]);
    expect(deliveries.find("a")).toBeUndefined();
  });

  test("the oldest deliveries are dropped above a size, and the newest is kept whatever its size", () => {
    const { deliveries } = start({ bytesMax: 10_000 });
    deliveries.add(webhookCall("a"));
    deliveries.add(webhookCall("b", { body: "x".repeat(50_000) }));

    expect(deliveries.newestFirst().map(({ id }) => id)).toEqual(["b"]);

    deliveries.add(webhookCall("c"));

    expect(deliveries.newestFirst().map(({ id }) => id)).toEqual(["c"]);
  });

  test("the same call a second time replaces the first", () => {
    const { deliveries } = start();
    deliveries.add(webhookCall("a", { durationMs: 1 }));
    deliveries.add(webhookCall("a", { durationMs: 2 }));

    expect(deliveries.newestFirst()).toMatchObject([{ id: "a", durationMs: 2 }]);
  });

  test("a delivery names its requests and the cursors of its records, in order", () => {
    const { add, deliveries } = start();
    add({});
    const places = [add({}), add({})];
    add({});

    const added = deliveries.add(webhookCall("a", { cursors: places, requestIds: ["7", "8"] }));

    expect(added).toMatchObject({ requests: ["7", "8"], records: [2, 3], duplicate: false });
    expect(added.reason).toBe("2 records are on the topic.");
  });

  test("a delivery whose event is on the topic already is a duplicate", () => {
    const { add, deliveries } = start();
    const first = deliveries.add(webhookCall("a", { cursors: [add(event)] }));
    add({ ...event, id: "2" });
    const second = deliveries.add(webhookCall("b", { cursors: [add(event)] }));
    const other = deliveries.add(webhookCall("c", { cursors: [add({ ...event, source: "/b" })] }));

    expect(first).toMatchObject({ duplicate: false, duplicateOf: null });
    expect(second).toMatchObject({ duplicate: true, duplicateOf: 1 });
    expect(other).toMatchObject({ duplicate: false });
  });

  test("an event that was produced twice by one call is a duplicate", () => {
    const { add, deliveries } = start();

    const added = deliveries.add(webhookCall("a", { cursors: [add(event), add(event)] }));

    expect(added).toMatchObject({ records: [1, 2], duplicate: true, duplicateOf: 1 });
  });

  test("an event whose earlier record was dropped is no duplicate", () => {
    const { log, add } = createLog(1);
    const deliveries = createDeliveries({ settings: {}, records: log });
    deliveries.add(webhookCall("a", { cursors: [add(event)] }));

    expect(deliveries.add(webhookCall("b", { cursors: [add(event)] })).duplicate).toBe(false);
  });

  test("values without an identity are never duplicates", () => {
    const { add, deliveries } = start();
    const cursors = ["{", null, [], { id: "1" }, { id: "1" }].map(add);

    expect(deliveries.add(webhookCall("a", { cursors })).duplicate).toBe(false);
  });
});

describe("the outcome of a delivery", () => {
  const ended = (fields: object) => [{ message: "call ended", ...fields }];
  test.each([
    ["delivered", { ending: "delivered" }],
    ["stored", { ending: "stored", reason: "the stream is down" }],
    ["ignored", { ending: "ignored", reason: "the type is filtered out" }],
    ["answered", { ending: "healthy" }],
    ["answered", { ending: "answered" }],
    ["refused", { ending: "refused", code: "BODY_NOT_JSON", reason: "the body is not JSON" }],
    ["failed", { ending: "faulted", code: "BAD_SETTINGS", reason: "a setting is wrong" }],
    ["failed", { ending: "unavailable", code: "STREAM_TIMEOUT", reason: "no response" }],
    ["failed", { ending: "notAttempted" }],
  ])("the outcome is %s after the last line %o", (outcome, line) => {
    const { deliveries } = start();
    const added = deliveries.add(webhookCall("a", { logLines: ended(line) }));

    expect(added).toMatchObject({ outcome, code: "code" in line ? line.code : null });
    expect(added.reason).toContain("reason" in line ? line.reason : "");
    expect(added.reason).not.toBe("");
  });

  test.each([
    ["delivered", replyOf(200, { status: "delivered", id: "1" })],
    ["stored", replyOf(200, { status: "stored" })],
    ["failed", replyOf(503, { status: "failed", reason: "send it again later" })],
    ["refused", replyOf(404, { status: "refused", reason: "no such source" })],
    ["refused", replyOf(418, "a text")],
    ["failed", replyOf(500, null)],
    ["answered", replyOf(200, { hello: "world" })],
    ["failed", { result: { error: "boom" } }],
    ["answered", { result: { ok: true } }],
    ["answered", { result: undefined }],
    ["delivered", { result: { statusCode: 200, body: { status: "delivered" } } }],
  ] as const)("the outcome is %s by the reply %o if the log says nothing", (outcome, reply) => {
    const { deliveries } = start();

    expect(deliveries.add(webhookCall("a", { logLines: [], reply })).outcome).toBe(outcome);
  });

  test.each(["crashed", "timed-out", "too-large", "too-many-calls", "not-started"] as const)(
    "a call that ended as %s failed, and the reason says how",
    (failure) => {
      const { deliveries } = start();
      const added = deliveries.add(webhookCall("a", { failure, logLines: [] }));

      expect(added.outcome).toBe("failed");
      expect(added.reason).toMatch(/^[A-Z].{30,}\.$/);
    },
  );

  test("a call whose caller had hung up is not delivered for the caller", () => {
    const { deliveries } = start();

    expect(deliveries.add(webhookCall("a", { callerGone: true }))).toMatchObject({
      outcome: "callerGone",
      reason:
        "The caller had hung up before the reply, after 12 ms at most, and may send again. The event is on the topic.",
    });
  });
});

describe("what a delivery shows", () => {
  test("an HTTP call has its request and reply, and no event", () => {
    const { deliveries } = start();
    const request = requestOf({ query: "a=1&hub.verify_token=x&key=y", body: Buffer.from("{}") });

    expect(deliveries.add(webhookCall("a", { request }))).toMatchObject({
      ...{ id: "a", time: 1_700_000_000_000, function: "webhook", source: "github", status: 200 },
      request: {
        ...{ method: "POST", path: "/webhook/github?a=1&hub.verify_token=•••&key=•••" },
        ...{ body: "{}", bodyEncoding: "utf-8", bodyBytes: 2, isBodyCut: false },
      },
      reply: { status: 200, body: '{"status":"delivered"}' },
      event: null,
    });
  });

  test("any other call has its event and result, and no request", () => {
    const { deliveries } = start();
    const { request: _, source: __, ...call } = webhookCall("a");

    expect(
      deliveries.add({
        ...{ ...call, function: "bucket", trigger: "object-storage" },
        ...{ event: { object_name: "a.txt" }, reply: { result: { status: "delivered" } } },
      }),
    ).toMatchObject({
      ...{ function: "bucket", source: null, status: null, request: null },
      ...{ event: { object_name: "a.txt" }, reply: { result: { status: "delivered" } } },
    });
  });

  test.each([
    "authorization",
    "cookie",
    "x-hub-signature-256",
    "stripe-signature",
    "x-shopify-hmac-sha256",
    "x-signature-ed25519",
    "x-gitlab-token",
    "x-api-key",
    "x-ncp-iam-access-key",
  ])("the value of the header %s is hidden", (name) => {
    const { deliveries } = start();
    const request = requestOf({ headers: { [name]: "proof", "x-github-event": "push" } });

    expect(deliveries.add(webhookCall("a", { request })).request?.headers).toEqual({
      ...{ [name]: "•••", "x-github-event": "push" },
    });
  });

  test("headers and parameters that a source has its proof in are hidden", () => {
    const { log } = createLog();
    const settings = {
      WEBHOOK_SOURCES:
        '{"a":{"verifier":"hmac","header":"X-Proof"},"b":{"verifier":"token","query":"t"}}',
    };
    const deliveries = createDeliveries({ settings, records: log });
    const request = requestOf({ query: "t=proof&u=1", headers: { "x-proof": "proof" } });

    expect(deliveries.add(webhookCall("a", { request })).request).toMatchObject({
      ...{ path: "/webhook/github?t=•••&u=1", headers: { "x-proof": "•••" } },
    });
  });

  test("a body that is no UTF-8 is shown in Base64", () => {
    const { deliveries } = start();
    const call = webhookCall("a", { request: requestOf({ body: Buffer.from([0xff, 0xfe]) }) });

    expect(deliveries.add(call).request).toMatchObject({
      ...{ body: "//4=", bodyEncoding: "base64", bodyBytes: 2 },
    });
  });

  test("a refused signature is explained by what the function says and the mistake that fits", () => {
    const { log } = createLog();
    const settings = {
      WEBHOOK_SOURCES: '{"github":{"verifier":"github"}}',
      WEBHOOK_SECRETS: '{"github":["canary-secret-1"]}',
    };
    const deliveries = createDeliveries({ settings, records: log });
    const logLines = [refusedLine("source github: the header x-hub-signature-256 is missing")];

    expect(deliveries.add(webhookCall("a", { logLines, reply: replyOf(401, {}) }))).toMatchObject({
      ...{ outcome: "refused", status: 401, code: "UNAUTHENTICATED" },
      page: "docs/troubleshooting.md#UNAUTHENTICATED",
      reason: expect.stringMatching(
        /^source github: the header x-hub-signature-256 is missing\. Set a secret/,
      ),
      diagnosis: { likelyMistake: "The header x-hub-signature-256 is missing." },
    });
  });
});

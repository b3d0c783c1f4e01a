import { describe, expect, test, vi } from "vitest";
import type { HttpRequest } from "../../lib/effects/transport.ts";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { adapters, logged, openAdapters, produced } from "../support/adapters.ts";
import { hookCall } from "../support/deliveries.ts";
import { acknowledged, answer, createHarness, messageOf } from "../support/harness.ts";
import { type Bag, bucketSettings, heartbeatSettings } from "../support/settings.ts";

/** Events about the objects of a bucket, in order. */
function records(...keys: readonly string[]): Bag {
  return {
    Records: keys.map((key) => ({
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: "b" }, object: { key } },
    })),
  };
}

/** An API whose response depends on the message's key. */
function answering(byKey: Readonly<Record<string, ReturnType<typeof answer>>>) {
  return (request: HttpRequest) => byKey[messageOf(request).key] ?? acknowledged;
}

const settings = { ...bucketSettings, DATASTREAM_ATTEMPTS_MAX: 1, DATASTREAM_CONCURRENCY: 1 };

describe("counts of an activation", () => {
  async function run(event: Bag, byKey = {}) {
    const harness = createHarness({ transport: answering(byKey) });
    const result = await openAdapters(bucket, harness).main({ ...settings, ...event });
    return { result, keys: produced(harness).map(({ key }) => key) };
  }

  test("the counts show delivered, refused, failed and not attempted records", async () => {
    const event = records("good", "down", "down", "bad");

    const { result } = await run(event, { "b/down": answer(503), "b/bad": answer(400) });

    expect(result).toEqual({
      delivered: 1,
      stored: 0,
      ignored: 0,
      refused: 1,
      failed: 1,
      notAttempted: 1,
      attempts: 3,
      uncertain: 1,
      neverSent: 0,
      error: "STREAM_UNAVAILABLE: 1 refused, 1 failed, 1 not attempted",
    });
  });

  test("the counts of a fault show that the call stopped there", async () => {
    const { result, keys } = await run(records("a", "a", "a"), { "b/a": answer(403) });

    expect(keys).toEqual(["b/a"]);
    expect(result).toMatchObject({
      failed: 1,
      notAttempted: 2,
      error: "STREAM_FORBIDDEN: 0 refused, 1 failed, 2 not attempted",
    });
  });

  test("the counts of a refused record show that its key's later records were delivered", async () => {
    let calls = 0;
    const transport = () => {
      calls += 1;
      return calls === 1 ? answer(400) : acknowledged;
    };
    const harness = createHarness({ transport });

    const result = await openAdapters(bucket, harness).main({ ...settings, ...records("a", "a") });

    expect(result).toMatchObject({ delivered: 1, refused: 1, failed: 0, notAttempted: 0 });
  });

  test("the counts of a record over the limit show that it was never sent", async () => {
    const limited = { ...settings, DATASTREAM_MESSAGE_BYTES_MAX: 700 };
    const harness = createHarness();
    const event = records("a".repeat(400), "small");

    const result = await openAdapters(bucket, harness).main({ ...limited, ...event });

    expect(result).toMatchObject({
      delivered: 1,
      refused: 1,
      error: "RECORD_TOO_LARGE: 1 refused, 0 failed, 0 not attempted",
    });
    expect(produced(harness)).toMatchObject([{ key: "b/small" }]);
  });
});

describe.each(adapters)("an event through $name", ({ open }) => {
  test.each(["cloudevent", "raw"])(
    "a record that is nested too deep for JSON is refused and the others are delivered: %s",
    async (value) => {
      const harness = createHarness();
      const { Records } = records("a", "b", "c") as { Records: Bag[] };
      Records[1] = { ...Records[1], extra: nested(100_000) };
      const settings = { ...bucketSettings, BUCKET_VALUE: value };

      await open(bucket, { harness, settings }).invoke({ Records });

      const last = { delivered: 2, refused: 1, failed: 0, attempts: 2 };
      expect(logged(harness).at(-1)).toMatchObject(last);
      expect(produced(harness).map(({ key }) => key)).toEqual(["b/a", "b/c"]);
      const why = { code: "RECORD_REFUSED", reason: "it is nested too deep for JSON" };
      expect(logged(harness)).toContainEqual(expect.objectContaining(why));
    },
  );
});

describe.each(adapters)("an event of many records through $name", ({ open }) => {
  test("the event is neither read nor serialized whole before its first request", async () => {
    let written = 0;
    let timesRead = 0;
    const before: (readonly [written: number, timesRead: number])[] = [];
    const transport = () => {
      before.push([written, timesRead]);
      return acknowledged;
    };
    const harness = createHarness({ transport });
    const { Records } = records(...Array.from({ length: 100 }, (_, at) => `${at}`)) as {
      Records: Bag[];
    };
    const counted = Records.map((record) => ({
      ...record,
      toJSON: () => {
        written += 1;
        return record;
      },
      get eventTime() {
        timesRead += 1;
        return record["eventTime"];
      },
    }));

    await open(bucket, {
      harness,
      settings: { ...bucketSettings, DATASTREAM_CONCURRENCY: 4 },
    }).invoke({
      Records: counted,
    });

    const [writtenFirst, timesReadFirst] = before[0] ?? [];
    expect(writtenFirst).toBeLessThanOrEqual(4);
    // One call is for the message's time, one for its id.
    expect(timesReadFirst).toBeLessThanOrEqual(4 * 2);
    expect(written).toBe(100);
    expect(timesRead).toBe(100 * 2);
  });
});

/** Makes nested arrays. */
function nested(levels: number): unknown {
  return JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);
}

describe.each(adapters)("a tick through $name", ({ open }) => {
  test.for([
    [403, "STREAM_FORBIDDEN: 0 refused, 1 failed, 0 not attempted", 1],
    [400, "RECORD_REFUSED: 1 refused, 0 failed, 0 not attempted", 1],
    [413, "RECORD_TOO_LARGE: 1 refused, 0 failed, 0 not attempted", 1],
    [503, "STREAM_UNAVAILABLE: 0 refused, 1 failed, 0 not attempted", 5],
    [429, "STREAM_THROTTLED: 0 refused, 1 failed, 0 not attempted", 5],
  ] as const)("a response of %i fails the tick: %s", async ([status, error, attempts]) => {
    const harness = createHarness({ transport: () => answer(status) });

    const result = await open(heartbeat, { harness, settings: heartbeatSettings }).invoke({});

    expect(result.error).toBe(error);
    expect(harness.requests).toHaveLength(attempts);
  });
});

describe.each(adapters)("wrong settings through $name", ({ open }) => {
  const wrong = {
    NCLOUD_ACCESS_KEY: "",
    NCLOUD_SECRET_KEY: "   ",
    DATASTREAM_ENDPOINT: "http://stream.example",
    DATASTREAM_TOPICS: "value-of-a-misspelt-name",
    LOG_LEVEL: "loud",
    WEBHOOK_SOURCES: { hook: {}, other: { verifier: "none", topic: "a b" } },
    WEBHOOK_BODY_ENCODING: "hex",
  };

  test("wrong settings answer 500 with nothing but failed, and the log names all of them", async () => {
    const harness = createHarness();

    const reply = await open(webhook(), { harness, settings: wrong }).http(hookCall("{}"));

    expect(reply).toEqual({
      status: 500,
      headers: { "content-type": "application/json" },
      body: '{"status":"failed"}',
    });
    const [line, ...others] = logged(harness);
    expect(others).toEqual([]);
    expect(line).toMatchObject({ level: "error", code: "BAD_SETTINGS" });
    expect(String(line?.["reason"]).split("; ")).toEqual([
      "NCLOUD_ACCESS_KEY is required",
      "NCLOUD_SECRET_KEY must be text of one line, not blank and without a placeholder left in it",
      "DATASTREAM_ENDPOINT must be an https origin (http only for loopback)",
      "LOG_LEVEL must be one of debug, info, warn, error",
      "WEBHOOK_BODY_ENCODING must be one of auto, base64, text",
      expect.stringMatching(/^WEBHOOK_SOURCES hook\.verifier must be written out/),
      "WEBHOOK_SOURCES other.topic must be a topic name",
      "DATASTREAM_TOPICS is not a setting: did you mean DATASTREAM_TOPIC?",
    ]);
    expect(harness.lines.join("\n")).not.toMatch(/stream\.example|value-of|loud|"hex|a b/);
  });

  test("wrong settings fail a tick before anything is sent", async () => {
    const harness = createHarness();
    vi.stubEnv("DATASTREAM_TOPIC", undefined);

    const bound = { ...heartbeatSettings, DATASTREAM_TOPIC: "" };
    const result = await open(heartbeat, { harness, settings: bound }).invoke({});

    expect(result.error).toBe("BAD_SETTINGS: 0 refused, 1 failed, 0 not attempted");
    expect(logged(harness)).toMatchObject([
      { reason: "DATASTREAM_TOPIC is required: HEARTBEAT_TOPIC is not set" },
    ]);
    expect(harness.requests).toEqual([]);
  });

  test("wrong settings are reported together with a missing topic", async () => {
    const harness = createHarness();
    vi.stubEnv("DATASTREAM_TOPIC", undefined);

    const bound = { ...heartbeatSettings, DATASTREAM_TOPIC: "", ATTEMPT_TIMEOUT_MS: 1 };
    await open(heartbeat, { harness, settings: bound }).invoke({});

    expect(logged(harness)).toMatchObject([
      {
        reason:
          "ATTEMPT_TIMEOUT_MS must be a whole number from 100 to 60000; " +
          "DATASTREAM_TOPIC is required: HEARTBEAT_TOPIC is not set",
      },
    ]);
  });
});

describe.each(adapters)("a log through $name", ({ open }) => {
  test("the log has one JSON object a line, with level, time, function and message", async () => {
    const harness = createHarness({ transport: () => answer(400) });
    const unfixed = { ...bucketSettings, DATASTREAM_PARTITIONS: "" };

    await open(bucket, { harness, settings: unfixed }).invoke({
      object_name: "a\nb",
      other: "\u2028",
    });

    expect(harness.lines.length).toBeGreaterThanOrEqual(4);
    for (const [index, line] of logged(harness).entries()) {
      expect(harness.lines[index]).not.toMatch(/[\r\n]/);
      expect(line).toMatchObject({
        level: expect.stringMatching(/^(info|warn|error)$/),
        at: "2023-11-14T22:13:20.000Z",
        function: "bucket",
        message: expect.any(String),
      });
    }
  });
});

import { describe, expect, test } from "vitest";
import * as mini from "zod/mini";
import { event } from "../../../lib/triggers/event.ts";
import type { StandardSchema } from "../../../lib/triggers/schemas.ts";
import { adapters, logged } from "../../support/adapters.ts";
import { createBucketHarness } from "../../support/buckets.ts";
import { sqsEvent } from "../../support/platform-events.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";

const [ncloud, lambda] = adapters;
const order = mini.object({ id: mini.string() });
const bucket = { DEAD_LETTER_BUCKET: "letters" };
const partial = { SQS_PARTIAL_BATCH: "true" };
const aside = "letters/datastream-relay/set-aside/2023-11-14T221320.000Z-id-1.ndjson";
const throwing: StandardSchema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: () => {
      throw new SyntaxError("4714");
    },
  },
};

async function send(
  { open }: (typeof adapters)[number],
  given: Bag,
  { schema = order, settings = {} }: { schema?: StandardSchema; settings?: Bag } = {},
) {
  const told = createBucketHarness();
  const { invoke } = open(event({ schema }), {
    harness: told.harness,
    settings: { ...streamSettings, ...settings },
  });
  const result = await invoke(given);
  expect(`${JSON.stringify(result)}${told.harness.lines.join("")}`).not.toMatch(/4714/);
  const lines = (told.stored()[aside] ?? "").trim().split("\n");
  return { ...told, result, lines, last: logged(told.harness).at(-1) };
}

const batch = sqsEvent(
  { messageId: "a", body: '{"id":"one"}' },
  { messageId: "b", body: '{"id":4714}' },
  { messageId: "c", body: "text 4714" },
  { messageId: "d", body: '{"id":"four", "n":12345678901234567890}' },
);

describe("the schema of event", () => {
  test("each message of a queue is checked by itself, and the queue keeps those that do not fit", async () => {
    const { result, messages } = await send(lambda, batch, { settings: partial });

    expect(result).toEqual({
      batchItemFailures: [{ itemIdentifier: "b" }, { itemIdentifier: "c" }],
    });
    expect(messages.map(({ value }) => value)).toEqual([
      expect.stringContaining(',"data":{"id":"one"}}'),
      expect.stringContaining(',"data":{"id":"four", "n":12345678901234567890}}'),
    ]);
  });

  test("messages that do not fit are set aside, and the queue keeps none", async () => {
    const settings = { ...partial, ...bucket };

    const { result, lines, last } = await send(lambda, batch, { settings });

    expect(result).toEqual({ batchItemFailures: [] });
    expect(lines.map((line) => JSON.parse(line) as Bag)).toEqual([
      {
        ...{ source: "event", contentType: "application/json", body: '{"id":4714}' },
        reason: "BODY_INVALID: its schema refuses /id",
      },
      {
        ...{ source: "event", contentType: "application/json", body: "text 4714" },
        reason: "BODY_INVALID: its schema refuses its root",
      },
    ]);
    expect(last).toMatchObject({ ending: "stored", delivered: 2, stored: 2 });
  });

  test.for([
    ["NAVER Cloud says so in its result", ncloud],
    ["Lambda throws", lambda],
  ] as const)("an event that does not fit is refused without a bucket: %s", async ([, adapter]) => {
    const { result, happened } = await send(adapter, { id: 4714 });

    expect(result.error).toBe("BODY_INVALID: 1 refused, 0 failed, 0 not attempted");
    expect(happened).toEqual([]);
  });

  test("an event that is set aside holds no setting and no secret", async () => {
    const { lines } = await send(ncloud, { id: 4714, api_token: "t-1" }, { settings: bucket });

    expect(lines.map((line) => JSON.parse(line) as Bag)).toMatchObject([{ body: '{"id":4714}' }]);
  });

  test("a schema that throws fails the call, or the event is set aside", async () => {
    const without = await send(lambda, { id: "a" }, { schema: throwing });
    const aside = await send(lambda, { id: "a" }, { schema: throwing, settings: bucket });

    expect(without.result.error).toBe("SCHEMA_FAILED: 0 refused, 1 failed, 0 not attempted");
    expect(aside.last).toMatchObject({ level: "error", ending: "stored", stored: 1 });
  });

  test("the schema of a CloudEvent is that of its data", async () => {
    const head = { specversion: "1.0", id: "e-1", source: "/shop", type: "order" };

    const fits = await send(lambda, { ...head, data: { id: "a" } });
    const not = await send(lambda, { ...head, data: { id: 4714 } });

    expect(fits.messages).toHaveLength(1);
    expect(not.result.error).toBe("BODY_INVALID: 1 refused, 0 failed, 0 not attempted");
  });

  test.for([5, null, "text", {}, { type: "object" }, { "~standard": { version: 1 } }])(
    "what is no schema in untyped code is a settings error: %j",
    async (schema) => {
      const { result, last } = await send(lambda, { id: "a" }, { schema: schema as never });

      expect(result.error).toBe("BAD_SETTINGS: 0 refused, 1 failed, 0 not attempted");
      expect(last?.["reason"]).toBe("schema is no Standard Schema");
    },
  );

  test("a wrong schema and wrong settings are reported together", () => {
    const parsed = event({ schema: 5 as never }).parse({ EVENT_PARTITION: -1 });

    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ setting: "EVENT_PARTITION" }, { setting: "schema" }],
    });
  });
});

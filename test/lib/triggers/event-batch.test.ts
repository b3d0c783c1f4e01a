import { describe, expect, test } from "vitest";
import type { HttpRequest } from "../../../lib/effects/transport.ts";
import { event } from "../../../lib/triggers/event.ts";
import { openAdapters, stubSettings } from "../../support/adapters.ts";
import { createBucketHarness } from "../../support/buckets.ts";
import { acknowledged, answer, messageOf } from "../../support/harness.ts";
import { fifoEvent, sqsEvent } from "../../support/platform-events.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";

type Answers = Readonly<Record<string, number>>;

/** Sends an event to Lambda. The stream answers the message with an id by its status, and all others by 200. */
async function send(given: Bag, answers: Answers = {}, settings: Bag = {}) {
  stubSettings({ ...streamSettings, DATASTREAM_ATTEMPTS_MAX: "1", ...settings });
  const ids: unknown[] = [];
  const stream = (request: HttpRequest) => {
    const { id } = JSON.parse(messageOf(request).value) as { id: string };
    ids.push(id);
    const status = answers[id];
    return status === undefined ? acknowledged : answer(status);
  };
  const { handler } = openAdapters(event(), createBucketHarness({ stream }).harness);
  const result = await handler(given).catch((error: unknown) => String(error));
  return { result, ids };
}

const partial = { SQS_PARTIAL_BATCH: "true" };

function failures(...ids: readonly string[]) {
  return { batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) };
}

describe("a batch of SQS with SQS_PARTIAL_BATCH", () => {
  const batch = sqsEvent({ messageId: "a" }, { messageId: "b" }, { messageId: "c" });

  test("a batch that was delivered names no message", async () => {
    expect((await send(batch, {}, partial)).result).toEqual(failures());
  });

  test("a message that the stream refuses is named, and the others are delivered", async () => {
    const { result, ids } = await send(batch, { b: 400 }, partial);

    expect(result).toEqual(failures("b"));
    expect(ids).toEqual(expect.arrayContaining(["a", "b", "c"]));
  });

  test("a message of an outage is named", async () => {
    expect((await send(batch, { a: 503 }, partial)).result).toEqual(failures("a"));
  });

  test("a message that was refused and set aside is not named", async () => {
    const settings = { ...partial, DEAD_LETTER_BUCKET: "letters" };

    expect((await send(batch, { b: 400 }, settings)).result).toEqual(failures());
  });

  test("a message that became a dead letter is not named", async () => {
    const settings = { ...partial, DEAD_LETTER_BUCKET: "letters" };

    expect((await send(batch, { b: 503 }, settings)).result).toEqual(failures());
  });

  test("a fault of the account names every message that was not delivered", async () => {
    const { result } = await send(batch, { a: 403, b: 403, c: 403 }, partial);

    expect(result).toEqual(failures("a", "b", "c"));
  });

  test("messages that the filter leaves out are not named", async () => {
    const settings = { ...partial, EVENT_FILTER: '["other"]' };

    expect((await send(batch, {}, settings)).result).toEqual(failures());
  });

  test("a failed message without an id names the empty id, by which Lambda repeats the batch", async () => {
    const messageId = undefined;
    const { result } = await send(sqsEvent({ messageId, body: '"z"' }), {}, partial);
    const fails = await send(
      { Records: [{ eventSource: "aws:sqs", body: "x".repeat(1_000_001) }] },
      {},
      partial,
    );

    expect(result).toEqual(failures());
    expect(fails.result).toEqual(failures(""));
  });

  test("an event that is no batch of SQS answers its counts or throws, as without the setting", async () => {
    expect((await send({ a: 1 }, {}, partial)).result).toMatchObject({ delivered: 1 });
    expect(
      (await send({ id: "x", source: "s", "detail-type": "d" }, { x: 400 }, partial)).result,
    ).toMatch(/^Error: RECORD_REFUSED: 1 refused/);
  });

  test("wrong settings fail the whole batch", async () => {
    const { result } = await send(batch, {}, { ...partial, EVENT_ID: "[7]" });

    expect(result).toMatch(/^Error: BAD_SETTINGS: /);
  });
});

describe("a FIFO queue with SQS_PARTIAL_BATCH", () => {
  const batch = fifoEvent("a@g1", "b@g2", "c@g1", "d@g1", "e@g2");

  test("messages of a group are sent one after the other", async () => {
    const { ids } = await send(batch, {}, partial);
    const groupOne = ids.filter((id) => ["a", "c", "d"].includes(String(id)));

    expect(groupOne).toEqual(["a", "c", "d"]);
  });

  test.each([400, 503])(
    "the messages after one that ends with %i are not sent, and named with it",
    async (status) => {
      const { result, ids } = await send(batch, { c: status }, partial);

      expect(result).toEqual(failures("c", "d"));
      expect(ids).not.toContain("d");
    },
  );

  test("a group holds its order though its messages have different keys", async () => {
    const settings = { ...partial, EVENT_KEY: '["body:/messageId"]' };
    const { result, ids } = await send(batch, { a: 503 }, settings);

    expect(result).toEqual(failures("a", "c", "d"));
    expect(ids).toEqual(expect.not.arrayContaining(["c"]));
  });

  test("a refused message that is set aside does not hold up its group", async () => {
    const settings = { ...partial, DEAD_LETTER_BUCKET: "letters" };

    const { result, ids } = await send(batch, { a: 400 }, settings);

    expect(result).toEqual(failures());
    expect(ids).toEqual(expect.arrayContaining(["a", "c", "d"]));
  });
});

describe("a batch of SQS without SQS_PARTIAL_BATCH", () => {
  test("any failure throws, because Lambda would take the answer for success", async () => {
    const batch = sqsEvent({ messageId: "a" }, { messageId: "b" });

    expect((await send(batch)).result).toMatchObject({ delivered: 2 });
    expect((await send(batch, { b: 400 })).result).toBe(
      "Error: RECORD_REFUSED: 1 refused, 0 failed, 0 not attempted",
    );
  });
});

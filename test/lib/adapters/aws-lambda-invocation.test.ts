import { describe, expect, test } from "vitest";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { openAdapters, stubSettings } from "../../support/adapters.ts";
import { answer, createHarness } from "../../support/harness.ts";
import { bucketSettings } from "../../support/settings.ts";

describe("a Lambda event without HTTP", () => {
  test("webhook throws a plain message", async () => {
    const { handler } = openAdapters(webhook(), createHarness());

    await expect(handler({ object_name: "a.txt" })).rejects.toThrow(
      /^WRONG_DOOR: 0 refused, 1 failed, 0 not attempted$/,
    );
  });

  test("a successful event gives counts", async () => {
    stubSettings(bucketSettings);

    const result = await openAdapters(heartbeat, createHarness()).handler({});

    expect(result).toEqual({
      delivered: 1,
      stored: 0,
      ignored: 0,
      refused: 0,
      failed: 0,
      notAttempted: 0,
      attempts: 1,
      uncertain: 0,
      neverSent: 0,
    });
  });

  test("a failed event throws a plain error with nothing but its message", async () => {
    stubSettings(bucketSettings);
    const { handler } = openAdapters(bucket, createHarness({ transport: () => answer(403) }));

    const error: unknown = await handler({ object_name: "a.txt" }).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toBeInstanceOf(Error);
    expect(Object.keys(error as Error)).toEqual([]);
    expect((error as Error).cause).toBeUndefined();
    expect((error as Error).message).toBe("STREAM_FORBIDDEN: 0 refused, 1 failed, 0 not attempted");
  });

  test.for([null, undefined, "text", 7, []])("the event may be %j", async (event) => {
    const { handler } = openAdapters(webhook(), createHarness());

    await expect(handler(event)).rejects.toThrow(/^WRONG_DOOR: /);
  });
});

import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { adapters, logged } from "../support/adapters.ts";
import { type BucketHarnessOptions, createBucketHarness } from "../support/buckets.ts";
import { objectEvent } from "../support/fixtures.ts";
import { answer } from "../support/harness.ts";
import { type Bag, bucketSettings } from "../support/settings.ts";

const settings = {
  ...bucketSettings,
  DEAD_LETTER_BUCKET: "letters",
  CLAIM_CHECK_BUCKET: "checks",
};

const letter = "datastream-relay/dead-letters/2023-11-14T221320.000Z-id-1.ndjson";
const aside = "datastream-relay/set-aside/2023-11-14T221320.000Z-id-1-id-2.ndjson";
const check =
  "datastream-relay/claim-checks/d63a5d5890dee376106820f13ff9a0b13f4d5ad3b014c97baf0733c36307b02e";

/** An event about one object in the shapes that name a bucket. */
const shapes = [
  {
    shape: "S3 Records",
    toEvent: (of: string, key: string): Bag => ({
      Records: [s3Record(of, encodeURIComponent(key))],
    }),
  },
  {
    shape: "EventBridge",
    toEvent: (of: string, key: string): Bag => ({
      ...objectEvent("event-bridge"),
      detail: { bucket: { name: of }, object: { key } },
    }),
  },
  {
    shape: "NAVER Cloud's trigger",
    toEvent: (of: string, key: string): Bag => ({
      ...objectEvent("ncloud"),
      container_name: of,
      object_name: key,
    }),
  },
] as const;

function s3Record(name: string, key: string): Bag {
  return {
    eventSource: "aws:s3",
    eventName: "ObjectCreated:Put",
    s3: { bucket: { name }, object: { key } },
  };
}

describe.each(adapters)("events through $name", ({ open }) => {
  async function run(event: Bag, told: { settings?: Bag; harness?: BucketHarnessOptions } = {}) {
    const { harness, happened, stored } = createBucketHarness(told.harness);
    const adapter = open(bucket, { harness, settings: told.settings ?? settings });
    const result = await adapter.invoke(event);
    return { result, happened, stored, last: logged(harness).at(-1) };
  }

  describe.each(shapes)("in the shape of $shape", ({ toEvent }) => {
    test.for([
      ["letters", letter],
      ["letters", aside],
      ["checks", check],
      ["letters", "anything/else.txt"],
      ["checks", "anything/else.txt"],
    ] as const)("about %s and %s are ignored", async ([of, key]) => {
      const { result, happened, last } = await run(toEvent(of, key));

      expect(happened).toEqual([]);
      expect(result).toMatchObject({ delivered: 0, ignored: 1, refused: 0, attempts: 0 });
      expect(result).not.toHaveProperty("error");
      expect(last).toMatchObject({
        level: "info",
        reason: "an object of the functions themselves",
      });
    });

    test.for([letter, aside, check])("about %s in another bucket are produced", async (key) => {
      const { result, happened } = await run(toEvent("photos", key));

      expect(happened).toEqual([`produce photos/${key}`]);
      expect(result).toMatchObject({ delivered: 1, ignored: 0 });
    });

    test("about either bucket are produced where no setting names it", async () => {
      const { happened } = await run(toEvent("letters", "a.txt"), {
        settings: { ...settings, DEAD_LETTER_BUCKET: "" },
      });

      expect(happened).toEqual(["produce letters/a.txt"]);
    });

    test("about a bucket with a longer name are produced", async () => {
      const { happened } = await run(toEvent("letters-2", "a.txt"));

      expect(happened).toEqual([`produce letters-2/a.txt`]);
    });
  });

  test("about own and other objects at once become records of the others, in order", async () => {
    const { result, happened } = await run({
      Records: [
        s3Record("photos", "1"),
        s3Record("letters", letter),
        { s3: {} },
        s3Record("checks", check),
        s3Record("photos", "1"),
        s3Record("letters", "x"),
      ],
    });

    expect(happened).toEqual([
      ...["produce photos/1", "produce photos/1"],
      expect.stringMatching(/^PUT letters\/datastream-relay\/set-aside\//),
    ]);
    expect(result).toMatchObject({ delivered: 2, ignored: 3, stored: 1, refused: 0 });
  });

  test("about own and other objects at once are counted apart", async () => {
    const { result } = await run({
      Records: [s3Record("photos", "1"), s3Record("letters", letter), s3Record("checks", check)],
    });

    expect(result).toMatchObject({ delivered: 1, ignored: 2, refused: 0, failed: 0, stored: 0 });
  });

  test.for([letter, aside, check])("that name no bucket, about %s, are ignored", async (name) => {
    const { result, happened } = await run({ object_name: name, event_name: "PutObject" });

    expect(happened).toEqual([]);
    expect(result).toMatchObject({ ignored: 1, delivered: 0 });
  });

  test.for([
    "photos/a.jpg",
    "datastream-relay/other/a.txt",
    "datastream-relay/dead-letters",
    `backup/${letter}`,
    "Datastream-Relay/dead-letters/a",
  ])("that name no bucket, about %s, are produced", async (name) => {
    const { happened } = await run({ object_name: name });

    expect(happened).toEqual([`produce ${name}`]);
  });

  test("that name no bucket are ignored by names that came URL-encoded", async () => {
    const { happened } = await run({ object_name: letter.replaceAll("/", "%2F") });

    expect(happened).toEqual([]);
  });

  test("that name no bucket are ignored by their names without any bucket set too", async () => {
    const { happened } = await run({ object_name: letter }, { settings: bucketSettings });

    expect(happened).toEqual([]);
  });

  test("that name their bucket in BUCKET_NAME_FIELD are ignored where it is ours, and no other is", async () => {
    const named = { ...settings, BUCKET_NAME_FIELD: "store" };

    const ours = await run({ object_name: "a.txt", store: "letters" }, { settings: named });
    const other = await run({ object_name: letter, store: "photos" }, { settings: named });

    expect(ours.happened).toEqual([]);
    expect(other.happened).toEqual([`produce photos/${letter}`]);
  });

  test("about the dead letter that an event became end there", async () => {
    const first = await run(
      { object_name: "a.jpg", container_name: "photos" },
      { harness: { stream: () => answer(503) } },
    );
    const [path = ""] = Object.keys(first.stored());
    const [of = "", ...rest] = path.split("/");

    const second = await run({ Records: [s3Record(of, rest.join("/"))] });

    expect(first.result).toMatchObject({ stored: 1 });
    expect(path).toBe(`letters/${letter}`);
    expect(second.result).toMatchObject({ ignored: 1 });
    expect(second.happened).toEqual([]);
  });
});

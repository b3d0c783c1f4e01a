import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { openAdapters, produced, stubSettings } from "../../support/adapters.ts";
import { createHarness } from "../../support/harness.ts";
import { bucketSettings } from "../../support/settings.ts";

const bare = { object_name: "a.txt" };

function idsOf(harness: ReturnType<typeof createHarness>): readonly unknown[] {
  return produced(harness).map(({ value }) => JSON.parse(value).id as unknown);
}

describe("a bucket event with nothing but an object name", () => {
  test("is told from the next one by the activation", async () => {
    const harness = createHarness();
    const { main } = openAdapters(bucket, harness);

    for (const activation of ["a-1", "a-1", "a-2"]) {
      vi.stubEnv("__OW_ACTIVATION_ID", activation);
      await main({ ...bucketSettings, ...bare });
    }

    const [first, again, other] = idsOf(harness);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("is told from the next one by the request id of Lambda", async () => {
    const harness = createHarness();
    const { handler } = openAdapters(bucket, harness);
    stubSettings(bucketSettings);

    for (const awsRequestId of ["r-1", "r-1", "r-2"]) {
      await handler(bare, { awsRequestId });
    }

    const [first, again, other] = idsOf(harness);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("is told from the next one where the platform has no id", async () => {
    const harness = createHarness();
    const { main } = openAdapters(bucket, harness);

    await main({ ...bucketSettings, ...bare });
    await main({ ...bucketSettings, ...bare });

    expect(new Set(idsOf(harness)).size).toBe(2);
  });
});

describe("two bare entries of one call", () => {
  test("have ids of their own", async () => {
    const harness = createHarness();
    const entry = { s3: { bucket: { name: "photos" }, object: { key: "a.txt" } } };

    await openAdapters(bucket, harness).main({ ...bucketSettings, Records: [entry, entry] });

    expect(new Set(idsOf(harness)).size).toBe(2);
  });
});

describe("two uploads of the same bytes", () => {
  const object = { key: "a.txt", size: 3, eTag: "900150983cd24fb0d6963f7d28e17f72" };
  const entry = { eventSource: "aws:s3", eventName: "ObjectCreated:Put" };

  test("have ids of their own where nothing but the ETag tells of them", async () => {
    const harness = createHarness();
    const { main } = openAdapters(bucket, harness);
    const event = { Records: [{ ...entry, s3: { bucket: { name: "photos" }, object } }] };

    vi.stubEnv("__OW_ACTIVATION_ID", "a-1");
    await main({ ...bucketSettings, ...event });
    vi.stubEnv("__OW_ACTIVATION_ID", "a-2");
    await main({ ...bucketSettings, ...event });

    expect(new Set(idsOf(harness)).size).toBe(2);
  });
});

/** The fields of each form that tell events about one object apart, each able to by itself. */
const marks = {
  s3: ["versionId", "sequencer", "x-amz-request-id", "eventTime", "eventId"],
  eventBridge: ["version-id", "sequencer", "request-id", "time"],
  ncloud: ["object_version", "request_id", "request_time", "timestamp_start", "timestamp_finish"],
} as const;
const forms = ["s3", "eventBridge", "ncloud"] as const;

type Marks = Readonly<Record<string, string | number>>;

const events = {
  s3: ({ versionId, sequencer, "x-amz-request-id": request, ...own }: Marks) => ({
    Records: [
      {
        ...own,
        eventSource: "ceph:s3",
        responseElements: { "x-amz-request-id": request },
        s3: { bucket: { name: "photos" }, object: { key: "a", eTag: "e", versionId, sequencer } },
      },
    ],
  }),
  eventBridge: ({ time, "request-id": request, ...own }: Marks) => ({
    "detail-type": "Object Created",
    time,
    detail: {
      "request-id": request,
      bucket: { name: "photos" },
      object: { key: "a", etag: "e", ...own },
    },
  }),
  ncloud: (own: Marks) => ({ object_name: "a", object_etag: "e", event_name: "x", ...own }),
};

const values = fc.oneof(
  fc.string({ minLength: 1 }).filter((text) => text !== "null"),
  fc.integer(),
);

describe.each(forms)("the id of an event in the form of %s", (form) => {
  const given = fc.dictionary(fc.constantFrom(...marks[form]), values, { minKeys: 1 });

  async function idsFor(told: readonly Marks[]): Promise<readonly unknown[]> {
    const harness = createHarness();
    const { main } = openAdapters(bucket, harness);
    for (const one of told) {
      await main({ ...bucketSettings, ...events[form](one) });
    }
    return idsOf(harness);
  }

  test("is equal for equal marks and different for different ones", async () => {
    await fc.assert(
      fc.asyncProperty(given, given, async (first, second) => {
        const [one, again, other] = await idsFor([first, first, second]);

        expect(again).toBe(one);
        // A number and its text are the same mark.
        expect(other === one).toBe(toText(first) === toText(second));
      }),
      { numRuns: 100 },
    );
  });
});

function toText(marksOfOne: Marks): string {
  const pairs = Object.entries(marksOfOne).map(([name, value]) => [name, String(value)]);
  return JSON.stringify(
    Object.fromEntries(pairs.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1))),
  );
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucket } from "../../../lib/triggers/bucket.ts";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { adapters } from "../../support/adapters.ts";
import { createHarness } from "../../support/harness.ts";
import { streamSettings } from "../../support/settings.ts";

// Dates at the end of what a Date holds, and words that the shapes look for.
const words = fc.constantFrom(
  "Scheduled Event",
  "Object Created",
  "+275760-09-13T00:00:00Z",
  "-271821-04-20T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "1000-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "2026-13-45T99:99:99Z",
  "%",
);
const names = fc.constantFrom(
  ...["object_name", "bucket_name", "event_type", "request_time", "request_id", "stamp"],
  ...["Records", "Event", "time", "detail-type", "detail", "source"],
);
const events = fc.dictionary(
  fc.oneof(names, fc.string()),
  fc.oneof(words, fc.jsonValue({ maxDepth: 3 })),
);

describe.each(adapters)("through $name", ({ open }) => {
  test.for([
    ["bucket", bucket],
    ["heartbeat", heartbeat],
  ] as const)("any event to %s comes to an end that is no bug of ours", async ([, trigger]) => {
    await fc.assert(
      fc.asyncProperty(events, async (event) => {
        const settings = {
          ...streamSettings,
          HEARTBEAT_CRON: "*/5 * * * *",
          HEARTBEAT_TIMEZONE: "America/New_York",
          BUCKET_TIME_FIELD: "stamp",
          BUCKET_NAME_FIELD: "source",
        };
        const harness = createHarness();
        const adapter =
          trigger.name === "bucket"
            ? open(bucket, { harness, settings })
            : open(heartbeat, { harness, settings });

        const result = await adapter.invoke(event);

        expect(String(result.error)).not.toContain("UNEXPECTED");
      }),
      { numRuns: 200 },
    );
  });
});

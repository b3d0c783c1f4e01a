import { describe, expect, test, vi } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { openDoors, produced, stubSettings } from "../support/doors.ts";
import { bucketSettings } from "../support/settings.ts";
import { createWorld } from "../support/world.ts";

const bare = { object_name: "a.txt" };

function idsOf(world: ReturnType<typeof createWorld>): readonly unknown[] {
  return produced(world).map(({ value }) => JSON.parse(value).id as unknown);
}

describe("a bucket event with nothing but an object name", () => {
  test("is told from the next one by the activation", async () => {
    const world = createWorld();
    const { main } = openDoors(bucket, world);

    for (const activation of ["a-1", "a-1", "a-2"]) {
      vi.stubEnv("__OW_ACTIVATION_ID", activation);
      await main({ ...bucketSettings, ...bare });
    }

    const [first, again, other] = idsOf(world);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("is told from the next one by the request id of Lambda", async () => {
    const world = createWorld();
    const { handler } = openDoors(bucket, world);
    stubSettings(bucketSettings);

    for (const awsRequestId of ["r-1", "r-1", "r-2"]) {
      await handler(bare, { awsRequestId });
    }

    const [first, again, other] = idsOf(world);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test("is told from the next one where the platform has no id", async () => {
    const world = createWorld();
    const { main } = openDoors(bucket, world);

    await main({ ...bucketSettings, ...bare });
    await main({ ...bucketSettings, ...bare });

    expect(new Set(idsOf(world)).size).toBe(2);
  });
});

describe("two bare entries of one call", () => {
  test("have ids of their own", async () => {
    const world = createWorld();
    const entry = { s3: { bucket: { name: "photos" }, object: { key: "a.txt" } } };

    await openDoors(bucket, world).main({ ...bucketSettings, Records: [entry, entry] });

    expect(new Set(idsOf(world)).size).toBe(2);
  });
});

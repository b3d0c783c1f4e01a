import { afterEach, describe, expect, test, vi } from "vitest";
import { createDeployedTriggers } from "../../../../local/cloud-functions/hosting/deployed-triggers.ts";
import type { Resources, StoredTrigger } from "../../../../local/cloud-functions/resources.ts";

function trigger(name: string, change: Partial<StoredTrigger>): StoredTrigger {
  return {
    ...{ kind: "trigger", name, platform: "vpc", type: "cron", description: "", cronOption: "" },
    ...{ objectStorageLink: [], parameters: {}, actions: ["-/a"] },
    ...change,
  };
}

function resources(...triggers: readonly StoredTrigger[]): Resources {
  return { byName: new Map(triggers.map((one) => [one.name, one])), activations: [] };
}

function create(timezone = "Asia/Seoul") {
  const fired: string[] = [];
  const reports: string[] = [];
  const triggers = createDeployedTriggers({
    timezone,
    fire: async (name, event) => void fired.push(`${name} ${JSON.stringify(event)}`),
    report: (line) => reports.push(line),
  });
  return { ...triggers, fired, reports };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("deployed cron triggers", () => {
  test("a trigger fires by the deployed expression in the zone, until it is deleted", async () => {
    // 2026-11-30T08:59:30+09:00
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 29, 23, 59, 30) });
    const { update, fired, close } = create();

    update(resources(trigger("daily", { cronOption: "0 9 * * *" })));
    await vi.advanceTimersByTimeAsync(60_000);
    update(resources());
    await vi.advanceTimersByTimeAsync(2 * 24 * 3_600_000);

    expect(fired).toEqual(["daily {}"]);
    close();
  });

  test("another expression replaces the one before, and the same one goes on", async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 29, 23, 59, 30) });
    const { update, fired, close } = create();

    update(resources(trigger("t", { cronOption: "0 9 * * *" })));
    update(resources(trigger("t", { cronOption: "1 9 * * *" })));
    update(resources(trigger("t", { cronOption: "1 9 * * *" })));
    await vi.advanceTimersByTimeAsync(10 * 60_000);

    expect(fired).toEqual(["t {}"]);
    close();
  });

  test("a trigger without an action does not fire", async () => {
    vi.useFakeTimers({ now: 0 });
    const { update, fired, close } = create();

    update(resources(trigger("t", { cronOption: "* * * * *", actions: [] })));
    await vi.advanceTimersByTimeAsync(5 * 60_000);

    expect(fired).toEqual([]);
    close();
  });

  test("an expression that cannot be followed is reported once, and ends nothing", () => {
    const { update, reports, close } = create();
    const wrong = trigger("t", { cronOption: "0 0 32 * *" });

    update(resources(wrong));
    update(resources(wrong));

    expect(reports).toEqual([
      "t: 0 0 32 * * cannot be followed here, so the trigger never fires by itself",
    ]);
    close();
  });
});

describe("deployed triggers of buckets", () => {
  const link = (bucketName: string, eventRuleName = "created") => ({ bucketName, eventRuleName });

  test("an event fires every trigger with its bucket once, whatever the rules are", async () => {
    const { update, bucketEvent, fired, close } = create();
    update(
      resources(
        trigger("two-rules", {
          type: "object_storage",
          objectStorageLink: [link("photos"), link("photos", "removed")],
        }),
        trigger("other", { type: "object_storage", objectStorageLink: [link("letters")] }),
        trigger("also", { type: "object_storage", objectStorageLink: [link("photos")] }),
      ),
    );

    bucketEvent("photos", { object_name: "a" });
    bucketEvent("nobody", { object_name: "b" });
    await expect.poll(() => fired).toHaveLength(2);

    expect(fired).toEqual(['two-rules {"object_name":"a"}', 'also {"object_name":"a"}']);
    close();
  });

  test("events of a trigger that was deleted are dropped", async () => {
    let finish: () => void = () => undefined;
    const fired: string[] = [];
    const triggers = createDeployedTriggers({
      timezone: "UTC",
      report: () => undefined,
      fire(name, event) {
        fired.push(`${name} ${event["object_name"]}`);
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
    });
    const photos = trigger("t", { type: "object_storage", objectStorageLink: [link("photos")] });
    triggers.update(resources(photos));
    triggers.bucketEvent("photos", { object_name: "a" });
    triggers.bucketEvent("photos", { object_name: "b" });

    triggers.update(resources());
    finish();
    await Promise.resolve();

    expect(fired).toEqual(["t a"]);
    triggers.close();
  });
});

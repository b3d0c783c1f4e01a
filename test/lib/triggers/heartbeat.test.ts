import { describe, expect, test } from "vitest";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { adapters, logged, produced } from "../../support/adapters.ts";
import { createHarness } from "../../support/harness.ts";
import { type Bag, heartbeatSettings } from "../../support/settings.ts";

/** Minutes that the clocks of a zone are ahead of UTC at an instant, as the tz database has it. */
function offsetOf(timeZone: string, instantMs: number): number {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const name = format.formatToParts(instantMs).find(({ type }) => type === "timeZoneName")?.value;
  const [, hours = 0, minutes = 0] = /^GMT(?:([+-]\d\d):(\d\d))?$/.exec(name ?? "none") ?? [NaN];
  return Number(hours) * 60 + Number(minutes);
}

test.for([
  ["Asia/Seoul", 540],
  ["UTC", 0],
] as const)(
  "the clocks of %s are %s minutes ahead of UTC in every month from 2020 to 2040",
  (row) => {
    const [zone, minutes] = row;
    const months = Array.from({ length: 12 * 21 }, (_, month) => Date.UTC(2020, month, 15));

    expect(new Set(months.map((ms) => offsetOf(zone, ms)))).toEqual(new Set([minutes]));
    expect(offsetOf("Europe/Berlin", Date.UTC(2026, 6, 15))).toBe(120);
  },
);

function isOffGridWarning({ level, message }: Bag): boolean {
  return level === "warn" && String(message).includes("no instant of HEARTBEAT_CRON");
}

describe.each(adapters)("a tick through $name", ({ open }) => {
  async function tick(firedAt: string, options: Bag = {}, event: Bag = {}) {
    const harness = createHarness({ nowMs: Date.parse(firedAt) });
    const settings = { ...heartbeatSettings, ...options };
    const result = await open(heartbeat, { harness, settings }).invoke(event);
    const messages = produced(harness);
    const data = messages[0] === undefined ? {} : (JSON.parse(messages[0].value).data as Bag);
    return { result, messages, data, lines: logged(harness) };
  }

  test("becomes a CloudEvent that says which tick it is", async () => {
    const { result, messages } = await tick("2026-11-24T00:05:02.345Z", {
      HEARTBEAT_CRON: "*/5 * * * *",
    });

    expect(result).toMatchObject({ delivered: 1, failed: 0 });
    expect(messages).toEqual([
      {
        topic: "orders",
        key: "nightly",
        partition: 1,
        value:
          '{"specversion":"1.0","id":"nightly@2026-11-24T00:05:00.000Z",' +
          '"source":"/heartbeats/nightly","type":"heartbeat.tick",' +
          '"time":"2026-11-24T00:05:00.000Z","datacontenttype":"application/json",' +
          '"partitionkey":"nightly","data":{"name":"nightly",' +
          '"scheduledAt":"2026-11-24T00:05:00.000Z",' +
          '"previousScheduledAt":"2026-11-24T00:00:00.000Z",' +
          '"firedAt":"2026-11-24T00:05:02.345Z","lateByMs":2345}}',
      },
    ]);
  });

  test("whose name has a control character has a key without one", async () => {
    const { messages, data } = await tick("2026-11-24T00:05:00.000Z", {
      HEARTBEAT_NAME: "nightly\t",
    });

    // printf '"nightly\t"' | sha256sum
    const key = "883e349f40c76a1911be7eb5ad2bc1b85e4ba4fb5b175cb66a10ffdc8bb45dcf";
    expect(messages).toMatchObject([{ key }]);
    expect(JSON.parse(messages[0]?.value ?? "")).toMatchObject({
      id: `${key}@2026-11-24T00:05:00.000Z`,
    });
    expect(data).toMatchObject({ name: "nightly\t" });
  });

  test.for([
    // [fired at, scheduled at, late by]
    ["2026-11-24T00:05:00.000Z", "2026-11-24T00:05:00.000Z", 0],
    ["2026-11-24T00:04:57.000Z", "2026-11-24T00:05:00.000Z", -3_000],
    ["2026-11-24T00:04:55.000Z", "2026-11-24T00:05:00.000Z", -5_000],
    ["2026-11-24T00:04:54.999Z", "2026-11-24T00:00:00.000Z", 294_999],
    ["2026-11-24T00:09:54.999Z", "2026-11-24T00:05:00.000Z", 294_999],
    ["2026-11-24T00:10:01.000Z", "2026-11-24T00:10:00.000Z", 1_000],
  ] as const)("at %s stands for %s", async ([firedAt, scheduledAt, lateByMs]) => {
    const { data } = await tick(firedAt, { HEARTBEAT_CRON: "*/5 * * * *" });

    expect(data).toMatchObject({ scheduledAt, firedAt, lateByMs });
  });

  test.for([
    ["2026-11-24T00:05:59.999Z", "2026-11-24T00:06:00.000Z"],
    ["2026-11-24T00:05:54.999Z", "2026-11-24T00:05:00.000Z"],
    ["2026-11-24T00:05:55.000Z", "2026-11-24T00:06:00.000Z"],
  ] as const)(
    "at %s without a schedule stands for the minute %s",
    async ([firedAt, scheduledAt]) => {
      const { data } = await tick(firedAt);

      expect(data).toMatchObject({ scheduledAt });
      expect(data).not.toHaveProperty("previousScheduledAt");
    },
  );

  test.for([
    // 09:00 in Seoul is 00:00 UTC the whole year.
    [
      "0 9 * * *",
      "Asia/Seoul",
      "2026-11-24T00:00:01Z",
      "2026-11-24T00:00:00.000Z",
      "2026-11-23T00:00:00.000Z",
    ],
    [
      "0 9 * * *",
      undefined,
      "2026-11-24T00:00:01Z",
      "2026-11-24T00:00:00.000Z",
      "2026-11-23T00:00:00.000Z",
    ],
    [
      "0 9 * * *",
      "UTC",
      "2026-11-24T00:00:01Z",
      "2026-11-23T09:00:00.000Z",
      "2026-11-22T09:00:00.000Z",
    ],
    // Berlin left summer time on 2026-10-25: 09:00 is 07:00 UTC before it and 08:00 UTC after it.
    [
      "0 9 * * *",
      "Europe/Berlin",
      "2026-10-25T08:00:01Z",
      "2026-10-25T08:00:00.000Z",
      "2026-10-24T07:00:00.000Z",
    ],
    // New York went to summer time on 2026-03-08: 12:00 is 17:00 UTC before it and 16:00 UTC after it.
    [
      "0 12 * * *",
      "America/New_York",
      "2026-03-08T16:00:01Z",
      "2026-03-08T16:00:00.000Z",
      "2026-03-07T17:00:00.000Z",
    ],
    [
      "0 9 * * 1-5",
      "Asia/Seoul",
      "2026-11-23T00:00:00Z",
      "2026-11-23T00:00:00.000Z",
      "2026-11-20T00:00:00.000Z",
    ],
    [
      "0 0 1 1 *",
      "Asia/Seoul",
      "2026-11-24T00:00:00Z",
      "2025-12-31T15:00:00.000Z",
      "2024-12-31T15:00:00.000Z",
    ],
  ] as const)("of %s in %s at %s is of the schedule's instants", async (given) => {
    const [cron, zone, firedAt, scheduledAt, previousScheduledAt] = given;
    const zoned = zone === undefined ? {} : { HEARTBEAT_TIMEZONE: zone };

    const { data } = await tick(firedAt, { HEARTBEAT_CRON: cron, ...zoned });

    expect(data).toMatchObject({ scheduledAt, previousScheduledAt });
  });

  test("of EventBridge stands for the instant that the event names", async () => {
    const event = {
      "detail-type": "Scheduled Event",
      source: "aws.events",
      time: "2026-11-24T00:04:00Z",
    };

    const { data } = await tick("2026-11-24T00:10:00Z", { HEARTBEAT_CRON: "* * * * *" }, event);

    expect(data).toEqual({
      name: "nightly",
      scheduledAt: "2026-11-24T00:04:00.000Z",
      previousScheduledAt: "2026-11-24T00:03:00.000Z",
      firedAt: "2026-11-24T00:10:00.000Z",
      lateByMs: 360_000,
    });
  });

  const named = (time: string) => ({ "detail-type": "Scheduled Event", time });

  test.for([
    // EventBridge delivers up to 59 s late and names the scheduled minute.
    ["*/5 * * * *", "UTC", "2026-11-24T00:05:00Z", "2026-11-24T00:00:00.000Z"],
    ["0 9 * * 1-5", "Asia/Seoul", "2026-11-23T00:00:00Z", "2026-11-20T00:00:00.000Z"],
    // Each hour is the same grid in every zone of whole hours.
    ["0 * * * *", "America/New_York", "2026-11-24T07:00:00Z", "2026-11-24T06:00:00.000Z"],
    // New York's clocks skip 02:30 on 2026-03-08, and EventBridge Scheduler that invocation.
    ["30 2 * * *", "America/New_York", "2026-03-09T06:30:00Z", "2026-03-07T07:30:00.000Z"],
    ["*/30 * * * *", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T06:30:00.000Z"],
    // They show 01:30 twice on 2026-11-01: a daily tick is the first of the two.
    ["30 1 * * *", "America/New_York", "2026-11-02T06:30:00Z", "2026-11-01T05:30:00.000Z"],
    ["30 0 * * *", "America/New_York", "2026-11-02T05:30:00Z", "2026-11-01T04:30:00.000Z"],
  ] as const)("of %s in %s that the platform names %s follows that of %s", async (given) => {
    const [cron, zone, time, previousScheduledAt] = given;
    const options = { HEARTBEAT_CRON: cron, HEARTBEAT_TIMEZONE: zone };
    const late = new Date(Date.parse(time) + 59_000).toISOString();

    const { data, lines } = await tick(late, options, named(time));

    expect(data).toMatchObject({
      scheduledAt: time.replace("Z", ".000Z"),
      previousScheduledAt,
      lateByMs: 59_000,
    });
    expect(lines.filter(isOffGridWarning)).toEqual([]);
  });

  test.for([
    ["a rate's second", "* * * * *", "UTC", "2026-11-24T00:04:43Z"],
    ["a part of a second", "* * * * *", "UTC", "2026-11-24T00:04:00.500Z"],
    ["a minute of another rate", "*/5 * * * *", "UTC", "2026-11-24T00:04:00Z"],
    ["an instant of UTC", "0 9 * * *", "Asia/Seoul", "2026-11-24T09:00:00Z"],
    ["a time that clocks skip", "30 2 * * *", "America/New_York", "2026-03-08T07:00:00Z"],
  ] as const)("has no previous one where its time is %s", async ([, cron, zone, time]) => {
    const options = { HEARTBEAT_CRON: cron, HEARTBEAT_TIMEZONE: zone };

    const { data, lines } = await tick("2026-11-24T10:00:00Z", options, named(time));

    expect(data).toMatchObject({ scheduledAt: new Date(time).toISOString() });
    expect(data).not.toHaveProperty("previousScheduledAt");
    expect(lines.filter(isOffGridWarning)).toMatchObject([
      {
        message: expect.stringContaining(
          `HEARTBEAT_CRON (${cron}) in HEARTBEAT_TIMEZONE (${zone})`,
        ),
      },
    ]);
  });

  test("warns of a foreign grid once per start", async () => {
    const harness = createHarness();
    const settings = { ...heartbeatSettings, HEARTBEAT_CRON: "0 * * * *" };
    const adapter = open(heartbeat, { harness, settings });

    for (const second of ["01", "02", "03"]) {
      await adapter.invoke(named(`2026-11-24T00:04:${second}Z`));
    }

    expect(logged(harness).filter(isOffGridWarning)).toHaveLength(1);
  });

  test.for([
    ["no date", { "detail-type": "Scheduled Event", time: "noon" }],
    ["no day", { "detail-type": "Scheduled Event", time: "2026-13-45T99:99:99Z" }],
    ["a bare year", { "detail-type": "Scheduled Event", time: "2026" }],
    ["beyond any schedule", { "detail-type": "Scheduled Event", time: "-271821-04-20T00:00:00Z" }],
    ["no text", { "detail-type": "Scheduled Event", time: 1 }],
    ["another event's", { "detail-type": "Object Created", time: "2026-11-24T00:04:00Z" }],
    ["alone", { time: "2026-11-24T00:04:00Z" }],
  ] as const)("does not believe a time that is %s", async ([, event]) => {
    const { data } = await tick("2026-11-24T00:10:00Z", {}, event);

    expect(data).toMatchObject({ scheduledAt: "2026-11-24T00:10:00.000Z" });
  });

  test("has the same id however late it is fired", async () => {
    const options = { HEARTBEAT_CRON: "*/5 * * * *" };

    const early = await tick("2026-11-24T00:04:58Z", options);
    const late = await tick("2026-11-24T00:07:31Z", options);

    const [earlyId, lateId] = [early, late].map(
      ({ messages }) => JSON.parse(messages[0]?.value ?? "").id as unknown,
    );
    expect(lateId).toBe(earlyId);
  });

  test("is named heartbeat by default, and its source is encoded", async () => {
    const unnamed = await tick("2026-11-24T00:10:00Z", { HEARTBEAT_NAME: "" });
    const named = await tick("2026-11-24T00:10:00Z", { HEARTBEAT_NAME: "a b/한" });

    expect(unnamed.messages).toMatchObject([{ key: "heartbeat" }]);
    expect(JSON.parse(named.messages[0]?.value ?? "")).toMatchObject({
      source: "/heartbeats/a%20b%2F%ED%95%9C",
      partitionkey: "a b/한",
    });
  });

  test("goes to HEARTBEAT_TOPIC and HEARTBEAT_PARTITION", async () => {
    const options = { HEARTBEAT_TOPIC: "ticks", HEARTBEAT_PARTITION: "2" };

    const { messages } = await tick("2026-11-24T00:10:00Z", options);

    expect(messages).toMatchObject([{ topic: "ticks", partition: 2 }]);
  });
});

import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCron, findWrongFields } from "../../../lib/triggers/cron.ts";

const hourMs = 3_600_000;

function before(expression: string, zone: string, time: string): string | undefined {
  const ms = createCron(expression.split(" "), zone).before(Date.parse(time));
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

describe("The time of a schedule before another", () => {
  // New York skips 02:00 to 03:00 on 2026-03-08 and shows 01:00 to 02:00 twice on 2026-11-01 (tz database).
  test.for([
    ["the minute before, not the minute itself", "* * * * *", "00:05:00", "00:04:00"],
    ["the same minute after its first millisecond", "* * * * *", "00:05:00.001", "00:05:00"],
  ])("is %s", ([, expression, time, expected]) => {
    const day = "2026-11-24T";
    const found = before(expression ?? "", "UTC", `${day}${time}Z`);
    expect(found).toBe(`${day}${expected}.000Z`);
  });

  test.for([
    ["30 2 * * *", "2026-03-09T06:00:00Z", "2026-03-08T07:00:00.000Z"],
    ["*/30 * * * *", "2026-03-08T07:00:00Z", "2026-03-08T06:30:00.000Z"],
    ["30 1 * * *", "2026-11-01T06:30:00.001Z", "2026-11-01T05:30:00.000Z"],
    ["0,30 1 * * *", "2026-11-01T06:30:00.001Z", "2026-11-01T06:30:00.000Z"],
    // Shortly after the clocks went back, a time that they have shown is not to come.
    ["30 1 * * SUN", "2026-11-01T06:10:00Z", "2026-11-01T05:30:00.000Z"],
    ["0 0 29 2 *", "2028-02-29T05:00:00Z", "2024-02-29T05:00:00.000Z"],
    // The two fields of days are both restricted, so either is enough.
    ["0 12 13 * FRI", "2026-11-13T16:59:00Z", "2026-11-06T17:00:00.000Z"],
  ])("of %s in New York before %s is %s", ([expression, time, expected]) => {
    expect(before(expression ?? "", "America/New_York", time ?? "")).toBe(expected);
  });

  test("does not exist if no date fits", () => {
    expect(before("0 0 31 2 *", "Europe/Berlin", "2026-11-24T00:00:00Z")).toBeUndefined();
    // The 29th of February 1900 did not exist.
    expect(before("0 0 29 2 *", "UTC", "1904-02-29T00:00:00Z")).toBe("1896-02-29T00:00:00.000Z");
  });

  const zones = [
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Havana",
  ];
  const expressions = [
    "*/7 * * * *",
    "30 2 * * *",
    "0 0 * * *",
    "0,30 1-3 * * *",
    "30 2 * * SUN",
    "0 0 29 2 *",
    "59 23 30 12 *",
    "0 12 13 * 5",
    "1 1 1 11 *",
  ];

  test.for(zones)("is that of another implementation around changes of clocks in %s", (zone) => {
    const times = changesOf(zone).flatMap((change) =>
      [-25, -1.5, -0.5, 0, 0.001, 0.5, 1, 1.01, 2.5, 25].map((hours) =>
        Math.round(change + hours * hourMs),
      ),
    );
    for (const expression of expressions) {
      const theirs = new Cron(expression, { paused: true, timezone: zone });
      const ours = createCron(expression.split(" "), zone);
      const rows = times.map((ms) => [ms, ours.before(ms), ours.matches(ms)]);
      const expected = times.map((ms) => [
        ...[ms, theirs.previousRuns(1, new Date(ms))[0]?.getTime()],
        ms % 60_000 === 0 && theirs.match(new Date(ms)),
      ]);
      expect(rows, expression).toEqual(expected);
    }
  });

  /** Finds the changes of a zone's offset in two years, to the second. */
  function changesOf(timeZone: string): readonly number[] {
    const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
    const offsetAt = (ms: number) =>
      format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value;
    const days = Array.from({ length: 2 * 365 }, (_, day) => Date.UTC(2011, 0, 1 + day));
    return days
      .filter((day) => offsetAt(day) !== offsetAt(day + 24 * hourMs))
      .map((day) => {
        let [low, high] = [day, day + 24 * hourMs];
        while (high - low > 1_000) {
          const middle = low + Math.floor((high - low) / 2_000) * 1_000;
          [low, high] = offsetAt(middle) === offsetAt(day) ? [middle, high] : [low, middle];
        }
        return high;
      });
  }
});

describe("The fields of a schedule", () => {
  const item = fc.oneof(
    fc.constantFrom("*", "MON", "sun", "Jan", "dec", "SAT-SUN", "FRI-MON", "JAN-MAR", "", "x", "-"),
    fc.integer({ min: 0, max: 65 }).map(String),
    fc.tuple(fc.nat(62), fc.nat(62)).map(([low, high]) => `${low}-${high}`),
  );
  const stepped = fc
    .tuple(item, fc.option(fc.nat(62)))
    .map(([one, step]) => (step === null ? one : `${one}/${step}`));
  const field = fc.array(stepped, { minLength: 1, maxLength: 3 }).map((items) => items.join(","));

  /** The other one accepts `1-32/2` as a day of the month, because its steps never reach the 32nd. */
  const maxima = [59, 23, 31, 12, 7] as const;
  const isPastTheEnd = (given: string, at: number) =>
    [...given.matchAll(/-(\d+)\//g)].some(([, end]) => Number(end) > (maxima[at] ?? 0));

  test("the accepted fields are those of another implementation, with its values", () => {
    fc.assert(
      fc.property(field, fc.nat(4), (given, at) => {
        const fields = ["*", "*", "*", "*", "*"].with(at, given);
        const theirs = isPastTheEnd(given, at) ? undefined : theirCron(given || "x", at);
        expect(findWrongFields(fields)).toEqual(theirs === undefined ? [at] : []);
        const ours = createCron(fields, "UTC");
        const times = Array.from({ length: 60 }, (_, n) => Date.UTC(2023, n, 1 + n, n, n));
        expect(times.filter((ms) => theirs !== undefined && ours.matches(ms))).toEqual(
          times.filter((ms) => theirs?.match(new Date(ms)) === true),
        );
      }),
    );
  });

  function theirCron(given: string, at: number): Cron | undefined {
    try {
      return new Cron(["*", "*", "*", "*", "*"].with(at, given).join(" "), {
        ...{ paused: true, utcOffset: 0 },
      });
    } catch {
      return undefined;
    }
  }

  test.for([
    "L",
    "15W",
    "?",
    "5#2",
    "5L",
    "+MON",
    "1_0",
    "0x1",
    "MONDAY",
    "unm",
    "1 ",
    "*/",
    "1-2-3",
  ])("are wrong if one is %s, which UNIX does not know", (given) => {
    expect(findWrongFields([given, given, given, given, given])).toEqual([0, 1, 2, 3, 4]);
  });
});

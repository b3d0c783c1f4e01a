import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toSchedule } from "../../../../cli/deploy/aws/eventbridge-schedule.ts";

describe("the schedule of EventBridge", () => {
  // AWS has six fields, `?` in one of the two fields for days, and weekdays by name: "Cron-based schedules"
  // in https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, read 2026-11-30.
  test.for([
    ["* * * * *", "cron(* * * * ? *)"],
    ["*/5 * * * *", "cron(0,5,10,15,20,25,30,35,40,45,50,55 * * * ? *)"],
    ["30 9 * * 1-5", "cron(30 9 ? * MON-FRI *)"],
    ["0 9 * * MON", "cron(0 9 ? * MON *)"],
    ["0 9 * * 0", "cron(0 9 ? * SUN *)"],
    ["0 9 * * 7", "cron(0 9 ? * SUN *)"],
    ["0 9 * * 5-7", "cron(0 9 ? * SUN,FRI-SAT *)"],
    ["0 9 * * 0-6", "cron(0 9 * * ? *)"],
    ["15 10 1,15 jan-mar *", "cron(15 10 1,15 1-3 ? *)"],
    ["0-10/5 8-17 */10 * *", "cron(0,5,10 8-17 1,11,21,31 * ? *)"],
    // UNIX cron runs on either day, and one of the two is every day.
    ["0 0 1-31 * 1", "cron(0 0 * * ? *)"],
    ["0 0 13 * 0-7", "cron(0 0 * * ? *)"],
    ["  0   0 1 * * ", "cron(0 0 1 * ? *)"],
  ])("the schedule of %s is %s", ([expression, rate]) => {
    expect(toSchedule({ HEARTBEAT_CRON: expression })).toEqual({ rate, timezone: "Asia/Seoul" });
  });

  test("the schedule without a cron setting runs each minute in the configured zone", () => {
    const settings = { HEARTBEAT_CRON: "", HEARTBEAT_TIMEZONE: "Europe/Berlin" };

    expect(toSchedule(settings)).toEqual({ rate: "cron(* * * * ? *)", timezone: "Europe/Berlin" });
  });

  test.for([
    ["asia/seoul", "Asia/Seoul"],
    ["utc", "UTC"],
    ["Asia/Kolkata", "Asia/Kolkata"],
  ])("the zone %s is written as %s", ([given, timezone]) => {
    expect(toSchedule({ HEARTBEAT_TIMEZONE: given })).toMatchObject({ timezone });
  });

  test.for([
    ["0 0 13 * 5", "HEARTBEAT_CRON restricts both the day of month and the day of week"],
    ["0 0 */2 * MON", "HEARTBEAT_CRON restricts both the day of month and the day of week"],
    ["0 25 * * *", "HEARTBEAT_CRON must be a cron expression of five fields: field 2"],
    ["0 0 L * *", "HEARTBEAT_CRON must be a cron expression of five fields: field 3"],
    ["0 0 * * MON#2", "HEARTBEAT_CRON must be a cron expression of five fields: field 5"],
    ["005 0 * * *", "HEARTBEAT_CRON must be a cron expression of five fields: digits, names"],
    ["rate(1 minute)", "HEARTBEAT_CRON must be a cron expression of five fields: it has 2"],
  ])("the cron expression %s has no schedule", ([expression, message]) => {
    expect(() => toSchedule({ HEARTBEAT_CRON: expression })).toThrow(message);
  });

  test("an unknown time zone has no schedule", () => {
    expect(() => toSchedule({ HEARTBEAT_TIMEZONE: "Asia/Busan" })).toThrow("HEARTBEAT_TIMEZONE");
  });
});

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Returns the numbers that a field of AWS names. Lists and ranges are allowed, and SUN is 1. */
function namedBy(field: string, first: number, last: number): ReadonlySet<number> {
  const every = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const toNumber = (text = "") =>
    weekdays.includes(text) ? weekdays.indexOf(text) + 1 : Number(text);
  return new Set(
    field.split(",").flatMap((item) => {
      const [from, to = from] = item.split("-");
      return every.filter(
        (value) =>
          item === "*" || item === "?" || (value >= toNumber(from) && value <= toNumber(to)),
      );
    }),
  );
}

/** Returns every time of a year (UTC) at which AWS runs a schedule, as its document describes it. */
function instantsByAws(rate: string, year: number): readonly number[] {
  const fields = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)$/.exec(rate)?.slice(1) ?? [];
  const [minutes = "", hours = "", days = "", months = "", ofWeek = ""] = fields;
  // AWS requires exactly one `?`, and a restricted field beside it.
  expect([days, ofWeek].filter((field) => field === "?")).toHaveLength(1);
  const runs = {
    minutes: namedBy(minutes, 0, 59),
    hours: namedBy(hours, 0, 23),
    days: namedBy(days, 1, 31),
    months: namedBy(months, 1, 12),
    ofWeek: namedBy(ofWeek, 1, 7),
  };
  const timesOfDay = [...runs.hours].flatMap((hour) =>
    [...runs.minutes].map((minute) => (hour * 60 + minute) * 60_000),
  );
  return daysOf(year)
    .filter(
      (date) =>
        runs.days.has(date.getUTCDate()) &&
        runs.months.has(date.getUTCMonth() + 1) &&
        runs.ofWeek.has(date.getUTCDay() + 1),
    )
    .flatMap((date) => timesOfDay.map((time) => date.getTime() + time));
}

function daysOf(year: number): readonly Date[] {
  return Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(year, 0, 1 + day))).filter(
    (date) => date.getUTCFullYear() === year,
  );
}

/** Generates a field as people write it: `*`, a value, a range, either with steps, and lists of them. */
function fieldOf(first: number, last: number, names: readonly string[] = []) {
  const value = fc.integer({ min: first, max: last });
  const step = fc.integer({ min: 1, max: last - first });
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const item = fc.oneof(
    fc.constant("*"),
    value.map(String),
    range,
    step.map((by) => `*/${by}`),
    fc.tuple(range, step).map(([of, by]) => `${of}/${by}`),
    ...(names.length > 0 ? [fc.constantFrom(...names)] : []),
  );
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant("*") },
    { weight: 4, arbitrary: item },
    { weight: 1, arbitrary: fc.array(item, { minLength: 2, maxLength: 3 }).map(String) },
  );
}

const expressions = fc
  .tuple(
    fieldOf(0, 59),
    fieldOf(0, 23),
    fieldOf(1, 31),
    fieldOf(1, 12, ["JAN", "jun", "DEC"]),
    fieldOf(0, 7, ["SUN", "wed", "SAT"]),
  )
  .map((fields) => fields.join(" "));

const instantsMax = 300;
const year = 2028;

test("the schedule runs at the times of any cron expression in every year", () => {
  fc.assert(
    fc.property(expressions, fc.nat(364), (expression, day) => {
      let rate: string;
      try {
        ({ rate } = toSchedule({ HEARTBEAT_CRON: expression, HEARTBEAT_TIMEZONE: "UTC" }));
      } catch (error) {
        // The heartbeat reports the second text: it refuses a day that no month has.
        expect(String(error)).toMatch(/restricts both the day|no date fits it/);
        return;
      }
      const fromMs = Date.UTC(year, 0, 1 + day) - 1;
      const cron = new Cron(expression, { paused: true, utcOffset: 0 });
      const byCron = cron
        .nextRuns(instantsMax, new Date(fromMs))
        .map(Number)
        .filter((at) => at < Date.UTC(year + 1, 0, 1));
      const byAws = instantsByAws(rate, year).filter((at) => at > fromMs);

      expect(rate.length).toBeLessThanOrEqual(256);
      expect(byAws.slice(0, instantsMax)).toEqual(byCron);
    }),
    { numRuns: 150 },
  );
});

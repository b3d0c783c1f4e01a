import type { Settings } from "../../../lib/model/settings.ts";
import { createCron } from "../../../lib/triggers/cron.ts";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { findCronProblem } from "../desired/cron-option.ts";

/** The form of `schedule` in serverless.yml for EventBridge Scheduler. */
export type Schedule = { readonly rate: string; readonly timezone: string };

/**
 * Makes a schedule of EventBridge Scheduler out of HEARTBEAT_CRON and HEARTBEAT_TIMEZONE. Without
 * HEARTBEAT_CRON it runs each minute. Throws an error that names the setting.
 */
export function toSchedule(settings: Settings): Schedule {
  const parsed = heartbeat.parse(settings);
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(({ setting, text }) => `${setting} ${text}`).join("; "));
  }
  const { expression = "* * * * *", timezone } = parsed.value;
  return { rate: toAwsCron(expression.trim().split(/\s+/)), timezone: toZoneName(timezone) };
}

/** Writes a zone as the time zone database does. Node.js takes `asia/seoul` too; that AWS does is not documented. */
function toZoneName(timezone: string): string {
  const named = timezone.toLowerCase();
  return (
    ["UTC", ...Intl.supportedValuesOf("timeZone")].find((zone) => zone.toLowerCase() === named) ??
    timezone
  );
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html, read in November 2026. */
const rateCharsMax = 256;

/**
 * AWS has six fields: minute, hour, day of month, month, day of week and year
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, read in November 2026).
 */
function toAwsCron(fields: readonly string[]): string {
  const problem = findCronProblem(fields.join(" "));
  if (problem !== undefined) {
    throw new Error(`HEARTBEAT_CRON ${problem}`);
  }
  const [minute, hour, dayOfMonth = "*", month, dayOfWeek = "*"] = units.map((unit, at) =>
    toAwsField(unit, fields[at] ?? "*", at),
  );
  const isEitherDay = fields[2] !== "*" && fields[4] !== "*";
  const days = toAwsDays(dayOfMonth, dayOfWeek, isEitherDay);
  const rate = `cron(${minute} ${hour} ${days.ofMonth} ${month} ${days.ofWeek} *)`;
  if (rate.length > rateCharsMax) {
    throw new Error(`HEARTBEAT_CRON is longer than ${rateCharsMax} characters as AWS writes it`);
  }
  return rate;
}

/** One of the two fields must be `?`. UNIX cron runs on either day where both are restricted. */
function toAwsDays(ofMonth: string, ofWeek: string, isEither: boolean) {
  const isDaily = isEither && (ofMonth === "*" || ofWeek === "*");
  if (isEither && !isDaily) {
    throw new Error(
      "HEARTBEAT_CRON restricts both the day of month and the day of week: EventBridge cannot express that",
    );
  }
  if (isDaily || ofWeek === "*") {
    return { ofMonth: isDaily ? "*" : ofMonth, ofWeek: "?" };
  }
  return { ofMonth: "?", ofWeek };
}

type Unit = {
  /** AWS's name of each value, in order. */
  readonly values: readonly string[];
  /** An instant in UTC of the value at this index. */
  readonly instantOf: (index: number) => number;
};

/** The first of January 2023 was a Sunday. Weekdays have names here, because AWS counts them from 1. */
const units: readonly Unit[] = [
  { values: numbers(0, 59), instantOf: (index) => Date.UTC(2023, 0, 1, 0, index) },
  { values: numbers(0, 23), instantOf: (index) => Date.UTC(2023, 0, 1, index) },
  { values: numbers(1, 31), instantOf: (index) => Date.UTC(2023, 0, 1 + index) },
  { values: numbers(1, 12), instantOf: (index) => Date.UTC(2023, index) },
  {
    values: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    instantOf: (index) => Date.UTC(2023, 0, 1 + index),
  },
];

function numbers(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
}

/** Writes a field as the values that the heartbeat takes it for. */
function toAwsField({ values, instantOf }: Unit, field: string, at: number): string {
  const cron = createCron(
    units.map((_, other) => (other === at ? field : "*")),
    "UTC",
  );
  const indexes = [...values.keys()].filter((index) => cron.matches(instantOf(index)));
  return indexes.length === values.length ? "*" : toRuns(indexes).map(toText).join(",");

  function toText([first, last]: Run): string {
    return first === last ? `${values[first]}` : `${values[first]}-${values[last]}`;
  }
}

type Run = readonly [first: number, last: number];

/** Ranges are shorter than lists. */
function toRuns(indexes: readonly number[]): readonly Run[] {
  return indexes.flatMap((first, at) => {
    const isFirst = indexes[at - 1] !== first - 1;
    const last = indexes.findIndex(
      (index, later) => later >= at && indexes[later + 1] !== index + 1,
    );
    return isFirst ? [[first, indexes[last] ?? first] as const] : [];
  });
}

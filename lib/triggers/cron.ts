/** A schedule of five fields in a time zone. Times are epoch milliseconds. */
export type Cron = {
  /** Tells whether the clocks of the zone show a time of the schedule. */
  readonly matches: (ms: number) => boolean;
  /** Returns the last time of the schedule before another time; undefined if no date fits the fields. */
  readonly before: (ms: number) => number | undefined;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The 29th of February comes after eight years at the latest. */
const daysMax = 8 * 366;
/** Time in which the clocks of a zone change at most once. A change can skip a whole day. */
const changeMs = 2 * dayMs;
/** Limit of the steps of one search. Each passes a change of the clocks, or days without a time. */
const stepsMax = 100;
const minutesMax = 24 * 60 - 1;
/** No hour is shown again later than this. */
const overlapMs = 3 * hourMs;

type Values = ReadonlySet<number>;

/** The range of a field. `count`: the number of its values, of which Sunday has two. */
type Unit = {
  readonly min: number;
  readonly max: number;
  readonly count: number;
  readonly names?: string;
};

/** `FRI-SUN` ends with Sunday. */
const sundayAtTheEnd = 7;

const units: readonly Unit[] = [
  { min: 0, max: 59, count: 60 },
  { min: 0, max: 23, count: 24 },
  { min: 1, max: 31, count: 31 },
  { min: 1, max: 12, count: 12, names: "janfebmaraprmayjunjulaugsepoctnovdec" },
  { min: 0, max: 7, count: 7, names: "sunmontuewedthufrisat" },
];

/** Reads a list of `*`, values and ranges; undefined if it is wrong. */
function readField(field: string, unit: Unit): Values | undefined {
  const ranges = field.split(",").map((item) => readItem(item, unit));
  return ranges.includes(undefined) ? undefined : new Set(ranges.flatMap((range) => range ?? []));
}

/** Reads `*`, a value or a range. All but a single value may have a step. */
function readItem(item: string, unit: Unit): readonly number[] | undefined {
  const [, star, first = "", last, step] =
    /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  const { min, max, count } = unit;
  const single = numberOf(first, unit);
  const end = last === undefined ? single : numberOf(last, unit, sundayAtTheEnd);
  const [low, high] = star === undefined ? [single, end] : [min, min + count - 1];
  const by = Number(step ?? 1);
  const canStep = step === undefined || (star ?? last) !== undefined;
  const fits = [canStep, by >= 1, by <= count, min <= low, low <= high, high <= max];
  return fits.includes(false)
    ? undefined
    : Array.from({ length: Math.floor((high - low) / by) + 1 }, (_, index) => low + index * by);
}

/** Reads digits or a name of three letters. NaN for any other text. */
function numberOf(text: string, { min, names = "" }: Unit, sunday = 0): number {
  if (/^\d+$/.test(text)) {
    return Number(text);
  }
  const at = text.length === 3 ? names.indexOf(text.toLowerCase()) / 3 : Number.NaN;
  return Number.isInteger(at) && at >= 0 ? at + min || sunday : Number.NaN;
}

/** Returns the positions of the wrong ones of five fields. */
export function findWrongFields(fields: readonly string[]): readonly number[] {
  return units.flatMap((unit, at) => (readField(fields[at] ?? "", unit) === undefined ? [at] : []));
}

/** Makes the schedule of five fields without mistakes. Throws a RangeError for an unknown zone. */
export function createCron(fields: readonly string[], timezone: string): Cron {
  const grid = createGrid(fields);
  const offsetAt = createOffsets(timezone);
  /** Returns the first time at which the clocks have the offset of `end` without a change up to it. */
  const changeBefore = (end: number, start: number): number => {
    let [before, after] = [start, end];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      [before, after] = offsetAt(middle) === offsetAt(end) ? [before, middle] : [middle, after];
    }
    return after;
  };
  /** Returns the first of two times at which the clocks show the same. */
  const firstShown = (ms: number, offset: number): number => {
    const earlier = offsetAt(ms - overlapMs);
    const first = ms + offset - earlier;
    return first < ms && offsetAt(first) === earlier ? first : ms;
  };
  /** Returns the time that was looked for, or else the end of what is left to search. */
  const stepBack = (
    end: number,
  ): { readonly found?: number | undefined; readonly end?: number } => {
    const offset = offsetAt(end - 1);
    const local = grid.before(end + offset);
    if (local === undefined) {
      return {};
    }
    const at = local - offset;
    const start = Math.max(at, end - changeMs);
    if (offsetAt(start) !== offset) {
      return passChange(local, changeBefore(end - 1, start));
    }
    // Nothing is between a time that is far away and the start, whatever the clocks did.
    return start > at
      ? { end: at + changeMs }
      : { found: grid.isOncePerDay ? firstShown(at, offset) : at };
  };
  /** A daily time that the clocks skip is at the end of the gap, unless they skip the rest of the day. */
  const passChange = (local: number, change: number) => {
    const isSkipped = local - offsetAt(change - 1) >= change;
    const isSameDay = dayOf(local) === dayOf(change + offsetAt(change));
    return grid.isOncePerDay && isSkipped && isSameDay ? { found: change } : { end: change };
  };
  return {
    matches: (ms) => grid.has(ms + offsetAt(ms)),
    before: (ms) => {
      let step: ReturnType<typeof stepBack> = { end: ms };
      for (let steps = 0; step.end !== undefined && steps < stepsMax; steps += 1) {
        step = stepBack(step.end);
      }
      return step.found;
    },
  };
}

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs);
}

/** Creates the times of the schedule as clocks show them, in milliseconds as if the zone were UTC. */
function createGrid(fields: readonly string[]) {
  const [minutes, hours, days, months, weekdays] = units.map(
    (unit, at) => readField(fields[at] ?? "", unit) ?? new Set<number>(),
  ) as [Values, Values, Values, Values, Values];
  const isRestricted = fields[2] !== "*" && fields[4] !== "*";
  const hasDay = (day: number): boolean => {
    const date = new Date(day * dayMs);
    const weekday = date.getUTCDay();
    const isDay = days.has(date.getUTCDate());
    const isWeekday = weekdays.has(weekday) || (weekday === 0 && weekdays.has(7));
    // UNIX cron runs on either day if both fields are restricted.
    const isEither = isRestricted ? isDay || isWeekday : isDay && isWeekday;
    return isEither && months.has(date.getUTCMonth() + 1);
  };
  const hasMinute = (minute: number) =>
    hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60);
  /** Returns the last minute of the day that is no later than another one. */
  const lastMinute = (latest: number): number | undefined => {
    let minute = latest;
    while (minute >= 0 && !hasMinute(minute)) {
      minute -= 1;
    }
    return minute < 0 ? undefined : minute;
  };
  const hasStar = /[*/]/.test(`${fields[0]}${fields[1]}`);
  return {
    isOncePerDay: !hasStar && minutes.size === 1 && hours.size === 1,
    has: (ms: number): boolean =>
      ms % minuteMs === 0 && hasDay(dayOf(ms)) && hasMinute((ms - dayOf(ms) * dayMs) / minuteMs),
    before: (ms: number): number | undefined => {
      const today = dayOf(ms - 1);
      const minute = lastMinute(Math.floor((ms - 1 - today * dayMs) / minuteMs));
      if (minute !== undefined && hasDay(today)) {
        return today * dayMs + minute * minuteMs;
      }
      let day = today - 1;
      while (day > today - daysMax && !hasDay(day)) {
        day -= 1;
      }
      const latest = lastMinute(minutesMax);
      return latest === undefined || !hasDay(day) ? undefined : day * dayMs + latest * minuteMs;
    },
  };
}

/**
 * Offsets in hours of zones without daylight saving time; Korea's last was in 1988. For any other zone Intl is asked,
 * whose first call takes 15 ms.
 */
const fixedOffsets: ReadonlyMap<string, number> = new Map([
  ["Asia/Seoul", 9],
  ["UTC", 0],
]);

/** A format takes 15 ms to make and has no state, so that of the last zone is kept. */
let lastFormat: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = "numeric";
  const date = { year: numeric, month: numeric, day: numeric } as const;
  const time = { hour: numeric, minute: numeric, second: numeric, hourCycle: "h23" } as const;
  lastFormat =
    lastFormat?.timeZone === timeZone
      ? lastFormat
      : { timeZone, format: new Intl.DateTimeFormat("en-US", { timeZone, ...date, ...time }) };
  return lastFormat.format;
}

/** Returns a function that says how far the clocks of a zone are ahead of UTC, in milliseconds. */
function createOffsets(timeZone: string): (ms: number) => number {
  const hours = fixedOffsets.get(timeZone);
  if (hours !== undefined) {
    return () => hours * hourMs;
  }
  const format = formatOf(timeZone);
  return (ms) => {
    const parts = format.formatToParts(ms).map(({ type, value }) => [type, Number(value)] as const);
    const { year = 0, month = 1, day, hour, minute, second } = Object.fromEntries(parts);
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1_000) * 1_000;
  };
}

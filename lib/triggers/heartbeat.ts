import { isText } from "../encoding/unknown-object.ts";
import { toWellFormed } from "../encoding/well-formed.ts";
import type { InvocationEvent } from "../model/call.ts";
import type { Mapping, Trigger, TriggerContext } from "../model/function-definition.ts";
import { refusal } from "../model/result.ts";
import { type ParseResult, type Problem, problemsOf, type Settings } from "../model/settings.ts";
import { optional, parseFields, withDefault } from "../settings/fields.ts";
import { partitionIndex, text, textWhere, topicName } from "../settings/rules.ts";
import { type Cron, createCron, findWrongFields } from "./cron.ts";

export type HeartbeatConfig = {
  readonly name: string;
  /** The text of HEARTBEAT_CRON. */
  readonly expression: string | undefined;
  readonly timezone: string;
  readonly cron: Cron | undefined;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
};

/** Maps a cron tick to one record with its scheduled time. */
export const heartbeat: Trigger<InvocationEvent, HeartbeatConfig> = {
  name: "heartbeat",
  accepts: "invocation",
  deliveryTimeoutMs: 45_000,
  get settings() {
    return Object.keys(fields);
  },
  parse: parseHeartbeatConfig,
  targets: ({ topic, partition }) => [
    { topicSetting: "HEARTBEAT_TOPIC", topic, partitionSetting: "HEARTBEAT_PARTITION", partition },
  ],
  warnings: () => [],
  map: mapTick,
};

/** A scheduler may fire slightly early. Such a tick still belongs to its scheduled time. */
const earlyMsMax = 5_000;
const minuteMs = 60_000;

const mustBeCron = "must be a cron expression of five fields";

const fields = {
  HEARTBEAT_NAME: withDefault(text, "heartbeat"),
  HEARTBEAT_CRON: optional(textWhere(() => true, mustBeCron)),
  HEARTBEAT_TIMEZONE: withDefault(
    textWhere(isTimezone, "must be a time zone such as Asia/Seoul"),
    "Asia/Seoul",
  ),
  HEARTBEAT_TOPIC: optional(topicName),
  HEARTBEAT_PARTITION: optional(partitionIndex),
};

function parseHeartbeatConfig(settings: Settings): ParseResult<HeartbeatConfig> {
  const parsed = parseFields(settings, fields);
  const cronProblems = findCronProblems(settings["HEARTBEAT_CRON"]);
  if (!parsed.ok || cronProblems.length > 0) {
    return { ok: false, problems: [...problemsOf([parsed]), ...cronProblems] };
  }
  const { value } = parsed;
  const expression = value.HEARTBEAT_CRON;
  const timezone = value.HEARTBEAT_TIMEZONE;
  const config: HeartbeatConfig = {
    name: value.HEARTBEAT_NAME,
    expression,
    timezone,
    cron: expression === undefined ? undefined : createCron(fieldsOf(expression), timezone),
    topic: value.HEARTBEAT_TOPIC,
    partition: value.HEARTBEAT_PARTITION,
  };
  return { ok: true, value: config };
}

/** The five fields in order, with their values. */
const cronFields = [
  "minute 0-59",
  "hour 0-23",
  "day of month 1-31",
  "month 1-12 or JAN-DEC",
  "day of week 0-7 or SUN-SAT",
];

function findCronProblems(expression: unknown): readonly Problem[] {
  // The rule of the field itself reports a value that is not text, or is empty.
  const wrong = isText(expression) && expression !== "" ? findWrong(expression) : "";
  return wrong === "" ? [] : [{ setting: "HEARTBEAT_CRON", text: `${mustBeCron}: ${wrong}` }];
}

/** Names the wrong fields. Empty if none is wrong. */
function findWrong(expression: string): string {
  const given = fieldsOf(expression);
  if (given.length !== cronFields.length) {
    return `it has ${given.length}`;
  }
  const wrong = findWrongFields(given).map((at) => `field ${at + 1} must be the ${cronFields[at]}`);
  if (wrong.length > 0) {
    return `${wrong.join(", ")}, with * , - and /`;
  }
  return createCron(given, "UTC").before(0) === undefined ? "no date fits it" : "";
}

function fieldsOf(expression: string): readonly string[] {
  return expression.trim().split(/\s+/);
}

function isTimezone(timezone: string): boolean {
  try {
    createCron([], timezone);
    return true;
  } catch {
    return false;
  }
}

/** A message that is in the queue by mistake must not become a tick that nobody scheduled. */
const notATick = refusal(
  "UNKNOWN_EVENT",
  "the event is a list of records, such as messages of a queue, and no tick",
);

function mapTick(
  { parameters }: InvocationEvent,
  config: HeartbeatConfig,
  { arrivedMs }: TriggerContext,
): Mapping {
  if (Array.isArray(parameters["Records"])) {
    return { records: [], endings: [notATick] };
  }
  const { name, cron, topic, partition } = config;
  const firedAt = new Date(arrivedMs);
  const platformTime = eventBridgeTime(parameters);
  const scheduledAt = platformTime ?? latestScheduledTime(firedAt, cron);
  const isOffGrid =
    platformTime !== undefined && cron !== undefined && !cron.matches(platformTime.getTime());
  const findPrevious = platformTime === undefined ? scheduledTimeBefore : tickBefore;
  const previousScheduledAt =
    cron === undefined || isOffGrid ? undefined : findPrevious(scheduledAt, cron);
  const key = toWellFormed(name);
  const id = `${key}@${scheduledAt.toISOString()}`;
  const data = {
    name,
    scheduledAt: scheduledAt.toISOString(),
    previousScheduledAt: previousScheduledAt?.toISOString(),
    firedAt: firedAt.toISOString(),
    lateByMs: firedAt.getTime() - scheduledAt.getTime(),
  };
  const attributes = {
    id,
    source: `/heartbeats/${encodeURIComponent(name)}`,
    type: "heartbeat.tick",
    time: data.scheduledAt,
    datacontenttype: "application/json",
    partitionkey: key,
  };
  const content = { id, data: { kind: "value", value: data }, attributes } as const;
  return {
    records: [{ topic, partition, key, content: () => content }],
    endings: [],
    warnings: isOffGrid ? [offGridWarning(config)] : [],
  };
}

/** Returns a warning that names no time, so that its text is the same for all ticks and is logged once. */
function offGridWarning({ expression, timezone }: HeartbeatConfig): string {
  return (
    `the platform's scheduled time is no instant of HEARTBEAT_CRON (${expression}) in HEARTBEAT_TIMEZONE ` +
    `(${timezone}), so previousScheduledAt is left out: its schedule runs at another rate, such as ` +
    "rate(1 minute), or in another zone, as rules of EventBridge do (UTC)"
  );
}

/**
 * Returns the scheduled time in the event of an EventBridge rule or of EventBridge Scheduler, whose input in
 * `serverless.yml` has the same form. NAVER Cloud's cron trigger is not documented to send one.
 */
function eventBridgeTime(parameters: InvocationEvent["parameters"]): Date | undefined {
  const { time, "detail-type": detailType } = parameters;
  if (detailType !== "Scheduled Event" || !isText(time) || !isUtcTime(time)) {
    return undefined;
  }
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Checks for RFC 3339 in UTC, because Date also accepts years, local times and times that no schedule reaches. */
function isUtcTime(text: string): boolean {
  return /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text);
}

/** Returns the last scheduled time that the tick can belong to; without a schedule, the minute. */
function latestScheduledTime(firedAt: Date, cron: Cron | undefined): Date {
  const latestMs = firedAt.getTime() + earlyMsMax;
  return new Date(cron?.before(latestMs + 1) ?? latestMs - (latestMs % minuteMs));
}

function scheduledTimeBefore(date: Date, cron: Cron): Date | undefined {
  const ms = cron.before(date.getTime());
  return ms === undefined ? undefined : new Date(ms);
}

/**
 * Returns the tick before one whose time the platform named. A daily tick that a change of local time skips is at the end
 * of the gap for us, and EventBridge Scheduler drops it
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, read 2026-11-30).
 */
function tickBefore(date: Date, cron: Cron): Date | undefined {
  const previous = scheduledTimeBefore(date, cron);
  return previous === undefined || cron.matches(previous.getTime())
    ? previous
    : scheduledTimeBefore(previous, cron);
}

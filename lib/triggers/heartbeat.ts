import { Cron } from "croner";
import { toWellFormed } from "../encoding/well-formed.ts";
import type { InvocationEvent } from "../model/call.ts";
import type { Mapping, Trigger, TriggerContext } from "../model/function-definition.ts";
import { type ParseResult, type Problem, problemsOf, type Settings } from "../model/settings.ts";
import { partitionIndex, text, textWhere, topicName } from "../settings/rules.ts";
import { optional, parseFields, withDefault } from "../settings/settings.ts";

type HeartbeatConfig = {
  readonly name: string;
  /** HEARTBEAT_CRON as it was given. */
  readonly expression: string | undefined;
  readonly timezone: string;
  readonly cron: Cron | undefined;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
};

/** A cron tick becomes one record that says which tick it is. */
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

/** A scheduler may fire a little early; such a tick still belongs to the instant it was meant for. */
const earlyMsMax = 5_000;
const minuteMs = 60_000;

const mustBeCron = "must be a cron expression of five fields";

const fields = {
  HEARTBEAT_NAME: withDefault(text, "heartbeat"),
  HEARTBEAT_CRON: optional(textWhere(() => true, mustBeCron)),
  HEARTBEAT_TIMEZONE: withDefault(
    textWhere((value) => isCron("* * * * *", value), "must be a time zone such as Asia/Seoul"),
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
    cron: expression === undefined ? undefined : createCron(expression, timezone),
    topic: value.HEARTBEAT_TOPIC,
    partition: value.HEARTBEAT_PARTITION,
  };
  return { ok: true, value: config };
}

/** The five fields in their order, and what each takes. */
const cronFields = [
  "minute 0-59",
  "hour 0-23",
  "day of month 1-31",
  "month 1-12 or JAN-DEC",
  "day of week 0-7 or SUN-SAT",
];

function findCronProblems(expression: unknown): readonly Problem[] {
  // Whatever is no text, or empty, is told by the field's own rule.
  const wrong = typeof expression === "string" && expression !== "" ? findWrong(expression) : "";
  return wrong === "" ? [] : [{ setting: "HEARTBEAT_CRON", text: `${mustBeCron}: ${wrong}` }];
}

/** Says which fields are wrong: each is tried alone, with `*` in the others. Empty where none is. */
function findWrong(expression: string): string {
  const given = expression.trim().split(/\s+/);
  if (given.length !== cronFields.length) {
    return `it has ${given.length}`;
  }
  if (isCron(expression, "UTC")) {
    return "";
  }
  const wrong = cronFields.flatMap((field, at) => {
    const alone = given.map((part, other) => (other === at ? part : "*")).join(" ");
    return isCron(alone, "UTC") ? [] : [`field ${at + 1} must be the ${field}`];
  });
  return wrong.length > 0 ? `${wrong.join(", ")}, with * , - and /` : "no date fits it";
}

/**
 * Minutes ahead of UTC, of zones whose clocks are not put forward: Korea's last summer time was in 1988.
 * For any other zone croner asks Intl, whose first answer takes 15 ms.
 */
const utcOffsets: Readonly<Record<string, number | undefined>> = { "Asia/Seoul": 540, UTC: 0 };

function createCron(expression: string, timezone: string): Cron {
  const utcOffset = utcOffsets[timezone];
  const zone = utcOffset === undefined ? { timezone } : { utcOffset };
  return new Cron(expression, { paused: true, ...zone });
}

function isCron(expression: string, timezone: string): boolean {
  try {
    // The zone is only looked at when an instant is asked for.
    return createCron(expression, timezone).nextRun(new Date(0)) !== null;
  } catch {
    return false;
  }
}

function mapTick(
  { parameters }: InvocationEvent,
  config: HeartbeatConfig,
  { arrivedMs }: TriggerContext,
): Mapping {
  const { name, cron, topic, partition } = config;
  const firedAt = new Date(arrivedMs);
  const named = eventBridgeTime(parameters);
  const scheduledAt = named ?? latestInstant(firedAt, cron);
  const isOffGrid = named !== undefined && cron !== undefined && !isInstantOf(cron, named);
  const before = named === undefined ? instantBefore : tickBefore;
  const previousScheduledAt =
    cron === undefined || isOffGrid ? undefined : before(scheduledAt, cron);
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

/** Names no instant, so that it is the same text, and is logged once, however many ticks are off. */
function offGridWarning({ expression, timezone }: HeartbeatConfig): string {
  return (
    `the platform's scheduled time is no instant of HEARTBEAT_CRON (${expression}) in HEARTBEAT_TIMEZONE ` +
    `(${timezone}), so previousScheduledAt is left out: its schedule runs at another rate, such as ` +
    "rate(1 minute), or in another zone, as rules of EventBridge do (UTC)"
  );
}

/**
 * The scheduled instant in the event of an EventBridge rule or of EventBridge Scheduler, whose input in
 * `serverless.yml` has the same form; NAVER Cloud's cron has none.
 */
function eventBridgeTime(parameters: InvocationEvent["parameters"]): Date | undefined {
  const { time, "detail-type": detailType } = parameters;
  if (detailType !== "Scheduled Event" || typeof time !== "string" || !isInstant(time)) {
    return undefined;
  }
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Date also takes bare years, local times, and instants that a schedule cannot reach. */
function isInstant(text: string): boolean {
  return /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text);
}

/** The last instant of the schedule that the tick can stand for; without one, the minute. */
function latestInstant(firedAt: Date, cron: Cron | undefined): Date {
  const latestMs = firedAt.getTime() + earlyMsMax;
  const minute = new Date(latestMs - (latestMs % minuteMs));
  return (cron === undefined ? undefined : instantBefore(new Date(latestMs + 1), cron)) ?? minute;
}

/**
 * The tick before one whose time the platform named. Where local clocks skip a tick, croner moves it to the
 * end of the gap, and EventBridge Scheduler leaves it out
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html, read 2026-11-30).
 */
function tickBefore(date: Date, cron: Cron): Date | undefined {
  const before = instantBefore(date, cron);
  return before === undefined || cron.match(before) ? before : instantBefore(before, cron);
}

/** Five fields have no part for seconds. croner looks at no milliseconds. */
function isInstantOf(cron: Cron, date: Date): boolean {
  return date.getTime() % minuteMs === 0 && cron.match(date);
}

function instantBefore(date: Date, cron: Cron): Date | undefined {
  return cron.previousRuns(1, date)[0];
}

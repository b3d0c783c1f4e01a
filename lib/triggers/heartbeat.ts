import { Cron } from "croner";
import type { InvocationEvent } from "../event.ts";
import { partitionIndex, text, textWhere, topicName } from "../setting-rules.ts";
import { optional, parseFields, type Settings, withDefault } from "../settings.ts";
import type { Mapped, Trigger, TriggerContext } from "../trigger.ts";
import { toWellFormed } from "../well-formed.ts";

type HeartbeatConfig = {
  readonly name: string;
  readonly cron: Cron | undefined;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
};

/** A cron tick becomes one record that says which tick it is. */
export const heartbeat: Trigger<InvocationEvent, HeartbeatConfig> = {
  name: "heartbeat",
  door: "invocation",
  deliveryTimeoutMs: 45_000,
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

const fields = {
  HEARTBEAT_NAME: withDefault(text, "heartbeat"),
  HEARTBEAT_CRON: optional(
    textWhere(
      (value) => value.trim().split(/\s+/).length === 5 && isCron(value, "UTC"),
      "must be a cron expression of five fields",
    ),
  ),
  HEARTBEAT_TIMEZONE: withDefault(
    textWhere((value) => isCron("* * * * *", value), "must be a time zone such as Asia/Seoul"),
    "Asia/Seoul",
  ),
  HEARTBEAT_TOPIC: optional(topicName),
  HEARTBEAT_PARTITION: optional(partitionIndex),
};

function parseHeartbeatConfig(settings: Settings) {
  const parsed = parseFields(settings, fields);
  if (!parsed.ok) {
    return parsed;
  }
  const { value } = parsed;
  const expression = value.HEARTBEAT_CRON;
  const config: HeartbeatConfig = {
    name: value.HEARTBEAT_NAME,
    cron: expression === undefined ? undefined : createCron(expression, value.HEARTBEAT_TIMEZONE),
    topic: value.HEARTBEAT_TOPIC,
    partition: value.HEARTBEAT_PARTITION,
  };
  return { ok: true as const, value: config };
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
  { name, cron, topic, partition }: HeartbeatConfig,
  { arrivedMs }: TriggerContext,
): Mapped {
  const firedAt = new Date(arrivedMs);
  const scheduledAt = eventBridgeTime(parameters) ?? latestInstant(firedAt, cron);
  const previousScheduledAt = cron === undefined ? undefined : instantBefore(scheduledAt, cron);
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
  return { records: [{ topic, partition, key, content: () => content }], endings: [] };
}

/** The scheduled instant that Amazon EventBridge puts into its event; NAVER Cloud's cron has none. */
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

function instantBefore(date: Date, cron: Cron): Date | undefined {
  return cron.previousRuns(1, date)[0];
}

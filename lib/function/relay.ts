import { toStreamRecord } from "../delivery/address-record.ts";
import { deliverOrStore, type StoredDelivery } from "../delivery/deliver-or-store.ts";
import type { Effects } from "../effects/effects.ts";
import type { Call, TriggerEvent } from "../model/call.ts";
import type { Mapping, Trigger } from "../model/function-definition.ts";
import type { Log } from "../model/log.ts";
import type { StreamRecord } from "../model/record.ts";
import { type CallResult, countEndings, worstOf } from "../model/result.ts";
import type { Config } from "../settings/stream-config.ts";
import { createHandler, type Handler } from "./create-handler.ts";
import { logRecords } from "./log-result.ts";

/** The line: an event that was let in becomes records, these are sent, and how that ended is told. */
export function relay<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  effects: Effects,
): Handler {
  const warnOnce = createWarnOnce();
  return createHandler(trigger, effects, async (admittance) => {
    const { call, event, config, settled, invocationId, startedMs, log, clocks } = admittance;
    const context = { arrivedMs: startedMs, invocationId, newId: effects.newId };
    const mapped = trigger.map(event, settled, context);
    const records = mapped.records.map((record) => toStreamRecord(record, config));
    const timeoutMs = Math.min(config.deliveryTimeoutMs, mapped.senderTimeoutMs ?? Infinity);
    const deadlineMs = Math.min(call.deadlineMs ?? Infinity, startedMs + timeoutMs);
    const sending = { config, invocationId, startedMs, deadlineMs, clocks, effects };
    const sent = await deliverOrStore({ ...mapped, records }, sending);
    warnOnce(log, [
      ...trigger.warnings(settled, config),
      ...(mapped.warnings ?? []),
      ...warningsAboutOrder(records),
      ...warningsAboutLoss(call, config),
      ...warningsAboutRefusals(mapped, sent, config),
    ]);
    logRecords(log, records, { notes: mapped.notes ?? [], ...sent });
    return toOutcome(mapped, sent);
  });
}

function warningsAboutOrder(records: readonly StreamRecord[]): readonly string[] {
  return records.some((record) => record.partition === undefined)
    ? [
        "DATASTREAM_PARTITIONS has no count for a topic in use: its partitions are random and a key's " +
          "records lose their order",
      ]
    : [];
}

/** NAVER Cloud documents no retry of its triggers: a failed run is then a lost event. */
function warningsAboutLoss({ event, isRetried }: Call, config: Config): readonly string[] {
  return event.kind === "http" || isRetried || config.deadLetterBucket !== undefined
    ? []
    : ["DEAD_LETTER_BUCKET is not set: what this function cannot deliver in time is lost"];
}

/** Nobody sends again what was refused for good. */
function warningsAboutRefusals(
  { isUnproved = false }: Mapping,
  { endings }: StoredDelivery,
  { deadLetterBucket }: Config,
): readonly string[] {
  const isLost = deadLetterBucket === undefined && !isUnproved;
  return isLost && endings.some(({ kind }) => kind === "refused")
    ? ["DEAD_LETTER_BUCKET is not set: what is refused for good is in the log only"]
    : [];
}

function toOutcome(mapped: Mapping, sent: StoredDelivery): CallResult {
  const endings = [...mapped.endings, ...sent.endings];
  return {
    ending: worstOf(endings),
    counts: countEndings(endings),
    ids: mapped.ids ?? [],
    attempts: sent.attempts,
    uncertain: sent.uncertain,
    neverSent: sent.neverSent,
    expectsNoContent: mapped.expectsNoContent ?? false,
  };
}

/** Warnings are for whoever reads the first lines after a start, not for every call. */
function createWarnOnce() {
  const warned = new Set<string>();
  return (log: Log, warnings: readonly string[]): void => {
    for (const warning of warnings.filter((text) => !warned.has(text))) {
      warned.add(warning);
      log.warn(warning);
    }
  };
}

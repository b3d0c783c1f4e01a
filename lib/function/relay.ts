import { toStreamRecord } from "../delivery/address-record.ts";
import type { DeliveryResult } from "../delivery/deliver-in-order.ts";
import { deliverOrStore } from "../delivery/deliver-or-store.ts";
import type { Effects } from "../effects/effects.ts";
import type { Call, TriggerEvent } from "../model/call.ts";
import type { Mapping, Trigger } from "../model/function-definition.ts";
import type { Log } from "../model/log.ts";
import type { StreamRecord } from "../model/record.ts";
import { type CallResult, countEndings, worstOf } from "../model/result.ts";
import type { Config } from "../settings/stream-config.ts";
import { createHandler, type Handler } from "./create-handler.ts";
import { logRecords } from "./log-result.ts";

/** Creates the handler of a trigger: it maps an event to records, delivers them and returns the result. */
export function relay<Event extends TriggerEvent, FunctionConfig>(
  trigger: Trigger<Event, FunctionConfig>,
  effects: Effects,
): Handler {
  const warnOnce = createWarnOnce();
  const warningsAboutSettings = createSettingsWarnings(trigger);
  return createHandler(trigger, effects, async (callContext) => {
    const { call, event, config, functionConfig, invocationId, startedMs, log, clocks } =
      callContext;
    const { newId, sleep } = effects;
    const arrivedMs = call.arrivedMs ?? startedMs;
    const mapped = trigger.map(event, functionConfig, { arrivedMs, invocationId, newId, sleep });
    // A mapping without schemas waits for nothing.
    const mapping = mapped instanceof Promise ? await mapped : mapped;
    const records = mapping.records.map((record) => toStreamRecord(record, config));
    const timeoutMs = Math.min(config.deliveryTimeoutMs, mapping.senderTimeoutMs ?? Infinity);
    const deadlineMs = Math.min(call.deadlineMs ?? Infinity, startedMs + timeoutMs);
    const deliveryContext = { config, invocationId, startedMs, deadlineMs, clocks, effects };
    const { refusedBodies, isUnproved } = mapping;
    const delivery = await deliverOrStore({ records, refusedBodies, isUnproved }, deliveryContext);
    const warnings = [
      ...warningsAboutSettings(functionConfig, config),
      ...(mapping.warnings ?? []),
      ...warningsAboutOrder(records),
      ...warningsAboutLoss(call, config),
      ...warningsAboutRefusals(mapping, delivery, config),
    ];
    warnOnce(log, warnings, mapping.firstWarning);
    const { notes } = mapping;
    logRecords(log, records, { notes, warnings: delivery.warnings, endings: delivery.endings });
    const batchItemFailures = config.sqsPartialBatch
      ? trigger.findBatchItemFailures?.(mapping, delivery)
      : undefined;
    return toCallResult(mapping, delivery, batchItemFailures);
  });
}

/** Lists the warnings about settings when they were parsed. Settings that stayed the same keep their parsed form. */
function createSettingsWarnings<Event extends TriggerEvent, FunctionConfig>(
  trigger: Trigger<Event, FunctionConfig>,
): Trigger<Event, FunctionConfig>["warnings"] {
  let last: object | undefined;
  return (functionConfig, config) => {
    if (config === last) {
      return [];
    }
    last = config;
    return trigger.warnings(functionConfig, config);
  };
}

function warningsAboutOrder(records: readonly StreamRecord[]): readonly string[] {
  return records.some((record) => record.partition === undefined)
    ? [
        "DATASTREAM_PARTITIONS has no count for a topic in use: its partitions are random and a key's " +
          "records lose their order",
      ]
    : [];
}

const noBucket = "DEAD_LETTER_BUCKET is not set: what";

/** NAVER Cloud documents no retry of its triggers, so a failed run loses its event. */
function warningsAboutLoss({ event, isRetried }: Call, config: Config): readonly string[] {
  return event.kind === "http" || isRetried || config.deadLetterBucket !== undefined
    ? []
    : [`${noBucket} this function cannot deliver in time is lost`];
}

/** No sender repeats an event that was refused for good. */
function warningsAboutRefusals(
  { isUnproved = false }: Mapping,
  { endings }: DeliveryResult,
  { deadLetterBucket }: Config,
): readonly string[] {
  const isLost = deadLetterBucket === undefined && !isUnproved;
  return isLost && endings.some(({ kind }) => kind === "refused")
    ? [`${noBucket} is refused for good is in the log only`]
    : [];
}

function toCallResult(
  mapping: Mapping,
  delivery: DeliveryResult,
  batchItemFailures: CallResult["batchItemFailures"],
): CallResult {
  const endings = mapping.endings.concat(delivery.endings);
  return {
    ending: worstOf(endings),
    counts: countEndings(endings),
    ids: mapping.ids ?? [],
    attempts: delivery.attempts,
    uncertain: delivery.uncertain,
    neverSent: delivery.neverSent,
    reply: mapping.reply,
    batchItemFailures,
  };
}

/** Logs each warning once per start, for readers of the first lines of a log. */
function createWarnOnce() {
  const warned = new Set<string>();
  let isFirst = true;
  return (log: Log, warnings: readonly string[], firstWarning?: string): void => {
    for (const warning of warnings.filter((text) => !warned.has(text))) {
      warned.add(warning);
      log.warn(warning);
    }
    if (isFirst && firstWarning !== undefined) {
      isFirst = false;
      log.warn(firstWarning);
    }
  };
}

import { admit, unexpected } from "./admit.ts";
import type { Config } from "./config.ts";
import { partitionOf } from "./data-stream/partition.ts";
import { createProduce } from "./data-stream/produce.ts";
import { type Delivery, deliver } from "./deliver.ts";
import type { Effects } from "./effects.ts";
import type { Call, TriggerEvent } from "./event.ts";
import { createLog, type Log } from "./log.ts";
import { countEndings, endedEarly, type Outcome, type RecordEnding, worstOf } from "./outcome.ts";
import { recordBytes, type StreamRecord } from "./record.ts";
import { logOutcome, logRecords } from "./report.ts";
import type { Mapped, MappedRecord, Trigger, TriggerContext } from "./trigger.ts";

export type Handle = (call: Call) => Promise<Outcome>;

/**
 * The line: check the door, read the settings, map the event to records, deliver them, say how it
 * ended. Never rejects.
 */
export function relay<Event extends TriggerEvent, Settled>(
  trigger: Trigger<Event, Settled>,
  effects: Effects,
): Handle {
  const warnOnce = createWarnOnce();
  return async (call) => {
    const startedMs = effects.now();
    const common = { function: trigger.name, invocationId: call.invocationId };
    const admitted = admit(trigger, call);
    const level = admitted.ok ? admitted.config.logLevel : "info";
    const log = createLog(effects, level, common);
    const run = async (): Promise<Outcome> => {
      if (!admitted.ok) {
        return endedEarly(admitted.ending);
      }
      const { config, settled } = admitted;
      const mapped = trigger.map(admitted.event, settled, toContext(call, startedMs, effects));
      const records = mapped.records.map((record) => toStreamRecord(record, config));
      const timeoutMs = Math.min(config.deliveryTimeoutMs, mapped.answerMsMax ?? Infinity);
      const deadlineMs = Math.min(call.deadlineMs ?? Infinity, startedMs + timeoutMs);
      const delivery = await send(records, { config, deadlineMs, effects });
      warnOnce(log, [...trigger.warnings(settled), ...warningsAbout(records)]);
      logRecords(log, records, { notes: mapped.notes ?? [], endings: delivery.endings });
      return toOutcome(mapped, records, delivery);
    };
    const outcome = await run().catch((error: unknown) => endedEarly(unexpected(error)));
    logOutcome(log, outcome, effects.now() - startedMs);
    return outcome;
  };
}

function toContext(call: Call, arrivedMs: number, { newId }: Effects): TriggerContext {
  return { arrivedMs, invocationId: call.invocationId ?? newId(), newId };
}

function warningsAbout(records: readonly StreamRecord[]): readonly string[] {
  return records.some((record) => record.partition === undefined)
    ? [
        "DATASTREAM_PARTITIONS has no count for a topic in use: its partitions are random and a key's " +
          "records lose their order",
      ]
    : [];
}

function toStreamRecord(record: MappedRecord, config: Config): StreamRecord {
  const topic = record.topic ?? config.topic ?? "";
  const count = config.partitionsOf(topic);
  const fromKey = count === undefined ? undefined : partitionOf(record.key, count);
  return { ...record, topic, partition: record.partition ?? fromKey };
}

type Sending = {
  readonly config: Config;
  readonly deadlineMs: number;
  readonly effects: Effects;
};

/** Delivers what may be sent; a record over the limit is refused before anything is sent. */
async function send(
  records: readonly StreamRecord[],
  { config, deadlineMs, effects }: Sending,
): Promise<Delivery> {
  const fitting = records.filter((record) => recordBytes(record) <= config.messageBytesMax);
  const tooLarge: RecordEnding = {
    kind: "refused",
    code: "RECORD_TOO_LARGE",
    reason: `key and value are over ${config.messageBytesMax} bytes (DATASTREAM_MESSAGE_BYTES_MAX)`,
  };
  const produce = createProduce(config, effects);
  const delivery = await deliver(fitting, { ...config, deadlineMs }, { produce, effects });
  const endingOf = new Map(fitting.map((record, index) => [record, delivery.endings[index]]));
  return { ...delivery, endings: records.map((record) => endingOf.get(record) ?? tooLarge) };
}

function toOutcome(mapped: Mapped, records: readonly StreamRecord[], delivery: Delivery): Outcome {
  const endings = [...mapped.endings, ...delivery.endings];
  return {
    ending: worstOf(endings),
    counts: countEndings(endings),
    ids: records.map(({ id }) => id),
    attempts: delivery.attempts,
    uncertain: delivery.uncertain,
    answerEmpty: mapped.answerEmpty ?? false,
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

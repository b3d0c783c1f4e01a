import { storeMsReserved } from "../delivery/deliver-or-store.ts";
import type { Effects } from "../effects/effects.ts";
import type { CallContext } from "../function/create-handler.ts";
import type { DefaultTopic } from "../model/function-definition.ts";
import type { Message } from "../model/record.ts";
import type { Ending } from "../model/result.ts";
import type { StorageFailure } from "../object-storage/client.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import { createRetryingClient, untilOver } from "../object-storage/retrying-client.ts";
import { toStorageResult } from "../object-storage/storage-failure.ts";
import { createRedriveDeletions } from "./deletions.ts";
import { createRedriveQueue, toPartition } from "./stream.ts";
import { createLines, createPending, createTally } from "./tally.ts";

/** Topics that dead letters may go to (absent: DATASTREAM_TOPIC), and how many objects are read at once. */
export type RedriveSettings = {
  /** DEAD_LETTER_BUCKET. */
  readonly bucket: string;
  readonly topics: readonly string[] | undefined;
  readonly concurrency: number;
};

/** Without REDRIVE_TOPICS dead letters go to DATASTREAM_TOPIC only. */
export function topicsAllowed(
  { topics }: RedriveSettings,
  { topic }: DefaultTopic,
): readonly string[] {
  return topics ?? (topic === undefined ? [] : [topic]);
}

/** With less time than this no further object is begun. */
export const objectMsMin = 2_000;

export type Run = ReturnType<typeof createRun>;

/** What the objects of one run share. */
export function createRun(admittance: CallContext<unknown, RedriveSettings>, effects: Effects) {
  const { call, config, settled, startedMs, clocks, invocationId } = admittance;
  const { bucket, concurrency } = settled;
  const topics = topicsAllowed(settled, config);
  const deadlineMs = Math.min(call.deadlineMs ?? Infinity, startedMs + config.deliveryTimeoutMs);
  const reserved = { deadlineMs: deadlineMs - storeMsReserved };
  const limits = { ...config, ...reserved, takeNext: "shift" as const };
  const patient = createRetryingClient(config, { ...effects, clock: clocks.storage }, deadlineMs);
  const ask = untilOver(patient, deadlineMs, effects.now);
  const tally = createTally();
  const lines = createLines(admittance);
  const pending = createPending();
  const queue = createRedriveQueue(limits, { config, clocks, effects });
  let isStopped = false;
  /** The first of them says it all. */
  const stop = (ending: Ending): void => {
    tally.add(isStopped ? [] : [ending]);
    isStopped = true;
    queue.stop();
  };
  return {
    ...{ bucket, invocationId, startedMs, deadlineMs, concurrency },
    ...{ ask, tally, lines, queue, pending },
    now: effects.now,
    deletions: createRedriveDeletions(ask, bucket, concurrency),
    isAllowed: ({ topic }: Message) => topics.includes(topic),
    repartition: (record: Message) => toPartition(record, config),
    deliver: (record: Message) => pending.during(queue.add(record)),
    hasTime: () => !queue.isOver() && effects.now() + objectMsMin < deadlineMs,
    /** Ends attempts early enough for what has to be written after them. */
    keepFree: (ms: number): void => {
      limits.deadlineMs = Math.min(limits.deadlineMs, deadlineMs - storeMsReserved - ms);
    },
    /** A failure of the bucket ends the run. */
    stop: (failure: StorageFailure) => stop(toStorageResult(failure, "DEAD_LETTER_BUCKET")),
    stopBy: stop,
    /** A single object stays where it is. */
    leave: (object: StoredObject, reason: string): void => {
      lines.object(object, reason);
      const inLog = `${reason} (the log names the object)`;
      tally.add([{ kind: "faulted", code: "DEAD_LETTER_UNREADABLE", reason: inLog }]);
    },
  };
}

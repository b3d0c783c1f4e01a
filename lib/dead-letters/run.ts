import { storeMsReserved } from "../delivery/deliver-or-store.ts";
import type { Effects } from "../effects/effects.ts";
import type { CallContext } from "../function/create-handler.ts";
import type { DefaultTopic } from "../model/function-definition.ts";
import type { Message } from "../model/record.ts";
import { type Ending, fault } from "../model/result.ts";
import type { StorageFailure } from "../object-storage/client.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import { createRetryingClient, untilOver } from "../object-storage/retrying-client.ts";
import { toFaultOrOutage } from "../object-storage/storage-failure.ts";
import { createRedriveDeletions } from "./deletions.ts";
import { createRedriveQueue, toPartition } from "./stream.ts";
import { createLines, createPending, createTally } from "./tally.ts";

/** The bucket, the allowed topics (absent: DATASTREAM_TOPIC), and the number of objects that are read at once. */
export type RedriveSettings = {
  /** DEAD_LETTER_BUCKET. */
  readonly bucket: string;
  readonly topics: readonly string[] | undefined;
  readonly concurrency: number;
};

/** Returns the topics that dead letters may go to: without REDRIVE_TOPICS DATASTREAM_TOPIC only. */
export function topicsAllowed(
  { topics }: RedriveSettings,
  { topic }: DefaultTopic,
): readonly string[] {
  return topics ?? (topic === undefined ? [] : [topic]);
}

/** Time that is needed to begin another object. */
export const objectMsMin = 2_000;

const mebi = 1024 * 1024;
/** A line is parsed into a multiple of its size: at worst some 13 bytes a character, and copies. */
const memoryPerLineChar = 64;
/** Limits of a line in characters: at least, at most, and where the memory is not known. */
const lineChars = { min: 2 * mebi, max: 16 * mebi, unknown: 4 * mebi };

/** Returns the limit of a line in characters. A line over it would end the process at every run. */
function toLineCharsMax({ memoryBytes }: Effects): number {
  const bytes = memoryBytes?.() || lineChars.unknown * memoryPerLineChar;
  return Math.min(lineChars.max, Math.max(lineChars.min, Math.floor(bytes / memoryPerLineChar)));
}

export type Run = ReturnType<typeof createRun>;

/** Creates the state that all objects of one run share. */
export function createRun(context: CallContext<unknown, RedriveSettings>, effects: Effects) {
  const { call, config, functionConfig, startedMs, clocks, invocationId } = context;
  const { bucket, concurrency } = functionConfig;
  const topics = topicsAllowed(functionConfig, config);
  const deadlineMs = Math.min(call.deadlineMs ?? Infinity, startedMs + config.deliveryTimeoutMs);
  const reserved = { deadlineMs: deadlineMs - storeMsReserved };
  const limits = { ...config, ...reserved, takeNext: "shift" as const };
  const retryingClient = createRetryingClient(
    config,
    { ...effects, clock: clocks.storage },
    deadlineMs,
  );
  const client = untilOver(retryingClient, deadlineMs, effects.now);
  const tally = createTally();
  const lines = createLines(context);
  const pending = createPending();
  const queue = createRedriveQueue(limits, { config, clocks, effects });
  let isStopped = false;
  /** Ends the run. Only the first ending counts. */
  const stop = (ending: Ending): void => {
    tally.add(isStopped ? [] : [ending]);
    isStopped = true;
    queue.stop();
  };
  return {
    ...{ bucket, invocationId, startedMs, deadlineMs, concurrency },
    ...{ client, tally, lines, queue, pending },
    lineCharsMax: toLineCharsMax(effects),
    now: effects.now,
    deletions: createRedriveDeletions(client, bucket, concurrency),
    isAllowed: ({ topic }: Message) => topics.includes(topic),
    repartition: (record: Message) => toPartition(record, config),
    deliver: (record: Message) =>
      pending.during(queue.add(record), record.key.length + record.value.length),
    hasTime: () => !queue.isOver() && effects.now() + objectMsMin < deadlineMs,
    /** Ends attempts early enough to leave time for writing. */
    keepFree: (ms: number): void => {
      limits.deadlineMs = Math.min(limits.deadlineMs, deadlineMs - storeMsReserved - ms);
    },
    /** Ends the run because of a failure of the bucket. */
    stop: (failure: StorageFailure) => stop(toFaultOrOutage(failure, "DEAD_LETTER_BUCKET")),
    stopBy: stop,
    /** Leaves a single object in the bucket. */
    leave: (object: StoredObject, reason: string): void => {
      lines.object(object, reason);
      tally.add([fault("DEAD_LETTER_UNREADABLE", `${reason} (the log names the object)`)]);
    },
  };
}

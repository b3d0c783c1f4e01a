import type { StreamRecord } from "../model/record.ts";
import { isFailure, notAttempted, type RecordResult } from "../model/result.ts";
import {
  type AttemptContext,
  type CallState,
  createCall,
  type DeliveryLimits,
  deliverOne,
} from "./deliver-one.ts";
import { acquireSlot, releaseSlot } from "./priority-semaphore.ts";
import { stopGate } from "./throttle-gate.ts";

/** The endings of all records, and the attempts that they took. */
export type DeliveryResult = {
  /** One ending for each record, in the order of the records. */
  readonly endings: readonly RecordResult[];
  readonly attempts: number;
  /** Attempts that were sent and have an unknown outcome. */
  readonly uncertain: number;
  /** Attempts that failed before a byte was sent. */
  readonly neverSent: number;
  /** Texts for the log about records that were stored. */
  readonly warnings?: readonly string[];
};

/** Records of one group, or else with the same topic and key, are delivered one after the other. */
export type RecordKey = Pick<StreamRecord, "topic" | "key" | "group">;

/**
 * Produces every record at least once, or says which were not. Records with the same key go one after the other, in
 * order. Different keys go in parallel, the key with the most records left first. Never rejects.
 */
export async function deliverInOrder<R extends RecordKey>(
  records: readonly R[],
  limits: DeliveryLimits,
  context: AttemptContext<R>,
): Promise<DeliveryResult> {
  const call = createCall(records.length, limits, context);
  const only = records[0];
  const endings =
    only !== undefined && records.length === 1 && context.shared === undefined
      ? [await deliverOne(only, 1, call)]
      : await deliverQueues(records, call);
  const { attempts, uncertain, neverSent } = call.tally;
  return { endings, attempts, uncertain, neverSent };
}

async function deliverQueues<R extends RecordKey>(
  records: readonly R[],
  call: CallState<R>,
): Promise<readonly RecordResult[]> {
  const endings: RecordResult[] = records.map(() => notAttempted);
  const isSetAside = call.limits.deadLetterBucket !== undefined;
  /** Tells whether an ending stops the records of its key. A fault concerns every record and stops the call. */
  const isStopping = (ending: RecordResult, { group }: R): boolean => {
    if (ending.kind === "faulted") {
      stopGate(call.gate);
    }
    return isFailure(ending) || (ending.kind === "refused" && group !== undefined && !isSetAside);
  };
  const runKeyQueue = async (indexes: number[]): Promise<void> => {
    await acquireSlot(call.semaphore, indexes.length);
    let index = indexes.shift();
    while (index !== undefined) {
      const record = records[index] as R;
      const ending = await deliverOne(record, indexes.length + 1, call);
      endings[index] = ending;
      index = isStopping(ending, record) ? undefined : indexes.shift();
    }
    releaseSlot(call.semaphore);
  };
  await Promise.all(toKeyQueues(records).map(runKeyQueue));
  return endings;
}

/** Makes one queue of indexes for each topic and key, the longest first. */
function toKeyQueues(records: readonly RecordKey[]): readonly number[][] {
  const keyQueues = new Map<string, number[]>();
  records.forEach((record, index) => {
    const name = keyQueueNameOf(record);
    const keyQueue = keyQueues.get(name);
    if (keyQueue === undefined) {
      keyQueues.set(name, [index]);
    } else {
      keyQueue.push(index);
    }
  });
  return [...keyQueues.values()].sort((a, b) => b.length - a.length);
}

/** Names the queue of a record. A topic's name contains no space and is not empty. */
export function keyQueueNameOf({ topic, key, group }: RecordKey): string {
  return group === undefined ? `${topic} ${key}` : ` ${group}`;
}

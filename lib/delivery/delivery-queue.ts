import { notAttempted, type RecordResult, unexpected } from "../model/result.ts";
import {
  type AttemptContext,
  createCall,
  type DeliveryLimits,
  deliverOne,
  keyQueueNameOf,
  type RecordKey,
} from "./deliver-in-order.ts";

/** What else must not be tried after a record has ended: nothing, its key, its topic, or anything at all. */
export type FailureScope = "record" | "key" | "topic" | "run";

/** Delivery of records that come while it runs, within the same order and limits. */
export type DeliveryQueue<R> = {
  /** The records of a key go out in the order in which they are added. Never rejects. */
  readonly add: (record: R) => Promise<RecordResult>;
  readonly stop: () => void;
  /** Whether no attempt is made any more: it was stopped, or the time is over. */
  readonly isOver: () => boolean;
  readonly tally: ReturnType<typeof createCall>["tally"];
};

type Item<R> = { readonly record: R; readonly end: (ending: RecordResult) => void };

/** Keys that are left out after a failure; with more of them the run is stopped. */
const blockedMax = 10_000;

export function createDeliveryQueue<R extends RecordKey>(
  limits: DeliveryLimits,
  context: AttemptContext<R>,
  scopeOf: (ending: RecordResult) => FailureScope,
): DeliveryQueue<R> {
  const call = createCall(0, limits, context);
  const queues = new Map<string, Item<R>[]>();
  /** Topics, and lanes, whose names differ by a space. */
  const blocked = new Set<string>();
  const block = (ending: RecordResult, record: R): void => {
    const scope = scopeOf(ending);
    if (scope !== "record") {
      blocked.add(scope === "topic" ? record.topic : keyQueueNameOf(record));
    }
    if (scope === "run" || blocked.size > blockedMax) {
      call.stop();
    }
  };
  const isBlocked = (record: R) => blocked.has(record.topic) || blocked.has(keyQueueNameOf(record));
  const runKeyQueue = async (name: string, queue: Item<R>[]): Promise<void> => {
    await call.semaphore.acquire(queue.length);
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const { record, end } = item;
      const left = queue.length + 1;
      await call.semaphore.yieldTo(left);
      const ending = isBlocked(record)
        ? notAttempted
        : await deliverOne(record, left, call).catch(unexpected);
      block(ending, record);
      end(ending);
    }
    queues.delete(name);
    call.semaphore.release();
  };
  return {
    ...{ stop: call.stop, isOver: call.isOver, tally: call.tally },
    add: (record) =>
      new Promise((end) => {
        call.addRecord();
        const name = keyQueueNameOf(record);
        const queue = queues.get(name);
        if (queue === undefined) {
          const created = [{ record, end }];
          queues.set(name, created);
          void runKeyQueue(name, created);
        } else {
          queue.push({ record, end });
        }
      }),
  };
}

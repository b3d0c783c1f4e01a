import { notAttempted, type RecordResult } from "../model/result.ts";
import { keyQueueNameOf, type RecordKey } from "./deliver-in-order.ts";
import {
  type AttemptContext,
  addAttempts,
  type CallState,
  createCall,
  type DeliveryLimits,
  deliverOne,
} from "./deliver-one.ts";
import { acquireSlot, releaseSlot, yieldSlot } from "./priority-semaphore.ts";
import { stopGate, timeForAttempt } from "./throttle-gate.ts";

/** Scope of a failure: no other record, those of the same key, those of the same topic, or all of the run. */
export type FailureScope = "record" | "key" | "topic" | "run";

/** Delivers records that are added while it runs, with the same order and limits as `deliverInOrder`. */
export type DeliveryQueue<R> = {
  /** Delivers a record. The records of a key are sent in the order of adding. Never rejects. */
  readonly add: (record: R) => Promise<RecordResult>;
  readonly stop: () => void;
  /** Tells whether no more attempts are made: the queue was stopped, or the time is over. */
  readonly isOver: () => boolean;
  readonly tally: CallState<R>["tally"];
};

type Item<R> = { readonly record: R; readonly end: (ending: RecordResult) => void };

/** Limit of keys that are skipped after a failure. More of them stop the run. */
const blockedMax = 10_000;

/** Creates a queue. `scopeOf` says how far the failure of a record reaches. */
export function createDeliveryQueue<R extends RecordKey>(
  limits: DeliveryLimits,
  context: AttemptContext<R>,
  scopeOf: (ending: RecordResult) => FailureScope,
): DeliveryQueue<R> {
  const call = createCall(0, limits, context);
  const { semaphore, gate, tally } = call;
  const queues = new Map<string, Item<R>[]>();
  /** Topics and key queues. Only the name of a key queue contains a space. */
  const blocked = new Set<string>();
  const block = (ending: RecordResult, record: R): void => {
    const scope = scopeOf(ending);
    if (scope !== "record") {
      blocked.add(scope === "topic" ? record.topic : keyQueueNameOf(record));
    }
    if (scope === "run" || blocked.size > blockedMax) {
      stopGate(gate);
    }
  };
  const isBlocked = (record: R) => blocked.has(record.topic) || blocked.has(keyQueueNameOf(record));
  const runKeyQueue = async (name: string, queue: Item<R>[]): Promise<void> => {
    await acquireSlot(semaphore, queue.length);
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const { record, end } = item;
      const left = queue.length + 1;
      await yieldSlot(semaphore, left);
      const ending = isBlocked(record) ? notAttempted : await deliverOne(record, left, call);
      block(ending, record);
      end(ending);
    }
    queues.delete(name);
    releaseSlot(semaphore);
  };
  return {
    stop: () => stopGate(gate),
    isOver: () => timeForAttempt(gate) === 0,
    tally,
    add: (record) =>
      new Promise((end) => {
        addAttempts(call);
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

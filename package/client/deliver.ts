import { createProduce } from "../../lib/data-stream/produce.ts";
import { keyQueueNameOf } from "../../lib/delivery/deliver-in-order.ts";
import { type CallState, createCall, deliverOne } from "../../lib/delivery/deliver-one.ts";
import {
  acquireSlot,
  createPrioritySemaphore,
  releaseSlot,
} from "../../lib/delivery/priority-semaphore.ts";
import { stopGate } from "../../lib/delivery/throttle-gate.ts";
import type { Effects } from "../../lib/effects/effects.ts";
import type { KeyPair } from "../../lib/model/key-pair.ts";
import { isFailure, notAttempted, type RecordResult } from "../../lib/model/result.ts";
import type { SigningClock } from "../../lib/signing/clock-skew.ts";
import type { ClientConfig } from "./options.ts";
import type { ClientMessage } from "./records.ts";

/** Everything of a client's surroundings that is not deterministic. */
export type ClientEffects = Pick<Effects, "now" | "sleep" | "random" | "transport"> & {
  /** Runs a function after a time in milliseconds, unless the returned function is called before. */
  readonly schedule: (run: () => void, ms: number) => () => void;
};

/** Delivers the records of one call until an instant in epoch milliseconds. Never rejects. */
export type Deliver = (
  messages: readonly ClientMessage[],
  deadlineMs: number,
) => Promise<readonly RecordResult[]>;

/** Defaults of DATASTREAM_CONCURRENCY, DATASTREAM_ATTEMPTS_MAX and ATTEMPT_TIMEOUT_MS. */
const limits = { concurrency: 16, attemptsMax: 5, attemptTimeoutMs: 3_000 };

/** A record on its way, with what it shares with the other records of its call. */
type Item = {
  readonly message: ClientMessage;
  readonly call: CallState<Item>;
  /** Key queues of the call in which a record has failed. */
  readonly failed: Set<string>;
  readonly end: (result: RecordResult) => void;
  /** Verdict of the newest attempt. */
  last: RecordResult;
  isEnded: boolean;
};

type Account = Pick<ClientConfig, "endpoint" | "acknowledgement"> & { readonly keys: KeyPair };

/** Creates the delivery of a client. Its calls share slots, pauses and the order of each key. */
export function createDeliver(
  account: Account,
  effects: ClientEffects,
  createClock: () => SigningClock,
): Deliver {
  const semaphore = createPrioritySemaphore(limits.concurrency, "shift");
  const shared = { semaphore, pause: { untilMs: 0, ms: 0 } };
  const addToQueue = createKeyQueues();
  return async (messages, deadlineMs) => {
    const attempt = createProduce(account, { ...effects, clock: createClock() });
    const produce = async (item: Item, timeoutMs: number) => {
      const result = await attempt(item.message, timeoutMs);
      item.last = result.verdict;
      return result;
    };
    const context = { produce, effects, shared };
    const call = createCall(messages.length, { ...limits, deadlineMs }, context);
    const failed = new Set<string>();
    const items: Item[] = [];
    const results = messages.map(
      (message) =>
        new Promise<RecordResult>((end) => {
          items.push({ message, call, failed, end, last: notAttempted, isEnded: false });
        }),
    );
    items.forEach(addToQueue);
    // A record may still wait behind those of other calls. No attempt of this call runs at its deadline.
    const endAll = () => {
      for (const item of items) {
        endItem(item, item.last);
      }
    };
    const cancel = effects.schedule(endAll, Math.max(0, deadlineMs - effects.now()));
    return Promise.all(results).finally(cancel);
  };
}

function endItem(item: Item, result: RecordResult): void {
  item.isEnded = true;
  item.end(result);
}

/** Creates the queues of records with the same topic and key, whatever calls they came with. */
function createKeyQueues(): (item: Item) => void {
  const tails = new Map<string, Promise<void>>();
  return (item) => {
    const name = keyQueueNameOf(item.message);
    const ended = Promise.resolve(tails.get(name)).then(() => deliverItem(item, name));
    tails.set(name, ended);
    void ended.then(() => {
      if (tails.get(name) === ended) {
        tails.delete(name);
      }
    });
  };
}

/** The calls of a client take turns, record by record, so that a long one does not hold up the others. */
const equalPriority = 1;

async function deliverItem(item: Item, name: string): Promise<void> {
  const { call, failed } = item;
  await acquireSlot(call.semaphore, equalPriority);
  if (!item.isEnded) {
    const result = failed.has(name) ? notAttempted : await deliverOne(item, equalPriority, call);
    // A fault concerns every record and stops the call. Any other failure stops the records of its key.
    if (result.kind === "faulted") {
      stopGate(call.gate);
    }
    if (isFailure(result)) {
      failed.add(name);
    }
    endItem(item, result);
  }
  releaseSlot(call.semaphore);
}

import type { Message, Producer } from "kafkajs";
import type { Queue } from "../../http/queue.ts";
import { createQueue } from "../../http/queue.ts";
import type { Refusal } from "../produce/call.ts";
import type { Keep } from "../storage/memory-storage.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import { bytesOf } from "../storage/record-log.ts";
import type { NewRecord } from "../topics/topics.ts";
import { partitionName } from "../topics/topics.ts";
import { notTaken, toRefusal } from "./kafka-refusal.ts";

type Waiting = {
  readonly record: NewRecord;
  readonly bytes: number;
  readonly settle: (ending: TopicRecord | Refusal | Promise<TopicRecord | Refusal>) => void;
  timer: NodeJS.Timeout | undefined;
  isAnswered: boolean;
};

type Lane = {
  readonly topic: string;
  readonly partition: number;
  readonly waiting: Queue<Waiting>;
  isSending: boolean;
};

/** How long one request to a broker may take, and what the brokers are given to reach all replicas. */
export const requestMsMax = 5_000;
/** After this long, waiting included, the caller is told that Kafka has not acknowledged. */
const answerMsMax = 8_000;
/** A batch that is not over by now never is: the lane goes on without it. All its callers were answered. */
const sendMsMax = 30_000;
const batchRecordsMax = 500;
/** A broker takes some 1 MB in one batch by default; a larger message goes alone. */
const batchBytesMax = 900_000;
const waitingRecordsMax = 1_000;
const waitingBytesMax = 64 * 1024 * 1024;

type Parts = {
  readonly producer: Producer;
  readonly toHeaders: (value: string) => Readonly<Record<string, string>>;
  readonly keep: Keep;
  readonly log: (line: string) => void;
};

/**
 * Each partition has a lane in which one batch is under way at a time, so that Kafka has a partition's
 * messages in the order of the stand-in's offsets.
 */
export function createLanes({ producer, toHeaders, keep, log }: Parts): Keep {
  const lanes = new Map<string, Lane>();
  const total = { records: 0, bytes: 0 };

  const answer = (one: Waiting, ending: Parameters<Waiting["settle"]>[0]): void => {
    clearTimeout(one.timer);
    one.isAnswered = true;
    one.settle(ending);
  };
  const leave = (one: Waiting): void => {
    total.records -= 1;
    total.bytes -= one.bytes;
  };
  const send = async ({ topic, partition }: Lane, batch: readonly Waiting[]) => {
    const messages = batch.map(({ record }) => toMessage(record, toHeaders(record.value)));
    try {
      const sent = producer.send({ topic, acks: -1, timeout: requestMsMax, messages });
      const results = await within(sendMsMax, sent);
      // A partition that kafkajs does not know is left out of what it sends, and no error says so.
      const [result] = results;
      const isConfirmed =
        results.length === 1 && result?.partition === partition && result.errorCode === 0;
      return isConfirmed ? undefined : notTaken("it did not confirm the partition");
    } catch (error) {
      return toRefusal(error);
    }
  };
  const settle = (lane: Lane, batch: readonly Waiting[], refused: Refusal | undefined): void => {
    batch.forEach(leave);
    const late = batch.filter(({ isAnswered }) => isAnswered).length;
    for (const one of batch.filter(({ isAnswered }) => !isAnswered)) {
      answer(one, refused ?? keep(one.record));
    }
    if (late > 0 && refused === undefined) {
      log(`Kafka took ${late} messages of ${lane.topic} after their callers were answered 503`);
    }
  };
  /** Kafka bounds a batch, and takes nothing of one that is too large: each of its messages may fit. */
  const deliver = async (lane: Lane, given: readonly Waiting[]): Promise<void> => {
    const batch = given.filter(({ isAnswered }) => !isAnswered);
    given.filter(({ isAnswered }) => isAnswered).forEach(leave);
    const refused = batch.length === 0 ? undefined : await send(lane, batch);
    if (refused?.answer.status === 413 && batch.length > 1) {
      const middle = batch.length >> 1;
      await deliver(lane, batch.slice(0, middle));
      await deliver(lane, batch.slice(middle));
    } else {
      settle(lane, batch, refused);
    }
  };
  const work = async (lane: Lane): Promise<void> => {
    lane.isSending = true;
    for (let batch = takeBatch(lane); batch.length > 0; batch = takeBatch(lane)) {
      await deliver(lane, batch);
    }
    lane.isSending = false;
  };
  /** Messages that were answered while they waited are never sent. */
  const takeBatch = ({ waiting }: Lane): readonly Waiting[] => {
    const batch: Waiting[] = [];
    let bytes = 0;
    for (let one = waiting.first(); one !== undefined; one = waiting.first()) {
      if (isFull(batch, bytes + one.bytes)) {
        break;
      }
      waiting.shift();
      if (one.isAnswered) {
        leave(one);
      } else {
        batch.push(one);
        bytes += one.bytes;
      }
    }
    return batch;
  };
  return (record) => {
    const bytes = bytesOf(record);
    if (total.records >= waitingRecordsMax || total.bytes + bytes > waitingBytesMax) {
      return notTaken(`${total.records} messages wait for it already`);
    }
    return new Promise((settle) => {
      const one: Waiting = { record, bytes, settle, timer: undefined, isAnswered: false };
      one.timer = setTimeout(
        () => answer(one, notTaken(`it did not acknowledge within ${answerMsMax} ms`)),
        answerMsMax,
      );
      total.records += 1;
      total.bytes += bytes;
      const lane = laneOf(lanes, record);
      lane.waiting.push(one);
      if (!lane.isSending) {
        void work(lane);
      }
    });
  };
}

function within<Value>(msMax: number, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no end within ${msMax} ms`)), msMax);
    void promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Never before it holds one: a message larger than a batch goes alone. */
function isFull(batch: readonly Waiting[], bytes: number): boolean {
  return batch.length === batchRecordsMax || (batch.length > 0 && bytes > batchBytesMax);
}

function laneOf(lanes: Map<string, Lane>, { topic, partition }: NewRecord): Lane {
  const name = partitionName({ topic, partition });
  const lane = lanes.get(name) ?? {
    ...{ topic, partition, isSending: false },
    waiting: createQueue<Waiting>(),
  };
  lanes.set(name, lane);
  return lane;
}

function toMessage(record: NewRecord, headers: Readonly<Record<string, string>>): Message {
  const { partition, key, value, timestamp } = record;
  return {
    partition,
    key: Buffer.from(key),
    value: Buffer.from(value),
    timestamp: String(timestamp),
    headers: { ...headers },
  };
}

import type { Message, Producer } from "kafkajs";
import type { Queue } from "../../http/queue.ts";
import { createQueue } from "../../http/queue.ts";
import type { ApiRefusal } from "../produce/gateway-request.ts";
import type { RecordWriter } from "../storage/memory-storage.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import { recordBytes } from "../storage/record-log.ts";
import type { NewRecord } from "../topics/topics.ts";
import { partitionName } from "../topics/topics.ts";
import { notAcknowledged, toKafkaRefusal } from "./kafka-refusal.ts";

type WaitingMessage = {
  readonly record: NewRecord;
  readonly bytes: number;
  readonly settle: (ending: TopicRecord | ApiRefusal | Promise<TopicRecord | ApiRefusal>) => void;
  timer: NodeJS.Timeout | undefined;
  isSettled: boolean;
};

type PartitionQueue = {
  readonly topic: string;
  readonly partition: number;
  readonly waiting: Queue<WaitingMessage>;
  isSending: boolean;
};

/** The time limit of one request to a broker, and the brokers' own limit to reach all replicas. */
export const requestMsMax = 5_000;
/** After this time, waiting included, the caller is told that Kafka has not acknowledged. */
const responseMsMax = 8_000;
/**
 * A batch that takes longer than this never ends, so the queue goes on without it. All its callers have had their
 * response.
 */
const sendMsMax = 30_000;
const batchRecordsMax = 500;
/** A broker takes about 1 MB in one batch by default. A larger message is sent alone. */
const batchBytesMax = 900_000;
const waitingRecordsMax = 1_000;
const waitingBytesMax = 64 * 1024 * 1024;

type QueueDependencies = {
  readonly producer: Producer;
  readonly toHeaders: (value: string) => Readonly<Record<string, string>>;
  readonly write: RecordWriter;
  readonly log: (line: string) => void;
};

/**
 * Creates a writer that acknowledges a record only after Kafka has. Each partition has a queue with one batch in
 * flight, so that Kafka has the messages in the order of the emulator's offsets.
 */
export function createPartitionQueues({
  producer,
  toHeaders,
  write,
  log,
}: QueueDependencies): RecordWriter {
  const queues = new Map<string, PartitionQueue>();
  const total = { records: 0, bytes: 0 };

  const respond = (one: WaitingMessage, ending: Parameters<WaitingMessage["settle"]>[0]): void => {
    clearTimeout(one.timer);
    one.isSettled = true;
    one.settle(ending);
  };
  const leave = (one: WaitingMessage): void => {
    total.records -= 1;
    total.bytes -= one.bytes;
  };
  const send = async ({ topic, partition }: PartitionQueue, batch: readonly WaitingMessage[]) => {
    if (batch.length === 0) {
      return undefined;
    }
    const messages = batch.map(({ record }) => toMessage(record, toHeaders(record.value)));
    try {
      const sent = producer.send({ topic, acks: -1, timeout: requestMsMax, messages });
      const results = await within(sendMsMax, sent);
      // kafkajs leaves out a partition that it does not know, and reports no error.
      const [result] = results;
      const isConfirmed =
        results.length === 1 && result?.partition === partition && result.errorCode === 0;
      return isConfirmed ? undefined : notAcknowledged("it did not confirm the partition");
    } catch (error) {
      return toKafkaRefusal(error);
    }
  };
  const settle = (
    queue: PartitionQueue,
    batch: readonly WaitingMessage[],
    refused: ApiRefusal | undefined,
  ): void => {
    batch.forEach(leave);
    const late = batch.filter(({ isSettled }) => isSettled).length;
    for (const one of batch.filter(({ isSettled }) => !isSettled)) {
      respond(one, refused ?? write(one.record));
    }
    if (late > 0 && refused === undefined) {
      log(`Kafka took ${late} messages of ${queue.topic} after their callers got 503`);
    }
  };
  /** Sends a batch. If Kafka refuses it as too large, each half is sent alone: the single messages may fit. */
  const deliver = async (
    queue: PartitionQueue,
    given: readonly WaitingMessage[],
  ): Promise<void> => {
    const batch = given.filter(({ isSettled }) => !isSettled);
    given.filter(({ isSettled }) => isSettled).forEach(leave);
    const refused = await send(queue, batch);
    if (refused?.response.status === 413 && batch.length > 1) {
      const middle = batch.length >> 1;
      await deliver(queue, batch.slice(0, middle));
      await deliver(queue, batch.slice(middle));
    } else {
      settle(queue, batch, refused);
    }
  };
  const work = async (queue: PartitionQueue): Promise<void> => {
    queue.isSending = true;
    for (let batch = takeBatch(queue); batch.length > 0; batch = takeBatch(queue)) {
      await deliver(queue, batch);
    }
    queue.isSending = false;
  };
  /** Takes the next batch. Messages whose callers already have a response are never sent. */
  const takeBatch = ({ waiting }: PartitionQueue): readonly WaitingMessage[] => {
    const batch: WaitingMessage[] = [];
    let bytes = 0;
    for (let one = waiting.first(); one !== undefined; one = waiting.first()) {
      if (isFull(batch, bytes + one.bytes)) {
        break;
      }
      waiting.shift();
      if (one.isSettled) {
        leave(one);
      } else {
        batch.push(one);
        bytes += one.bytes;
      }
    }
    return batch;
  };
  return (record) => {
    const bytes = recordBytes(record);
    if (total.records >= waitingRecordsMax || total.bytes + bytes > waitingBytesMax) {
      return notAcknowledged(`${total.records} messages wait for it already`);
    }
    return new Promise((settle) => {
      const one: WaitingMessage = { record, bytes, settle, timer: undefined, isSettled: false };
      one.timer = setTimeout(
        () => respond(one, notAcknowledged(`it did not acknowledge within ${responseMsMax} ms`)),
        responseMsMax,
      );
      total.records += 1;
      total.bytes += bytes;
      const queue = queueOf(queues, record);
      queue.waiting.push(one);
      if (!queue.isSending) {
        void work(queue);
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

/** Says whether the batch is full. An empty batch never is: a message larger than a batch is sent alone. */
function isFull(batch: readonly WaitingMessage[], bytes: number): boolean {
  return batch.length === batchRecordsMax || (batch.length > 0 && bytes > batchBytesMax);
}

function queueOf(
  queues: Map<string, PartitionQueue>,
  { topic, partition }: NewRecord,
): PartitionQueue {
  const name = partitionName({ topic, partition });
  const queue = queues.get(name) ?? {
    ...{ topic, partition, isSending: false },
    waiting: createQueue<WaitingMessage>(),
  };
  queues.set(name, queue);
  return queue;
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

import { partitionOf } from "../data-stream/partition.ts";
import type { ProduceResult } from "../data-stream/produce.ts";
import type { DeliveryLimits } from "../delivery/deliver-one.ts";
import { createSizedDelivery, type DeliveryContext } from "../delivery/deliver-or-store.ts";
import {
  createDeliveryQueue,
  type DeliveryQueue,
  type FailureScope,
} from "../delivery/delivery-queue.ts";
import { createFitMessage, readTextParts } from "../delivery/fit-message.ts";
import type { Message } from "../model/record.ts";
import { type Fault, type Outage, outage, type RecordResult } from "../model/result.ts";
import type { Config } from "../settings/stream-config.ts";

/** Consecutive refusals by something other than the API that end the run, because they do not concern single records. */
const foreignRefusalsMax = 3;

/** Creates the queue that delivers dead letters. */
export function createRedriveQueue(
  limits: DeliveryLimits,
  delivery: Pick<DeliveryContext, "config" | "clocks" | "effects">,
): DeliveryQueue<Message> {
  const { config, effects } = delivery;
  const { produce } = createSizedDelivery(createFitMessage(readTextParts, config), delivery);
  const context = { produce: withOtherPartition(produce, config), effects };
  return createDeliveryQueue(limits, context, createScopes());
}

/** Creates a function that returns the scope of an ending. An acknowledgement ends a row of foreign refusals. */
export function createScopes(): (ending: RecordResult) => FailureScope {
  let foreign = 0;
  const scopeOfOutage = ({ code }: Outage): FailureScope => {
    foreign += code === "STREAM_FOREIGN_REFUSAL" ? 1 : foreignRefusalsMax;
    return foreign < foreignRefusalsMax ? "key" : "run";
  };
  return (ending) => {
    switch (ending.kind) {
      case "delivered":
        foreign = 0;
        return "record";
      case "refused":
        return "record";
      case "faulted":
        return isOfTopic(ending) ? "topic" : "run";
      case "unavailable":
        return scopeOfOutage(ending);
      default:
        return "key";
    }
  };
}

function isOfTopic({ code, lacksPartition = false }: Fault): boolean {
  return code === "STREAM_NOT_FOUND" || lacksPartition;
}

/** Keeps a fixed partition that the topic has, and chooses any other from the key. */
export function toPartition(record: Message, { partitionsOf }: Config): Message {
  const { topic, key, partition } = record;
  const count = partitionsOf(topic);
  const isFixed = partition !== undefined && partition < (count ?? Infinity);
  return { ...record, partition: isFixed ? partition : partitionOf(key, count), isFixed };
}

type Produce = (record: Message, timeoutMs: number) => Promise<ProduceResult>;

/** Verdict of an attempt that was followed by no other, for lack of time. */
const noPartition = outage(
  "STREAM_UNAVAILABLE",
  "the topic has no such partition, and no time is left for another",
);

/** Repeats an attempt to a missing fixed partition with the partition of the key, or without one. */
function withOtherPartition(produce: Produce, { partitionsOf }: Config): Produce {
  const moved = new WeakMap<Message, Message>();
  return async (record, timeoutMs) => {
    const given = moved.get(record) ?? record;
    const result = await produce(given, timeoutMs);
    const { verdict } = result;
    const isMissing = verdict.kind === "faulted" && verdict.lacksPartition === true;
    if (given.isFixed !== true || !isMissing) {
      return result;
    }
    const partition = partitionOf(record.key, partitionsOf(record.topic));
    moved.set(record, { ...record, partition, isFixed: false });
    return { ...result, verdict: noPartition, freeRetry: "otherPartition" };
  };
}

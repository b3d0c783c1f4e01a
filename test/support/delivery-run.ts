import { createProduce } from "../../lib/data-stream/produce.ts";
import { deliverInOrder } from "../../lib/delivery/deliver-in-order.ts";
import type { DeliveryLimits } from "../../lib/delivery/deliver-one.ts";
import { createKeyPair } from "../../lib/model/key-pair.ts";
import { createHarness, messageOf, type Script, startMs } from "./harness.ts";
import { hear } from "./spoken.ts";

const keys = createKeyPair("access", "secret");

/** Makes one record for each letter. The letter is its key, and the letter with its index is its value. */
export function recordsWithKeys(letters: string, topic = "orders") {
  return [...letters].map((key, index) => {
    const value = `${key}${index}`;
    return { topic, partition: 0, key, value, id: value };
  });
}

/** Delivers with the product's own produce to a scripted stream. */
export function createDelivery(transport: Script, limits: Partial<DeliveryLimits> = {}) {
  const harness = createHarness({ transport });
  const produce = createProduce(
    { endpoint: "https://stream.example", keys, acknowledgement: "documented" },
    { ...harness.effects, clock: harness.clock },
  );
  const all = {
    deadlineMs: startMs + 60_000,
    attemptsMax: 5,
    attemptTimeoutMs: 3_000,
    concurrency: 16,
    ...limits,
  };
  return {
    ...harness,
    values: () => harness.requests.map((request) => messageOf(request).value),
    run: async (records: string | ReturnType<typeof recordsWithKeys>) => {
      const list = typeof records === "string" ? recordsWithKeys(records) : records;
      const delivery = await deliverInOrder(list, all, { produce, effects: harness.effects });
      hear(delivery);
      return { ...delivery, kinds: delivery.endings.map(({ kind }) => kind) };
    },
  };
}

// The load of signed webhooks: each key has a sender that repeats a delivery until it is acknowledged.
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createPool, type Host } from "./host.ts";
import { isOver, keysCount, random, rate, secrets, toStreamSettings } from "./options.ts";

type Delivery = { readonly key: string; readonly seq: number; readonly id: string };

/** Everything that is known of one message from its calls. */
export type SentMessage = Delivery & {
  calls: number;
  acknowledged: boolean;
  delivered: number;
  uncertain: number;
};
export type WebhookLoad = Awaited<ReturnType<typeof loadWebhooks>>;

const resendMs = 500;
const replyLostChance = 0.01;

/** Sends until the time is over. Returns all messages by id, and counts of their calls. */
export async function loadWebhooks(hosts: readonly Host[], endpoint: string) {
  const pool = createPool(hosts);
  const known = new Map<string, SentMessage>();
  const counts = { calls: 0, delivered: 0, failed: 0, repliesLost: 0, attempts: 0, uncertain: 0 };
  const callMs: number[] = [];

  /** Returns true if the sender learned that its event is safe. */
  async function call(message: SentMessage): Promise<boolean> {
    message.calls += 1;
    const host = await pool.take();
    const activationId = `${message.id}-${message.calls}`;
    const { reply, ended } = await host.run(activationId, toParameters(message, endpoint));
    pool.giveBack(host);
    counts.calls += 1;
    counts.attempts += ended.attempts;
    counts.uncertain += ended.uncertain;
    callMs.push(ended.ms);
    message.uncertain += ended.uncertain;
    if (reply.statusCode !== 200) {
      counts.failed += 1;
      return false;
    }
    message.delivered += 1;
    counts.delivered += 1;
    const isLost = random() < replyLostChance;
    counts.repliesLost += isLost ? 1 : 0;
    return !isLost;
  }

  /** Sends as a sender does: 200 ends a delivery, anything else repeats it, and a key keeps its order. */
  async function send(key: string, index: number): Promise<void> {
    const everyMs = (1_000 * keysCount) / rate;
    await sleep((everyMs * index) / keysCount);
    for (let [seq, nextMs] = [1, Date.now()]; !isOver(); seq += 1) {
      const delivery = { key, seq, id: `${key}-${seq}` };
      const message = { ...delivery, calls: 0, acknowledged: false, delivered: 0, uncertain: 0 };
      known.set(message.id, message);
      while (!(await call(message))) {
        await sleep(resendMs * random());
      }
      message.acknowledged = true;
      nextMs = Math.max(nextMs + everyMs, Date.now());
      await sleep(nextMs - Date.now());
    }
  }

  await Promise.all(Array.from({ length: keysCount }, (_, index) => send(`key-${index}`, index)));
  return { known, counts, callMs };
}

function toParameters({ key, seq, id }: Delivery, endpoint: string): object {
  const text = "line: say what happened and why ".repeat(16);
  const body = JSON.stringify({ id, key, seq, text });
  return {
    ...toStreamSettings(endpoint),
    WEBHOOK_SOURCES: {
      shop: { verifier: "hmac", header: "x-shop-signature", id: ["body:/id"], key: ["body:/key"] },
    },
    WEBHOOK_SECRETS: { shop: [secrets.hmac] },
    __ow_method: "post",
    __ow_path: "/shop",
    __ow_query: "",
    __ow_headers: {
      "content-type": "application/json",
      "x-shop-signature": createHmac("sha256", secrets.hmac).update(body).digest("hex"),
    },
    __ow_body: Buffer.from(body).toString("base64"),
  };
}

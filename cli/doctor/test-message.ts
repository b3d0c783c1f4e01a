import { createSigningClocks } from "../../lib/clock.ts";
import { toCloudEvent } from "../../lib/cloud-event.ts";
import type { Config } from "../../lib/config.ts";
import { partitionOf } from "../../lib/data-stream/partition.ts";
import { createProduce } from "../../lib/data-stream/produce.ts";
import { deliver } from "../../lib/deliver.ts";
import type { Effects } from "../../lib/effects.ts";
import type { RecordEnding } from "../../lib/outcome.ts";
import type { Message } from "../../lib/record.ts";
import { type Check, failed, ok, skipped } from "./check.ts";

const testKey = "datastream-relay-doctor";
const testType = "com.datastream-relay.doctor";
const deliveryMsMax = 20_000;
const named = { check: "test message" };

export const noTestMessage = skipped(
  named,
  "not asked for: whether the produce API takes messages is not known without one",
  "npm run doctor -- --produce",
);

/** One message onto the topic, by the same client that the functions have. */
export async function produceTestMessage(
  topic: string | undefined,
  config: Config,
  effects: Effects,
): Promise<Check> {
  if (topic === undefined) {
    return failed(named, "no topic is set", "set DATASTREAM_TOPIC");
  }
  const record = toTestRecord(topic, config, effects);
  const clock = createSigningClocks(effects.now)();
  const { endings, attempts } = await deliver(
    [record],
    { ...config, deadlineMs: effects.now() + deliveryMsMax },
    { produce: createProduce(config, { ...effects, clock }), effects },
  );
  const ending = endings[0];
  if (ending?.kind === "delivered") {
    const tries = attempts === 1 ? "" : ` at try ${attempts}: it may be there more than once`;
    const found = `delivered${tries}, id ${record.id}`;
    return ok({ ...named, subject: topic }, found, whereToLook(record, config, effects.now()));
  }
  return toFailed(topic, ending);
}

/** A reason of the client is what it met, and after a colon what to do, where that is known. */
function toFailed(topic: string, ending: RecordEnding | undefined): Check {
  const isKnown = ending !== undefined && "code" in ending;
  const { code, reason } = isKnown ? ending : { code: "NOT_ATTEMPTED", reason: "no time was left" };
  const [met, todo] = reason.split(/: (.*)/s);
  return failed(
    { ...named, subject: topic },
    `${code}: ${met}`,
    todo ?? "see the rows produce endpoint and key pair, then try again",
  );
}

function toTestRecord(topic: string, config: Config, { now, newId }: Effects): Message {
  const id = newId();
  const attributes = {
    ...{ id, source: "/doctor", type: testType, time: new Date(now()).toISOString() },
    partitionkey: testKey,
  };
  return {
    ...{ topic, key: testKey, id },
    partition: partitionOf(testKey, config.partitionsOf(topic)),
    value: toCloudEvent(attributes, { kind: "none" }),
  };
}

/** The console's Data tab shows the 20 newest messages of one partition, with times in UTC+9. */
function whereToLook({ topic, partition, key }: Message, config: Config, nowMs: number) {
  const which =
    partition === undefined ? "each partition (it is random)" : `partition ${partition}`;
  const koreaMs = nowMs + 9 * 3_600_000;
  const time = new Date(koreaMs).toISOString().slice(0, 19).replace("T", " ");
  const where = config.endpoint.startsWith("http:")
    ? config.endpoint
    : `console, Data Stream > Topic > ${topic} > Data`;
  return `look: ${where}, ${which}, about ${time} (UTC+9), key ${key}`;
}

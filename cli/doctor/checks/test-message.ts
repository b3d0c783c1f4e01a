import { partitionOf } from "../../../lib/data-stream/partition.ts";
import { createProduce } from "../../../lib/data-stream/produce.ts";
import { fittingAcknowledgement } from "../../../lib/data-stream/produce-api.ts";
import { deliverInOrder } from "../../../lib/delivery/deliver-in-order.ts";
import type { Effects } from "../../../lib/effects/effects.ts";
import type { HttpResponse } from "../../../lib/effects/transport.ts";
import type { Acknowledgement } from "../../../lib/model/acknowledgement.ts";
import { toCloudEvent } from "../../../lib/model/cloud-event.ts";
import type { Message } from "../../../lib/model/record.ts";
import type { RecordResult } from "../../../lib/model/result.ts";
import type { Config } from "../../../lib/settings/stream-config.ts";
import { createSigningClocks } from "../../../lib/signing/clock-skew.ts";
import { commandText } from "../../shared/command-text.ts";
import { type Check, failed, ok, skipped, warning } from "./check.ts";

const testKey = "datastream-relay-doctor";
const testType = "com.datastream-relay.doctor";
const deliveryMsMax = 20_000;
const named = { check: "test message" };

export const noTestMessage = skipped(
  named,
  "not asked for: whether the produce API takes messages is not known without one",
  commandText("doctor", "--produce"),
);

/** Produces one message to the topic with the client that the functions use. */
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
  const { transport, lastResponse } = recordResponses(effects.transport);
  const { endings, attempts } = await deliverInOrder(
    [record],
    { ...config, deadlineMs: effects.now() + deliveryMsMax },
    { produce: createProduce(config, { ...effects, transport, clock }), effects },
  );
  const fitting = findFitting(lastResponse());
  const where = whereToLook(record, config, effects.now());
  return endings[0]?.kind === "delivered"
    ? toDelivered(record, { attempts, fitting, where, given: config.acknowledgement })
    : toFailed(topic, endings[0], { fitting, where });
}

/** Keeps the API's last response. */
function recordResponses(transport: Effects["transport"]) {
  let last: HttpResponse | undefined;
  const watched: Effects["transport"] = async (request) => {
    last = await transport(request);
    return last;
  };
  return { transport: watched, lastResponse: () => last };
}

function findFitting(response: HttpResponse | undefined): Acknowledgement | undefined {
  return response?.kind === "response" ? fittingAcknowledgement(response) : undefined;
}

type ResponseFacts = { readonly fitting: Acknowledgement | undefined; readonly where: string };
type DeliveryFacts = ResponseFacts & { readonly attempts: number; readonly given: Acknowledgement };

function toDelivered(
  { topic, id }: Message,
  { attempts, fitting, where, given }: DeliveryFacts,
): Check {
  const tries = attempts === 1 ? "" : ` at try ${attempts}: it may be there more than once`;
  const found = `delivered${tries}, id ${id}; DATASTREAM_ACKNOWLEDGEMENT=${fitting} fits the answer`;
  const subject = { ...named, subject: topic };
  return fitting === given
    ? ok(subject, found, where)
    : warning(
        subject,
        found,
        `set DATASTREAM_ACKNOWLEDGEMENT=${fitting}, which is stricter; ${where}`,
      );
}

/** A reason of the client consists of what happened and, after a colon, what to do if that is known. */
function toFailed(topic: string, ending: RecordResult | undefined, facts: ResponseFacts): Check {
  const isKnown = ending !== undefined && "code" in ending;
  const { code, reason } = isKnown ? ending : { code: "NOT_ATTEMPTED", reason: "no time was left" };
  const [met, todo] = reason.split(/: (.*)/s);
  return failed(
    { ...named, subject: topic },
    `${code}: ${met}`,
    code === "STREAM_NOT_THE_API"
      ? adviceForAcknowledgement(facts)
      : (todo ?? "see the rows produce endpoint and key pair, then try again"),
  );
}

/** A proxy's page is a 2xx too. Only a look at the topic shows whether the message arrived. */
function adviceForAcknowledgement({ fitting, where }: ResponseFacts): string {
  return fitting === undefined
    ? "neither value of DATASTREAM_ACKNOWLEDGEMENT fits the answer: check DATASTREAM_ENDPOINT and any proxy in between"
    : `${where}: if the message is there, DATASTREAM_ACKNOWLEDGEMENT=${fitting} fits; if not, check DATASTREAM_ENDPOINT`;
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

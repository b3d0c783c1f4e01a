import type { Effects } from "../../../../lib/effects/effects.ts";
import { textOf } from "../../../../lib/encoding/unknown-object.ts";
import type { Settings } from "../../../../lib/model/settings.ts";
import { parseObject } from "../../../shared/parse-object.ts";
import { toPlainText } from "../../api/api-failure.ts";
import type { Smoke } from "../../apply/smoke.ts";
import { type SmokeDelivery, toSignedDelivery, toWrongDelivery } from "./delivery.ts";
import { explainReply, type Reply } from "./explain-reply.ts";

export type GatewaySmoke = {
  /** The beginning of every sender's address. */
  readonly url: string;
  /** The parameters of the action `webhook`. */
  readonly parameters: Settings;
  /** The source for which a signed delivery is sent; undefined sends none. */
  readonly source: string | undefined;
  /** A local emulator of Data Stream, where the record can be looked at. */
  readonly standIn: string | undefined;
  readonly effects: Pick<Effects, "now" | "sleep" | "transport" | "newId">;
};

/** A stage that was just deployed may not serve yet, and a new host name may not be known yet. */
const triesMax = 6;
const tryAgainMs = 5_000;
/** Longer than the function, which ends after 9 s, and than any gateway that waits for a minute. */
const timeoutMs = 70_000;
const responseBytesMax = 1024 * 1024;

/**
 * Calls `webhook` through the gateway with a wrong signature, and expects the function's own 401: nothing is produced.
 * With a source's name a signed delivery follows, which is produced.
 */
export async function smokeGateway(options: GatewaySmoke): Promise<Smoke> {
  const { parameters, effects, source } = options;
  const given = { parameters, nowMs: effects.now(), newId: effects.newId };
  const wrong = toWrongDelivery(given);
  const refused = wrong === undefined ? noSource : await expectRefusal(wrong, options);
  if (refused.ending === "failed" || source === undefined) {
    return refused;
  }
  const signed = toSignedDelivery(source, given);
  const delivered =
    typeof signed === "string"
      ? { ending: "failed" as const, lines: [`--smoke-source: ${signed}`] }
      : await expectDelivery(signed, options);
  const lines = refused.ending === "skipped" ? [] : refused.lines;
  return { ending: delivered.ending, lines: [...lines, ...delivered.lines] };
}

const noSource: Smoke = {
  ending: "skipped",
  lines: [
    "no source proves its senders, so a call would produce: --smoke-source NAME sends one delivery",
  ],
};

async function expectRefusal(delivery: SmokeDelivery, options: GatewaySmoke): Promise<Smoke> {
  const { name } = delivery.source;
  const reply = await send(delivery, options);
  const isOurs = reply.kind === "own" && reply.status === 401;
  if (isOurs) {
    return {
      ending: "passed",
      lines: [`${name}: a wrong signature got the function's own 401 through the gateway`],
    };
  }
  const why =
    reply.kind === "own" && reply.status < 300
      ? `${reply.line}: it accepted a wrong signature`
      : reply.line;
  return failed(name, why);
}

async function expectDelivery(delivery: SmokeDelivery, options: GatewaySmoke): Promise<Smoke> {
  const { name, topic: own } = delivery.source;
  const reply = await send(delivery, options);
  if (!isDelivered(reply, delivery)) {
    return failed(name, reply.line);
  }
  const id = textOf(reply.body["id"]) || textOf(firstOf(reply.body["ids"]));
  const topic = own ?? textOf(options.parameters["DATASTREAM_TOPIC"]);
  const sent = `${name}: a signed delivery was delivered${id === "" ? "" : `, id ${toPlainText(id)}`}`;
  if (options.standIn === undefined || id === "") {
    const line = `the record itself was not looked at: see Data Stream > Topic > ${topic} > Data`;
    return { ending: "passed", lines: [sent, line] };
  }
  const place = await findById(options.standIn, { topic, id }, options);
  return place === undefined
    ? { ending: "failed", lines: [sent, `the record is not on topic ${topic} of the emulator`] }
    : { ending: "passed", lines: [sent, `the record is on topic ${topic}, ${place}`] };
}

/** A source's reply may have no body, which then is all that tells. */
function isDelivered({ kind, status, body }: Reply, { source: { reply } }: SmokeDelivery): boolean {
  const isEmpty = reply.body === "none" || reply.status === 204;
  return kind === "own" && (body["status"] === "delivered" || (isEmpty && status < 300));
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

function failed(name: string, why: string): Smoke {
  return { ending: "failed", lines: [`${name}: ${why}`] };
}

/** Sends a delivery until something else than a passing failure answers. A signed one is repeated only if it was not taken. */
async function send(delivery: SmokeDelivery, { url, effects }: GatewaySmoke): Promise<Reply> {
  const { source, method, query, headers, body } = delivery;
  const target = new URL(
    `${url}/${encodeURIComponent(source.name)}${query === "" ? "" : `?${query}`}`,
  );
  const expectsNoBody = source.reply.body === "none" || source.reply.status === 204;
  for (let tries = 1; ; tries += 1) {
    const response = await effects.transport({
      ...{ method, url: target, body, timeoutMs, responseBytesMax },
      headers: ["host", target.host, ...Object.entries(headers).flat()],
    });
    const reply = explainReply(response, expectsNoBody);
    if (reply.kind !== "passing" || tries === triesMax) {
      return reply;
    }
    await effects.sleep(tryAgainMs);
  }
}

const lookTimeoutMs = 5_000;

/** Asks the emulator's control API for the record with this id. */
async function findById(
  standIn: string,
  { topic, id }: { readonly topic: string; readonly id: string },
  { effects }: GatewaySmoke,
): Promise<string | undefined> {
  const search = new URLSearchParams({ topic, id, timeoutMs: "2000" });
  const url = new URL(`/_/wait?${search}`, standIn);
  const response = await effects.transport({
    ...{ method: "GET", url, headers: ["host", url.host], body: "" },
    ...{ timeoutMs: lookTimeoutMs, responseBytesMax },
  });
  const record =
    response.kind === "response" && response.status === 200
      ? parseObject(response.body)
      : undefined;
  return record && `partition ${Number(record["partition"])}, offset ${Number(record["offset"])}`;
}

import { partitionOf } from "../../../lib/data-stream/partition.ts";
import type { Effects } from "../../../lib/effects/effects.ts";
import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { parseConfig } from "../../../lib/settings/stream-config.ts";
import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi } from "../api/management-api.ts";
import type { Wanted, WantedAction } from "../desired/desired-state.ts";
import { findRecord, newestCursor } from "./emulator-records.ts";

export type Smoke = {
  readonly ending: "passed" | "failed" | "skipped";
  readonly lines: readonly string[];
};

export type SmokeOptions = {
  readonly wanted: Wanted;
  readonly api: ManagementApi;
  /** The origin of a local emulator of Data Stream, where records can be looked at. */
  readonly standIn: string | undefined;
  readonly effects: Pick<Effects, "sleep" | "transport">;
};

/** "Post Action" waits at most this long for a result. */
const runTimeoutMs = 60_000;
/** Longer than that, so that the API's own response comes first. */
const callTimeoutMs = 70_000;

/**
 * Runs one function whose run does no harm: a heartbeat, or `bucket` with a test event, which sends nothing. A run of
 * another function could do anything, so none of them is run.
 */
export async function smoke(options: SmokeOptions): Promise<Smoke> {
  const find = (name: string) => options.wanted.actions.find((one) => one.function === name);
  const heartbeat = find("heartbeat");
  const bucket = find("bucket");
  if (heartbeat !== undefined) {
    return await smokeHeartbeat(heartbeat, options);
  }
  if (bucket !== undefined) {
    const result = await run(bucket, { Event: "s3:TestEvent" }, options);
    return toSmoke(bucket, result, "ignored");
  }
  return { ending: "skipped", lines: options.wanted.actions.map(whyNotRun) };
}

function whyNotRun({ function: name, type }: WantedAction): string {
  if (type === "web") {
    return `${name} answers to HTTP only, which this API cannot send: send a delivery through API Gateway`;
  }
  return name === "redrive"
    ? "redrive would move dead letters"
    : `${name} was not run: what its run does is not known here`;
}

async function smokeHeartbeat(action: WantedAction, options: SmokeOptions): Promise<Smoke> {
  const place = { topic: topicOf(action), key: keyOf(action) };
  const { standIn, effects } = options;
  const after = standIn === undefined ? 0 : await newestCursor({ standIn, ...place }, effects);
  if (after === undefined) {
    const line = `--emulator: ${standIn} does not show the records of topic ${place.topic}`;
    return { ending: "failed", lines: [line] };
  }
  const result = await run(action, {}, options);
  const called = toSmoke(action, result, "delivered");
  if (called.ending !== "passed") {
    return called;
  }
  if (standIn === undefined) {
    return { ending: "passed", lines: [...called.lines, whereToLook(action)] };
  }
  const record = await findRecord({ standIn, ...place, after }, effects);
  const found = `the record is on topic ${place.topic}, partition ${record?.partition}, offset ${record?.offset}`;
  return record === undefined
    ? { ending: "failed", lines: [...called.lines, "the record is not on the emulator's topic"] }
    : { ending: "passed", lines: [...called.lines, found] };
}

function toSmoke({ name }: WantedAction, result: UnknownObject | string, count: string): Smoke {
  if (typeof result === "string") {
    return { ending: "failed", lines: [`${name}: ${result}`] };
  }
  const isGood = result[count] === 1 && result["error"] === undefined;
  const code = typeof result["error"] === "string" ? ` (${firstWord(result["error"])})` : "";
  return isGood
    ? { ending: "passed", lines: [`${name}: ${count} 1`] }
    : {
        ending: "failed",
        lines: [
          `${name}: nothing ${count}${code}. The activation's log says why: Cloud Functions > Action > ${name}`,
        ],
      };
}

/** Returns the code that an error of our functions begins with. Any other text is not shown: it could hold anything. */
function firstWord(error: string): string {
  return /^[A-Z_]{3,40}(?=:|$)/.exec(error)?.[0] ?? "an error that is none of its own";
}

function topicOf({ parameters }: WantedAction): string {
  return parameters["HEARTBEAT_TOPIC"] ?? parameters["DATASTREAM_TOPIC"] ?? "";
}

function keyOf({ parameters }: WantedAction): string {
  return parameters["HEARTBEAT_NAME"] ?? "heartbeat";
}

function whereToLook(action: WantedAction): string {
  const { parameters } = action;
  // DATASTREAM_PARTITIONS is one count, or one for each topic: it is read as the function reads it.
  const config = parseConfig(parameters, action.timeoutMs);
  const count = config.ok ? config.value.partitionsOf(topicOf(action)) : undefined;
  const chosen = parameters["HEARTBEAT_PARTITION"];
  const byKey = partitionOf(keyOf(action), count) ?? "any: the API chooses";
  return (
    "the record itself was not looked at: the HTTP API of Data Stream has no way to read. " +
    `See Data Stream > Topic > ${topicOf(action)} > Data, partition ${chosen ?? byKey}, key ${keyOf(action)}: ` +
    "the 20 newest are shown, in UTC+9"
  );
}

/** Returns the function's result, or the reason why there is none. */
async function run(action: WantedAction, parameters: UnknownObject, options: SmokeOptions) {
  const path = actionPath(options.wanted.packageName, action.name);
  try {
    const content = await options.api({
      method: "POST",
      path,
      query: { timeout: String(runTimeoutMs) },
      body: parameters,
      timeoutMs: callTimeoutMs,
      again: "untilAnswered",
    });
    return resultIn(content) ?? (await waitForResult(path, content, options));
  } catch (error) {
    if (error instanceof ApiFailure) {
      return error.message;
    }
    throw error;
  }
}

/** Reads `response.result` of the content. */
function resultIn(content: UnknownObject): UnknownObject | undefined {
  const response = content["response"];
  const result = isUnknownObject(response) ? response["result"] : undefined;
  return isUnknownObject(result) ? result : undefined;
}

/** An activation's detail was seen to be 404 for the first 30 to 40 s, so it is asked for 24 times, 5 s apart. */
const looksMax = 24;
const lookMs = 5_000;

async function waitForResult(path: string, content: UnknownObject, options: SmokeOptions) {
  const id = content["activationId"];
  if (typeof id !== "string" || !/^[A-Za-z0-9]{1,64}$/.test(id)) {
    return "the answer has neither a result nor an activation's id";
  }
  for (let looks = 0; looks < looksMax; looks += 1) {
    await options.effects.sleep(lookMs);
    const found = await findContent(options.api, `${path}/activations/${id}`);
    const result = found === undefined ? undefined : resultIn(found);
    if (result !== undefined) {
      return result;
    }
  }
  return `activation ${id} had no result within ${(looksMax * lookMs) / 1_000} s`;
}

import type { Effects } from "../effects/effects.ts";
import { isText } from "../encoding/unknown-object.ts";
import { createHandler, type Handler } from "../function/create-handler.ts";
import type { InvocationEvent } from "../model/call.ts";
import type { FunctionDefinition } from "../model/function-definition.ts";
import { isTopicName } from "../model/record.ts";
import { reservedPrefixes } from "../model/reserved-prefixes.ts";
import { type CallResult, notAttempted, unexpected, worstOf } from "../model/result.ts";
import { type ParseResult, problemsOf, type Settings } from "../model/settings.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import { removeObject } from "../object-storage/operations.ts";
import { optional, parseFields, withDefault } from "../settings/fields.ts";
import { integer, json } from "../settings/rules.ts";
import { storedMsOf } from "./age.ts";
import { type DeadLetterList, listDeadLetters, listRest } from "./listing.ts";
import { redriveObject } from "./object.ts";
import { createMemoryBudget, readAhead } from "./read-ahead.ts";
import { createRun, type RedriveSettings, type Run, topicsAllowed } from "./run.ts";

const fields = {
  REDRIVE_TOPICS: optional(
    json<readonly string[]>(
      (value) =>
        Array.isArray(value) && value.every((topic) => isText(topic) && isTopicName(topic)),
      "must be a list of topic names",
    ),
  ),
  REDRIVE_CONCURRENCY: withDefault(integer(1, 256), 32),
};

export const redriveDefinition: FunctionDefinition<InvocationEvent, RedriveSettings> = {
  name: "redrive",
  accepts: "invocation",
  deliveryTimeoutMs: 45_000,
  settings: ["DEAD_LETTER_BUCKET", ...Object.keys(fields)],
  parse: parseRedriveSettings,
  targets: (functionConfig, stream) =>
    topicsAllowed(functionConfig, stream).map((topic) => ({
      topicSetting: functionConfig.topics === undefined ? "DATASTREAM_TOPIC" : "REDRIVE_TOPICS",
      topic,
      partitionSetting: "",
      partition: undefined,
    })),
  warnings: (functionConfig, stream) =>
    topicsAllowed(functionConfig, stream).length === 0
      ? ["neither REDRIVE_TOPICS nor DATASTREAM_TOPIC names a topic"]
      : [],
};

const noBucket = { setting: "DEAD_LETTER_BUCKET", text: "is required: redrive empties it" };

function parseRedriveSettings(settings: Settings): ParseResult<RedriveSettings> {
  const parsed = parseFields(settings, fields);
  // The stream's settings hold the bucket too, and there its form is checked.
  const bucket = String(settings["DEAD_LETTER_BUCKET"] ?? "");
  if (!parsed.ok || bucket === "") {
    return { ok: false, problems: [...problemsOf([parsed]), ...(bucket === "" ? [noBucket] : [])] };
  }
  const { REDRIVE_TOPICS: topics, REDRIVE_CONCURRENCY: concurrency } = parsed.value;
  return { ok: true, value: { bucket, topics, concurrency } };
}

/**
 * Delivers dead letters, oldest first. An object is removed only after all its records are acknowledged. Records that the
 * API refuses for good are set aside. An object, topic or key that fails does not block the others. A failure of the
 * stream or the bucket ends the run. Two runs at the same time make duplicates and lose nothing.
 */
export function redrive(effects: Effects): Handler {
  return createHandler(redriveDefinition, effects, async (context) =>
    redriveAll(createRun(context, effects)),
  );
}

async function redriveAll(run: Run): Promise<CallResult> {
  const listed = await listDeadLetters(run);
  if ("ok" in listed) {
    run.stop(listed);
    return toCallResult(run, undefined);
  }
  const { objects } = listed;
  const mayGoOn = objects.length > 0 && (await mayRemove(run));
  const gone = mayGoOn ? await redriveObjects(objects, run) : noObjects;
  run.lines.end();
  const left = await leftOf(listed, gone, run);
  const isIdle = gone.size === 0 && run.tally.worst() === undefined;
  // A run without time for a single object must not look like a run without work.
  if (isIdle && objects.length > 0) {
    run.tally.add([notAttempted]);
  }
  return toCallResult(run, left === undefined ? undefined : ageOf(left[0], run));
}

/** Returns the objects that are left, oldest first; undefined if they are not known. */
async function leftOf(
  { objects, incomplete, isOpen }: DeadLetterList,
  gone: ReadonlySet<StoredObject>,
  run: Run,
): Promise<readonly StoredObject[] | undefined> {
  if (incomplete === undefined) {
    return objects.filter((object) => !gone.has(object));
  }
  const left = isOpen && gone.size > 0 ? await listRest(run) : undefined;
  if (left?.length !== 0) {
    run.lines.run(incomplete);
    run.tally.add([notAttempted]);
  }
  return left;
}

const noObjects: ReadonlySet<StoredObject> = new Set();

/** A name that no dead letter has. */
const noObject = `${reservedPrefixes.deadLetters}no-such-object`;

/** Checks the right to remove. Without it every run would deliver the same records again. */
async function mayRemove(run: Run): Promise<boolean> {
  const removed = await removeObject(run.client, { bucket: run.bucket, name: noObject });
  if (!removed.ok) {
    run.stop({ ...removed, reason: `${removed.reason} to a removal, before anything was sent` });
  }
  return removed.ok;
}

/** Redrives objects and returns those that are removed. Records of an older object enter the queue first. */
async function redriveObjects(
  objects: readonly StoredObject[],
  run: Run,
): Promise<ReadonlySet<StoredObject>> {
  const gone = new Set<StoredObject>();
  const budget = createMemoryBudget();
  const unfinished = new Set<Promise<void>>();
  for await (const reading of readAhead(objects, budget, run)) {
    const { object, kind } = reading;
    const removal =
      kind === "read"
        ? (await redriveObject(object, reading.content, run)).removal
        : kind === "gone";
    const ended = Promise.resolve(removal)
      .then((isGone) => isGone && gone.add(object))
      .catch((error: unknown) => run.stopBy(unexpected(error)))
      .then(() => {
        budget.release(object);
        unfinished.delete(ended);
      });
    unfinished.add(ended);
  }
  await Promise.all(unfinished);
  return gone;
}

/** Returns the age of the oldest object in milliseconds; 0 if none is left, undefined if it is not known. */
function ageOf(oldestLeft: StoredObject | undefined, { now }: Run): number | undefined {
  if (oldestLeft === undefined) {
    return 0;
  }
  const ageMs = now() - storedMsOf(oldestLeft);
  // A clock that was ahead can have named the object in the future. 0 seconds would mean that nothing is left.
  return ageMs === -Infinity ? undefined : Math.max(1_000, ageMs);
}

function toCallResult({ tally, queue }: Run, oldestAgeMs: number | undefined): CallResult {
  return {
    ending: tally.worst() ?? worstOf([]),
    counts: tally.counts(),
    ids: [],
    ...queue.tally,
    oldestAgeMs,
  };
}

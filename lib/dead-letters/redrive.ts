import type { Effects } from "../effects/effects.ts";
import { createHandler, type Handler } from "../function/create-handler.ts";
import type { InvocationEvent } from "../model/call.ts";
import type { FunctionDefinition } from "../model/function-definition.ts";
import { isTopicName } from "../model/record.ts";
import { reservedPrefixes } from "../model/reserved-prefixes.ts";
import { type CallResult, notAttempted, unexpected, worstOf } from "../model/result.ts";
import { type ParseResult, problemsOf, type Settings } from "../model/settings.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import { removeObject } from "../object-storage/operations.ts";
import { partBytesMax } from "../object-storage/read-object.ts";
import { integer, json } from "../settings/rules.ts";
import { optional, parseFields, withDefault } from "../settings/settings.ts";
import { type Reading, readDeadLetters } from "./content.ts";
import { type DeadLetterList, listDeadLetters, listRest, storedMsOf } from "./listing.ts";
import { redriveObject } from "./object.ts";
import { createRun, type RedriveSettings, type Run, topicsAllowed } from "./run.ts";

const fields = {
  REDRIVE_TOPICS: optional(
    json<readonly string[]>(
      (value) =>
        Array.isArray(value) &&
        value.every((topic) => typeof topic === "string" && isTopicName(topic)),
      "must be a list of topic names",
    ),
  ),
  REDRIVE_CONCURRENCY: withDefault(integer(1, 256), 16),
};

export const redriveDefinition: FunctionDefinition<InvocationEvent, RedriveSettings> = {
  name: "redrive",
  accepts: "invocation",
  deliveryTimeoutMs: 45_000,
  settings: ["DEAD_LETTER_BUCKET", ...Object.keys(fields)],
  parse: parseRedriveSettings,
  targets: (settled, stream) =>
    topicsAllowed(settled, stream).map((topic) => ({
      topicSetting: settled.topics === undefined ? "DATASTREAM_TOPIC" : "REDRIVE_TOPICS",
      topic,
      partitionSetting: "",
      partition: undefined,
    })),
  warnings: (settled, stream) =>
    topicsAllowed(settled, stream).length === 0
      ? ["neither REDRIVE_TOPICS nor DATASTREAM_TOPIC names a topic"]
      : [],
};

/** What a bucket's name has to be is checked with the stream's settings, which hold it too. */
const noBucket = { setting: "DEAD_LETTER_BUCKET", text: "is required: redrive empties it" };

function parseRedriveSettings(settings: Settings): ParseResult<RedriveSettings> {
  const parsed = parseFields(settings, fields);
  const bucket = String(settings["DEAD_LETTER_BUCKET"] ?? "");
  if (!parsed.ok || bucket === "") {
    return { ok: false, problems: [...problemsOf([parsed]), ...(bucket === "" ? [noBucket] : [])] };
  }
  const { REDRIVE_TOPICS: topics, REDRIVE_CONCURRENCY: concurrency } = parsed.value;
  return { ok: true, value: { bucket, topics, concurrency } };
}

/**
 * Dead letters, oldest first, onto the stream. An object is removed only after all of it was acknowledged, and what
 * the API finally refuses is moved aside. One object, topic or key that fails does not hold up the others; a failure
 * of the stream or the bucket ends the run. Two runs at once make duplicates and lose nothing.
 */
export function redrive(effects: Effects): Handler {
  return createHandler(redriveDefinition, effects, async (admittance) =>
    redriveAll(createRun(admittance, effects)),
  );
}

async function redriveAll(run: Run): Promise<CallResult> {
  const listed = await listDeadLetters(run);
  if ("ok" in listed) {
    run.stop(listed);
    return toOutcome(run, undefined);
  }
  const { objects } = listed;
  const mayGoOn = objects.length > 0 && (await mayRemove(run));
  const gone = mayGoOn ? await redriveObjects(objects, run) : none;
  run.lines.end();
  const left = await leftOf(listed, gone, run);
  const isIdle = gone.size === 0 && run.tally.worst() === undefined;
  // A run that had no time for a single object is not one that had nothing to do.
  if (isIdle && objects.length > 0) {
    run.tally.add([notAttempted]);
  }
  return toOutcome(run, left === undefined ? undefined : ageOf(left[0], run));
}

/** What is left, the oldest first; undefined where that is not known. */
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

const none: ReadonlySet<StoredObject> = new Set();

/** A name that no dead letter has. */
const noObject = `${reservedPrefixes.deadLetters}no-such-object`;

/** What cannot be removed would be delivered once more by every run. */
async function mayRemove(run: Run): Promise<boolean> {
  const removed = await removeObject(run.ask, { bucket: run.bucket, name: noObject });
  if (!removed.ok) {
    run.stop({ ...removed, reason: `${removed.reason} to a removal, before anything was sent` });
  }
  return removed.ok;
}

/** Returns those that are gone. Records of an older object are handed over before those of a newer one. */
async function redriveObjects(
  objects: readonly StoredObject[],
  run: Run,
): Promise<ReadonlySet<StoredObject>> {
  const gone = new Set<StoredObject>();
  const held = createHeld();
  const settling = new Set<Promise<void>>();
  for await (const reading of readAhead(objects, held, run)) {
    const { object, kind } = reading;
    const settled =
      kind === "read"
        ? (await redriveObject(object, reading.content, run)).settled
        : kind === "gone";
    const ended = Promise.resolve(settled)
      .then((isGone) => isGone && gone.add(object))
      .catch((error: unknown) => run.stopBy(unexpected(error)))
      .then(() => {
        held.release(object);
        settling.delete(ended);
      });
    settling.add(ended);
  }
  await Promise.all(settling);
  return gone;
}

/** Reads objects ahead, as many at once as are allowed and as much as may be in memory; gives them in order. */
async function* readAhead(
  objects: readonly StoredObject[],
  held: Held,
  run: Run,
): AsyncGenerator<Reading> {
  const ahead: Promise<Reading>[] = [];
  let next = 0;
  for (;;) {
    for (
      let object = objects[next];
      object !== undefined && ahead.length < run.concurrency && run.hasTime() && held.take(object);
      object = objects[next]
    ) {
      ahead.push(readDeadLetters(object, run));
      next += 1;
    }
    const first = ahead.shift();
    if (first !== undefined) {
      yield await first;
    } else if (next < objects.length && run.hasTime()) {
      await held.released();
    } else {
      return;
    }
  }
}

/** Bytes of objects that are read and not settled. */
const heldBytesMax = 4 * 1024 * 1024;
/** What an object takes beside its bytes, and a large one at least of those. */
const objectBytesMin = 2 * 1024;

type Held = ReturnType<typeof createHeld>;

/** Keeps count of what is in memory; a single object may always be. */
function createHeld() {
  let bytes = 0;
  let wake = (): void => undefined;
  return {
    take: (object: StoredObject): boolean => {
      const isRoom = bytes === 0 || bytes + costOf(object) <= heldBytesMax;
      bytes += isRoom ? costOf(object) : 0;
      return isRoom;
    },
    release: (object: StoredObject): void => {
      bytes -= costOf(object);
      wake();
    },
    released: (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
      }),
  };
}

function costOf({ size }: StoredObject): number {
  // A large one is read in parts; one of unknown size may be as large as a part.
  const bytes = Number.isNaN(size) ? partBytesMax : Math.min(size, 2 * partBytesMax);
  return bytes + objectBytesMin;
}

/** Undefined where it is not known; 0 where nothing is left. */
function ageOf(oldestLeft: StoredObject | undefined, { now }: Run): number | undefined {
  if (oldestLeft === undefined) {
    return 0;
  }
  const ageMs = now() - storedMsOf(oldestLeft);
  // A clock that was ahead can have named it in the future; 0 seconds say that nothing is left.
  return ageMs === -Infinity ? undefined : Math.max(1_000, ageMs);
}

function toOutcome({ tally, queue }: Run, oldestAgeMs: number | undefined): CallResult {
  return {
    ending: tally.worst() ?? worstOf([]),
    counts: tally.counts(),
    ids: [],
    ...queue.tally,
    oldestAgeMs,
  };
}

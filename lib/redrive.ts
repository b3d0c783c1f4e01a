import type { Admission } from "./admit.ts";
import type { Effects } from "./effects.ts";
import type { InvocationEvent } from "./event.ts";
import { createHandle, type Handle } from "./handle.ts";
import { toStoredMs } from "./object-storage/dead-letters.ts";
import type { StoredObject } from "./object-storage/listing.ts";
import { listObjects } from "./object-storage/object-storage.ts";
import { countEndings, endedEarly, notAttempted, type Outcome, worstOf } from "./outcome.ts";
import { prefixes } from "./own-objects.ts";
import {
  type Allowed,
  createRun,
  type Done,
  type Run,
  redriveObject,
  stop,
} from "./redrive-object.ts";
import { isTopicName, json } from "./setting-rules.ts";
import { optional, type Parsed, parseFields, type Settings } from "./settings.ts";

const fields = {
  REDRIVE_TOPICS: optional(
    json<readonly string[]>(
      (value) =>
        Array.isArray(value) &&
        value.every((topic) => typeof topic === "string" && isTopicName(topic)),
      "must be a list of topic names",
    ),
  ),
};

export const admission: Admission<InvocationEvent, Allowed> = {
  name: "redrive",
  door: "invocation",
  deliveryTimeoutMs: 45_000,
  parse: parseAllowed,
  targets: () => [],
};

function parseAllowed(settings: Settings): Parsed<Allowed> {
  const parsed = parseFields(settings, fields);
  return parsed.ok ? { ok: true, value: { topics: parsed.value.REDRIVE_TOPICS } } : parsed;
}

/** Objects that one listing asks for. */
const pageMax = 100;

/**
 * Dead letters, oldest first, onto the stream. An object is removed only after all of it was
 * acknowledged; what the API finally refuses is moved aside; a failure that is not about one record
 * ends the run. Two runs at once make duplicates and lose nothing.
 */
export function redrive(effects: Effects): Handle {
  return createHandle(admission, effects, async (admittance) => {
    const bucket = admittance.config.deadLetterBucket;
    return bucket === undefined ? noBucket : redriveAll(createRun(admittance, bucket, effects));
  });
}

const noBucket = endedEarly({
  kind: "faulted",
  code: "BAD_SETTINGS",
  reason: "DEAD_LETTER_BUCKET is required",
});

async function redriveAll(run: Run): Promise<Outcome> {
  let oldestLeft: StoredObject | undefined;
  for await (const object of listDeadLetters(run)) {
    const done = run.hasTime() ? await redriveObject(object.name, run) : outOfTime(run);
    if (done !== "removed") {
      oldestLeft ??= object;
    }
    if (done === "stopped") {
      break;
    }
  }
  return toOutcome(run, oldestLeft);
}

/** A run that had no time for a single object is not one that had nothing to do. */
function outOfTime({ tally }: Run): Done {
  if (tally.endings.length === 0) {
    tally.endings.push(notAttempted);
  }
  return "stopped";
}

/** Names, oldest first; a failure of the storage ends them. */
async function* listDeadLetters(run: Run): AsyncGenerator<StoredObject> {
  const { bucket, ask, tally } = run;
  let after: string | undefined;
  for (;;) {
    const prefix = prefixes.deadLetters;
    const page = await listObjects(ask, { bucket, prefix, after, max: pageMax });
    if (!page.ok) {
      stop(run, page);
      tally.isListed = false;
      return;
    }
    // What somebody else put there, a folder's marker for one, is left alone.
    yield* page.value.filter(({ name }) => name.endsWith(".ndjson"));
    after = page.value.at(-1)?.name;
    if (after === undefined) {
      return;
    }
  }
}

function toOutcome({ tally, now }: Run, oldestLeft: StoredObject | undefined): Outcome {
  const { endings, isListed, ...counts } = tally;
  const nothingLeftMs = isListed ? 0 : undefined;
  return {
    ending: worstOf(endings),
    counts: countEndings(endings),
    ids: [],
    ...counts,
    // A clock that was ahead can have named it in the future; 0 seconds say that nothing is left.
    oldestAgeMs:
      oldestLeft === undefined ? nothingLeftMs : Math.max(1_000, now() - storedMsOf(oldestLeft)),
  };
}

/** By its name; of an object that somebody else named, when it was last written. */
function storedMsOf({ name, modifiedMs }: StoredObject): number {
  const storedMs = toStoredMs(name);
  return Number.isNaN(storedMs) ? modifiedMs : storedMs;
}

import { reservedPrefixes } from "../model/reserved-prefixes.ts";
import { type StorageFailure, type StorageResult, toFailure } from "../object-storage/client.ts";
import type { StoredObject } from "../object-storage/listing.ts";
import {
  type ObjectContent,
  partBytesMax,
  type TextCheck,
} from "../object-storage/object-content.ts";
import { readObject } from "../object-storage/read-object.ts";
import { isOverTime } from "../object-storage/retrying-client.ts";
import { failureOfBucket } from "./listing.ts";
import { objectMsMin, type Run } from "./run.ts";

/** An object's content, or the reason why it was not read. */
export type Reading =
  | { readonly kind: "read"; readonly object: StoredObject; readonly content: ObjectContent }
  | { readonly kind: "gone" | "left"; readonly object: StoredObject };

/** Estimate of the time to write back a large object: a multiple of its reading time, or its size at this rate. */
const readsMax = 4;
const writtenBytesPerMs = 8 * 1024;

/** Reads an object. It never rejects and logs an object that cannot be read. */
export async function readDeadLetters(object: StoredObject, run: Run): Promise<Reading> {
  const { bucket, client, now } = run;
  const { name, size, isReadable } = object;
  const startedMs = now();
  const content = isReadable
    ? await readObject(client, { bucket, name }, { size, check: createLineCheck(run.lineCharsMax) })
    : oddName;
  if (!content.ok) {
    return { kind: await endOfUnread(object, content, run), object };
  }
  if (content.value.size <= partBytesMax) {
    return { kind: "read", object, content: content.value };
  }
  const readMs = now() - startedMs;
  const neededMs = Math.max(readsMax * readMs, content.value.size / writtenBytesPerMs);
  if (readMs + neededMs + objectMsMin > run.deadlineMs - run.startedMs) {
    run.leave(
      object,
      "it is too large to be read, delivered and written back in the time of a run",
    );
    return { kind: "left", object };
  }
  // The rest of the object must be read and written before the deadline.
  run.keepFree(neededMs);
  return { kind: "read", object, content: content.value };
}

/** Creates the check that no line is too long. Pieces of text are shorter than a line may be. */
function createLineCheck(charsMax: number): TextCheck {
  let chars = 0;
  return (text) => {
    const end = text.indexOf("\n");
    const isTooLong = chars + (end < 0 ? text.length : end) > charsMax;
    chars = end < 0 ? chars + text.length : text.length - text.lastIndexOf("\n") - 1;
    return isTooLong
      ? toFailure(422, `a line has over ${charsMax} characters, too many for the function's memory`)
      : undefined;
  };
}

const oddName: StorageFailure = {
  ok: false,
  status: 400,
  reason: "object storage: a name that cannot be asked for",
};

/** Matches names that need no encoding. */
const plainName = /^[\w./-]+$/;

async function endOfUnread(
  object: StoredObject,
  failure: StorageFailure,
  run: Run,
): Promise<"gone" | "left"> {
  const { name } = object;
  // Another run may have removed the object. Any other name may have been decoded wrongly.
  const isOurs = name.startsWith(reservedPrefixes.deadLetters) && plainName.test(name);
  if (failure.isMissing === true && isOurs) {
    return "gone";
  }
  await leave(failure, object, run);
  return "left";
}

/** Handles a failed request for one object: leaves the object, or ends the run if the whole bucket fails. */
export async function leave(
  failure: StorageFailure,
  object: StoredObject,
  run: Run,
): Promise<void> {
  if (isOverTime(failure)) {
    return;
  }
  const outage = await outageBehind(failure, run);
  if (outage === undefined) {
    run.leave(object, failure.reason);
  } else {
    run.stop(outage);
  }
}

async function outageBehind(
  failure: StorageFailure,
  run: Run,
): Promise<StorageFailure | undefined> {
  const { status = 0 } = failure;
  if (status === 401) {
    return failure;
  }
  const canBeTheBuckets = status === 0 || status === 408 || status === 429 || status >= 500;
  return canBeTheBuckets ? failureOfBucket(run) : undefined;
}

/** Yields the lines of an object. The last item is a failure if the rest cannot be read. */
export async function* readLines({
  texts,
}: ObjectContent): AsyncGenerator<StorageResult<string[]>> {
  let rest = "";
  for await (const text of texts()) {
    if (!text.ok) {
      yield text;
      return;
    }
    const lines = text.value.split("\n");
    // The join is made when the line is parsed. A line that spans many pieces is not copied for each of them.
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? "";
    yield { ok: true, value: lines.splice(0).filter(isLine) };
  }
  yield { ok: true, value: [rest].filter(isLine) };
}

function isLine(text: string): boolean {
  return text !== "";
}

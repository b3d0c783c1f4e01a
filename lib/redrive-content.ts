import type { StoredObject } from "./object-storage/listing.ts";
import { type ObjectContent, partBytesMax, readObject } from "./object-storage/read-object.ts";
import type { NotStored, Stored } from "./object-storage/request.ts";
import { failureOfBucket } from "./redrive-listing.ts";
import { isOverTime, objectMsMin, type Run } from "./redrive-run.ts";

/** What an object held when it was read, or what became of it instead. */
export type Reading =
  | { readonly kind: "read"; readonly object: StoredObject; readonly content: ObjectContent }
  | { readonly kind: "gone" | "left"; readonly object: StoredObject };

/** A large object is read as often as this: for its hash, for its records, and for what is left of it. */
const readsMax = 3;

/** Never rejects; what cannot be read is told. */
export async function readDeadLetters(object: StoredObject, run: Run): Promise<Reading> {
  const { bucket, ask, now } = run;
  const { name, size, isReadable } = object;
  const startedMs = now();
  const content = isReadable ? await readObject(ask, { bucket, name }, size) : oddName;
  if (!content.ok) {
    return { kind: await endOfUnread(object, content, run), object };
  }
  if (content.value.size <= partBytesMax) {
    return { kind: "read", object, content: content.value };
  }
  const readMs = now() - startedMs;
  if ((readsMax + 1) * readMs + objectMsMin > run.deadlineMs - run.startedMs) {
    run.leave(
      object,
      "it is too large to be read, delivered and written back in the time of a run",
    );
    return { kind: "left", object };
  }
  // What is left of it has to be read and written before the end.
  run.keepFree(readsMax * readMs);
  return { kind: "read", object, content: content.value };
}

const oddName: NotStored = {
  ok: false,
  status: 400,
  reason: "object storage: a name that cannot be asked for",
};

/** Names that mean the same however they are written. */
const plainName = /^[\w./-]+$/;

async function endOfUnread(
  object: StoredObject,
  failure: NotStored,
  run: Run,
): Promise<"gone" | "left"> {
  const { status } = failure;
  // Another run may have been faster; a name with other characters may have been read wrongly.
  if (status === 404 && plainName.test(object.name)) {
    return "gone";
  }
  await leave(failure, object, run);
  return "left";
}

/** After a failure of a request about one object: that one stays, or the bucket is not served at all. */
export async function leave(failure: NotStored, object: StoredObject, run: Run): Promise<void> {
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

async function outageBehind(failure: NotStored, run: Run): Promise<NotStored | undefined> {
  const { status = 0 } = failure;
  if (status === 401) {
    return failure;
  }
  const canBeTheBuckets = status === 0 || status === 408 || status === 429 || status >= 500;
  return canBeTheBuckets ? failureOfBucket(run) : undefined;
}

/** The lines of an object; the last item is a failure where the rest cannot be read. */
export async function* readLines({
  parts,
}: ObjectContent): AsyncGenerator<Stored<readonly string[]>> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const part of parts()) {
    if (!part.ok) {
      yield part;
      return;
    }
    const lines = (rest + decoder.decode(part.value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield { ok: true, value: lines.filter(isLine) };
  }
  yield { ok: true, value: [rest].filter(isLine) };
}

function isLine(text: string): boolean {
  return text !== "";
}

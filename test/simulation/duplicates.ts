import type { Exchange, Invocation, Ledger, TopicMessage } from "./ledger.ts";

/** Lists why a message may be on the topic again. docs/delivery.md states the same causes. */
const causes = {
  unknownAttempt: "an attempt whose outcome nobody knew",
  senderAgain: "the sender sent again",
  killed: "a redrive was killed between delivering and removing",
  twoRedrives: "two redrives at once took the same object",
  unknownWrite: "a put or a delete whose outcome nobody knew, or that failed",
} as const;
type Cause = keyof typeof causes;

export type Duplicates = {
  readonly causes: Readonly<Record<Cause, number>>;
  readonly unexplained: readonly string[];
};

/** Checks every message that is on the topic more than once, in the order of its attempts. */
export function findDuplicates(ledger: Ledger): Duplicates {
  const counted = { unknownAttempt: 0, senderAgain: 0, killed: 0, twoRedrives: 0, unknownWrite: 0 };
  const unexplained: string[] = [];
  const pairs = [...byRecordId(ledger.messages).values()].flatMap(pairsOf);
  for (const [earlier, later, isNext] of pairs) {
    const cause = causeOf(earlier, later, ledger);
    if (cause !== undefined) {
      counted[cause] += isNext ? 1 : 0;
      continue;
    }
    unexplained.push(
      `duplicates: ${later.recordId} by #${earlier.n}, and again by #${later.n}: why?`,
    );
  }
  return { causes: counted, unexplained };
}

/** Returns every pair of attempts that left a message, and whether no other attempt lies between them. */
function pairsOf(messages: readonly TopicMessage[]): readonly [Exchange, Exchange, boolean][] {
  const attempts = messages.map(({ exchange }) => exchange).sort((a, b) => a.n - b.n);
  return attempts.flatMap((later, index) =>
    attempts
      .slice(0, index)
      .map((earlier, at): [Exchange, Exchange, boolean] => [earlier, later, at === index - 1]),
  );
}

function byRecordId(messages: readonly TopicMessage[]): Map<string, TopicMessage[]> {
  const found = new Map<string, TopicMessage[]>();
  for (const message of messages) {
    found.set(message.recordId, [...(found.get(message.recordId) ?? []), message]);
  }
  return found;
}

/** Returns the cause that excuses the later of two attempts that both left a message. */
function causeOf(earlier: Exchange, later: Exchange, ledger: Ledger): Cause | undefined {
  const first = earlier.invocation;
  const second = later.invocation;
  if (earlier.known === "unknown") {
    return "unknownAttempt";
  }
  if (first === second) {
    const isOfSeveral = objectsBefore(later).length > 1;
    return isOfSeveral ? causeOfObjects(earlier, later, ledger) : undefined;
  }
  if (first.killed && first.name !== "redrive") {
    return "senderAgain";
  }
  if (first.name !== "redrive" && second.name !== "redrive") {
    return "senderAgain";
  }
  return causeOfObjects(earlier, later, ledger);
}

/** Returns the dead-letter objects, usually one, whose dead letter an attempt of `redrive` may send. */
function objectsBefore({ invocation, n, recordId }: Exchange): readonly string[] {
  const read = invocation.exchanges.filter(
    ({ kind, known, deadLettersRead, n: at }) =>
      kind === "get" &&
      known === "done" &&
      at < n &&
      deadLettersRead.some((one) => one.recordId === recordId),
  );
  return [...new Set(read.map(({ object }) => object))];
}

/** Returns the call that wrote an object first. */
function writerOf(object: string, { exchanges }: Ledger): Invocation | undefined {
  return exchanges.find((one) => one.kind === "put" && one.object === object)?.invocation;
}

/** Returns the calls that a message can come from, directly or through a dead letter. */
function originsOf(attempt: Exchange, ledger: Ledger): readonly (Invocation | undefined)[] {
  const { invocation } = attempt;
  return invocation.name === "redrive"
    ? objectsBefore(attempt).map((object) => writerOf(object, ledger))
    : [invocation];
}

function causeOfObjects(earlier: Exchange, later: Exchange, ledger: Ledger): Cause | undefined {
  const origins = new Set([...originsOf(earlier, ledger), ...originsOf(later, ledger)]);
  if (origins.size > 1) {
    return "senderAgain";
  }
  const objects = [...new Set([...objectsBefore(earlier), ...objectsBefore(later)])];
  const first = earlier.invocation;
  if (first.name !== "redrive") {
    // A call writes down what it knows to be delivered, so nothing excuses a duplicate here.
    return undefined;
  }
  if (first.killed) {
    return "killed";
  }
  return objects.some((object) => overlaps(first, object, ledger))
    ? "twoRedrives"
    : (objects
        .map((object) => causeOfWrites(object, ledger))
        .find((cause) => cause !== undefined) ?? causeOfRemovalsAhead(first));
}

/** Removals wait for one another. The run's time can end behind a removal whose outcome stayed unknown. */
function causeOfRemovalsAhead({ exchanges }: Invocation): Cause | undefined {
  const isUnclear = exchanges.some(({ kind, known }) => kind === "remove" && known !== "done");
  return isUnclear ? "unknownWrite" : undefined;
}

function overlaps(run: Invocation, object: string, { invocations }: Ledger): boolean {
  return invocations.some(
    (other) =>
      other !== run &&
      other.name === "redrive" &&
      other.startMs <= (run.endMs ?? Infinity) &&
      (other.endMs ?? Infinity) >= run.startMs &&
      other.exchanges.some((one) => one.objects.includes(object)),
  );
}

/** Finds a write whose outcome was unknown, so that it was repeated or not made at all. */
function causeOfWrites(object: string, { exchanges }: Ledger): Cause | undefined {
  // An object that is set aside has the name of its source within its own.
  const base = object.split("/").at(-1)?.replace(".ndjson", "") ?? "";
  const isUnclear = exchanges.some(
    ({ kind, objects, known }) =>
      (kind === "put" || kind === "remove") &&
      objects.some((name) => name.includes(base)) &&
      known !== "done",
  );
  return isUnclear ? "unknownWrite" : undefined;
}

import { checkInFlight, checkOrderOfObjects, checkOvertaking } from "./invariants-of-order.ts";
import type { Exchange, Invocation, Ledger } from "./ledger.ts";
import type { Scenario } from "./scenario.ts";

/** Checks what has to be true of every call. Each finding begins with the name of its invariant. */

const replyReserveMs = 250;
const attemptMsMin = 200;
const storeMsReserved = 1_000;
/** Rounding to whole milliseconds may cost this much. */
const roundingMs = 1;

/** Checks a call when it replies: what it reports as safe is safe. */
export function checkReply(
  invocation: Invocation,
  { messages, everStored, setAside }: Ledger,
  scenario: Scenario,
): string[] {
  const { answer, workloadEvent, name } = invocation;
  const expected = (workloadEvent?.expected ?? []).map(({ recordId }) => recordId);
  const isOn = (recordId: string) => messages.some((message) => message.recordId === recordId);
  const isKept = (recordId: string) =>
    isOn(recordId) || everStored.has(recordId) || setAside.has(recordId);
  const say = (recordId: string) => `${recordId} of call ${invocation.n} (${name})`;
  switch (answer?.kind) {
    case "delivered":
      return expected
        .filter((recordId) => !isOn(recordId))
        .map((recordId) => `delivered: ${say(recordId)} is not there`);
    case "stored":
      return [
        ...expected
          .filter((recordId) => !isKept(recordId))
          .map((recordId) => `stored: ${say(recordId)} is nowhere`),
        ...(isBadUnkept(invocation) ? [`refused: call ${invocation.n} is bad and was kept`] : []),
      ];
    case "refused":
      return checkRefusal(invocation, scenario);
    default:
      return workloadEvent?.bad !== undefined &&
        answer?.kind !== "none" &&
        !mayFail(invocation, scenario)
        ? [
            `refused: call ${invocation.n} is bad (${workloadEvent.bad}) and ended as ${answer?.text}`,
          ]
        : [];
  }
}

/** A body that failed verification, or was too large to be verified, is never kept. */
function isBadUnkept({ workloadEvent }: Invocation): boolean {
  return workloadEvent?.bad === 401 || workloadEvent?.bad === 413;
}

/** A body that should be set aside is reported as failed if storing it failed, and comes again. */
function mayFail({ workloadEvent, exchanges }: Invocation, { hasDeadLetters }: Scenario): boolean {
  return (
    workloadEvent?.bad === 400 && hasDeadLetters && exchanges.some(({ kind }) => kind === "put")
  );
}

/** A call is refused only for the right reason, and before it sends anything. */
function checkRefusal(invocation: Invocation, scenario: Scenario): string[] {
  const { workloadEvent, answer, exchanges, clockOffMs, n } = invocation;
  const status = answer?.status ?? 0;
  const isUntimely = status === 401 && workloadEvent?.signsTime && Math.abs(clockOffMs) > 50_000;
  if (isTooLarge(invocation, scenario)) {
    return [];
  }
  const isSetAside = scenario.hasDeadLetters && workloadEvent?.bad === 400;
  const isRight = isUntimely || (status === workloadEvent?.bad && !isSetAside);
  return [
    ...(isRight
      ? []
      : [`refused: call ${n} is answered ${answer?.text} (bad: ${workloadEvent?.bad})`]),
    ...(exchanges.length === 0 ? [] : [`refused: call ${n} sent something before it was refused`]),
  ];
}

/** One of its records is too large for us or for the API, and no bucket is configured. */
function isTooLarge(
  { workloadEvent, answer }: Invocation,
  { hasClaims, hasDeadLetters }: Scenario,
): boolean {
  const isKept = hasClaims || hasDeadLetters;
  return (
    answer?.status === 413 &&
    !isKept &&
    workloadEvent?.bad === undefined &&
    workloadEvent?.expected.some(({ large }) => large) === true
  );
}

/** Checks after the run what each call did. */
export function checkInvocation(invocation: Invocation, scenario: Scenario): string[] {
  const { exchanges, n, name, alive, endMs = Infinity, deadlineMs } = invocation;
  const attempts = exchanges.filter(({ kind }) => kind === "produce");
  const found = [
    ...(alive ? ["ends: it never ended"] : []),
    ...(endMs > deadlineMs + roundingMs
      ? [`deadline: it ended ${endMs - deadlineMs} ms late`]
      : []),
    ...attempts.flatMap((attempt) => checkAttempt(attempt, invocation)),
    ...checkAmounts(invocation, attempts, scenario),
    ...checkInFlight(attempts, scenario),
    ...checkOvertaking(invocation, attempts, scenario),
    ...checkOrderOfObjects(invocation, attempts, scenario),
    ...(invocation.killed ? [] : checkCounts(invocation, attempts, scenario)),
  ];
  return found.map((text) => `${text} [call ${n}, ${name}]`);
}

function reserveOf({ name, hasReserve, deadlineMs, startMs }: Invocation): number {
  if (name === "redrive") {
    return storeMsReserved;
  }
  return hasReserve ? Math.min(storeMsReserved, 0.4 * (deadlineMs - startMs)) : 0;
}

function checkAttempt(attempt: Exchange, invocation: Invocation): string[] {
  const { startMs, timeoutMs, signedMs, containerMs, n } = attempt;
  const lastMs = invocation.deadlineMs - replyReserveMs - reserveOf(invocation) + roundingMs;
  const isSignedNow = signedMs === containerMs || Math.abs(signedMs - startMs) <= 10_000;
  return [
    ...(startMs + attemptMsMin > lastMs ? [`deadline: attempt #${n} starts too late`] : []),
    ...(startMs + timeoutMs > lastMs ? [`deadline: attempt #${n} may end too late`] : []),
    ...(timeoutMs < attemptMsMin ? [`deadline: attempt #${n} has ${timeoutMs} ms`] : []),
    ...(isSignedNow ? [] : [`signed: attempt #${n} is signed with another time than its own`]),
  ];
}

/** Returns the reads of objects in a run of `redrive`. */
export function deadLettersRead({ exchanges }: Invocation): readonly Exchange[] {
  return exchanges.filter(({ kind, known }) => kind === "get" && known === "done");
}

/** The attempts of one storage request. Each is signed anew. */
const storageTriesMax = 6;

function mostOfOne(attempts: readonly Exchange[]): number {
  const counts = new Map<string, number>();
  for (const { recordId } of attempts) {
    counts.set(recordId, (counts.get(recordId) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function checkAmounts(
  invocation: Invocation,
  attempts: readonly Exchange[],
  { attemptsMax }: Scenario,
): string[] {
  const read = deadLettersRead(invocation);
  const expected = invocation.workloadEvent?.expected ?? [];
  const isRedrive = invocation.name === "redrive";
  const deadLetters = read.reduce((sum, one) => sum + one.deadLetters, 0);
  // Any dead letter may need a claim check, because its data may not have been stored before.
  const claims = isRedrive ? deadLetters : expected.filter(({ large }) => large).length;
  const attemptsMaxOfCall = 2 * (isRedrive ? deadLetters : expected.length) + 20;
  // `redrive` needs for each object a read, a look at the bucket, a record set aside, a rewrite and two
  // removals. Other calls need one request for dead letters and one for what is set aside.
  const objects = new Set(invocation.exchanges.flatMap((one) => one.objects));
  const operations = isRedrive ? 3 + 6 * objects.size : 2;
  // A claim check is part of its record's attempts. Each attempt makes one request, and one more if the
  // clock is corrected.
  const storageMax = operations * storageTriesMax + claims * (attemptsMax + 3);
  const others = invocation.exchanges.filter(
    ({ kind }) => kind !== "produce" && kind !== "list",
  ).length;
  const most = mostOfOne(attempts);
  return [
    ...(attempts.length > attemptsMaxOfCall ? [`amounts: ${attempts.length} attempts`] : []),
    ...(others > storageMax ? [`amounts: ${others} storage requests`] : []),
    ...(isRedrive ? [] : checkAmountsOfRecords(invocation, most, attemptsMax)),
  ];
}

function checkAmountsOfRecords(
  { exchanges, workloadEvent }: Invocation,
  most: number,
  attemptsMax: number,
): string[] {
  const expected = workloadEvent?.expected ?? [];
  const text = expected.reduce((sum, recordId) => sum + 3 * recordId.text.length + 2_000, 2_000);
  const bytes = exchanges.reduce((sum, exchange) => sum + exchange.bytes, 0);
  return [
    ...(most > attemptsMax + 3 ? [`amounts: ${most} attempts of one record`] : []),
    ...(bytes > text * (attemptsMax + 2 + storageTriesMax) ? [`amounts: ${bytes} bytes`] : []),
  ];
}

type LogCounts = Readonly<Record<string, number>>;

/** The counts in the last line of the log equal what the simulation saw. */
function checkCounts(
  invocation: Invocation,
  attempts: readonly Exchange[],
  scenario: Scenario,
): string[] {
  const line: LogCounts = JSON.parse(invocation.lines.at(-1) ?? "{}");
  const {
    delivered = 0,
    stored = 0,
    ignored = 0,
    refused = 0,
    failed = 0,
    notAttempted = 0,
  } = line;
  const sum = delivered + stored + ignored + refused + failed + notAttempted;
  const seen = (known: Exchange["known"]) => attempts.filter((one) => one.known === known).length;
  const [least, most] = sumOf(invocation);
  const pairs = [
    ["attempts", line["attempts"], attempts.length],
    ["delivered", delivered, seen("done")],
    ["uncertain", line["uncertain"], seen("unknown")],
    ["neverSent", line["neverSent"], seen("neverSent")],
  ] as const;
  return [
    ...pairs.flatMap(([name, said, is]) =>
      said === is ? [] : [`counts: ${name} is said to be ${said} and is ${is}`],
    ),
    ...(refused > refusable(invocation, scenario) ? [`refused: ${refused} records`] : []),
    ...(sum < least || sum > most
      ? [`counts: they add up to ${sum}, not ${least} to ${most}`]
      : []),
  ];
}

/**
 * Returns how many records may be refused: those that the API rejects and those that are too large, if none
 * of them can be set aside.
 */
function refusable(
  { name, workloadEvent, exchanges }: Invocation,
  { hasClaims, hasDeadLetters }: Scenario,
): number {
  const isOfCall = name !== "redrive" && exchanges.length > 0;
  const expected = hasDeadLetters ? [] : (workloadEvent?.expected ?? []);
  return isOfCall
    ? expected.filter(({ poison, large }) => poison || (large && !hasClaims)).length
    : Infinity;
}

function sumOf(invocation: Invocation): readonly [number, number] {
  if (invocation.name === "redrive") {
    const deadLetters = deadLettersRead(invocation).reduce((sum, one) => sum + one.deadLetters, 0);
    const objects = new Set(invocation.exchanges.flatMap((one) => one.objects));
    // Records that were not begun are not counted. An object that cannot be read or removed, an incomplete
    // listing and an outage of the storage each count as one failure more.
    return [0, deadLetters + 2 * objects.size + 3];
  }
  // A body that made no record counts as one.
  const isRefused = invocation.exchanges.every(({ kind }) => kind === "put") && isBad(invocation);
  const count = invocation.workloadEvent?.expected.length ?? 0;
  return isRefused ? [1, count] : [count, count];
}

/** The call was refused as a whole, for its body or for its time. */
function isBad({ answer, workloadEvent }: Invocation): boolean {
  return answer?.kind === "refused" || workloadEvent?.bad !== undefined;
}

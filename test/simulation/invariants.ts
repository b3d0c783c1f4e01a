import { checkLanes, checkOrderOfObjects, checkOvertaking } from "./invariants-of-lanes.ts";
import type { Exchange, Invocation, Ledger } from "./ledger.ts";
import type { Scenario } from "./scenario.ts";

/** What has to be true of every call. Each finding begins with the name of its invariant. */

const replyReserveMs = 250;
const attemptMsMin = 200;
const storeMsReserved = 1_000;
/** What rounding to whole milliseconds may cost. */
const roundingMs = 1;

/** At the moment of its answer: what is said to be safe is safe. */
export function checkAnswer(
  invocation: Invocation,
  { messages, everStored, setAside }: Ledger,
  scenario: Scenario,
): string[] {
  const { answer, happening, name } = invocation;
  const marks = (happening?.marks ?? []).map(({ mark }) => mark);
  const isOn = (mark: string) => messages.some((message) => message.mark === mark);
  const isKept = (mark: string) => isOn(mark) || everStored.has(mark) || setAside.has(mark);
  const say = (mark: string) => `${mark} of call ${invocation.n} (${name})`;
  switch (answer?.kind) {
    case "delivered":
      return marks
        .filter((mark) => !isOn(mark))
        .map((mark) => `delivered: ${say(mark)} is not there`);
    case "stored":
      return [
        ...marks.filter((mark) => !isKept(mark)).map((mark) => `stored: ${say(mark)} is nowhere`),
        ...(isBadUnkept(invocation) ? [`refused: call ${invocation.n} is bad and was kept`] : []),
      ];
    case "refused":
      return checkRefusal(invocation, scenario);
    default:
      return happening?.bad !== undefined &&
        answer?.kind !== "none" &&
        !mayFail(invocation, scenario)
        ? [`refused: call ${invocation.n} is bad (${happening.bad}) and ended as ${answer?.text}`]
        : [];
  }
}

/** What is not proved, or was too large to be looked at, is never kept. */
function isBadUnkept({ happening }: Invocation): boolean {
  return happening?.bad === 401 || happening?.bad === 413;
}

/** What should have been set aside and could not be comes again. */
function mayFail({ happening, exchanges }: Invocation, { hasLetters }: Scenario): boolean {
  return happening?.bad === 400 && hasLetters && exchanges.some(({ kind }) => kind === "put");
}

/** Only what is bad is refused, as what it is, and before anything is sent. */
function checkRefusal(invocation: Invocation, scenario: Scenario): string[] {
  const { happening, answer, exchanges, clockOffMs, n } = invocation;
  const status = answer?.status ?? 0;
  const isUntimely = status === 401 && happening?.signsTime && Math.abs(clockOffMs) > 50_000;
  if (isTooLarge(invocation, scenario)) {
    return [];
  }
  const isSetAside = scenario.hasLetters && happening?.bad === 400;
  const isRight = isUntimely || (status === happening?.bad && !isSetAside);
  return [
    ...(isRight ? [] : [`refused: call ${n} is answered ${answer?.text} (bad: ${happening?.bad})`]),
    ...(exchanges.length === 0 ? [] : [`refused: call ${n} sent something before it was refused`]),
  ];
}

/** A record of it is, for us or for the API, and there is no bucket for either. */
function isTooLarge(
  { happening, answer }: Invocation,
  { hasClaims, hasLetters }: Scenario,
): boolean {
  const isKept = hasClaims || hasLetters;
  return (
    answer?.status === 413 &&
    !isKept &&
    happening?.bad === undefined &&
    happening?.marks.some(({ large }) => large) === true
  );
}

/** After the run: what each call did. */
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
    ...checkLanes(attempts, scenario),
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

/** Letters of the objects that a run of `redrive` read. */
export function lettersRead({ exchanges }: Invocation): readonly Exchange[] {
  return exchanges.filter(({ kind, known }) => kind === "get" && known === "done");
}

/** Tries of a storage request, signed anew once each. */
const storageTriesMax = 6;

function mostOfOne(attempts: readonly Exchange[]): number {
  const counts = new Map<string, number>();
  for (const { mark } of attempts) {
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

function checkAmounts(
  invocation: Invocation,
  attempts: readonly Exchange[],
  { attemptsMax }: Scenario,
): string[] {
  const read = lettersRead(invocation);
  const marks = invocation.happening?.marks ?? [];
  const isRedrive = invocation.name === "redrive";
  const letters = read.reduce((sum, one) => sum + one.letters, 0);
  // Any letter may be one whose data was not stored before.
  const claims = isRedrive ? letters : marks.filter(({ large }) => large).length;
  const attemptsMaxOfCall = 2 * (isRedrive ? letters : marks.length) + 20;
  // Of an object: a read, a look at the bucket, a record aside, what is left, and two removals. Of any other
  // call: dead letters, and what is set aside.
  const objects = new Set(invocation.exchanges.flatMap((one) => one.objects));
  const operations = isRedrive ? 3 + 6 * objects.size : 2;
  // A claim check is a part of its record's attempts: it is asked once in each, and once more where
  // its clock is corrected.
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
  { exchanges, happening }: Invocation,
  most: number,
  attemptsMax: number,
): string[] {
  const marks = happening?.marks ?? [];
  const text = marks.reduce((sum, mark) => sum + 3 * mark.text.length + 2_000, 2_000);
  const bytes = exchanges.reduce((sum, exchange) => sum + exchange.bytes, 0);
  return [
    ...(most > attemptsMax + 3 ? [`amounts: ${most} attempts of one record`] : []),
    ...(bytes > text * (attemptsMax + 2 + storageTriesMax) ? [`amounts: ${bytes} bytes`] : []),
  ];
}

type Counted = Readonly<Record<string, number>>;

/** What the last line of the log says of a call is what the world saw. */
function checkCounts(
  invocation: Invocation,
  attempts: readonly Exchange[],
  scenario: Scenario,
): string[] {
  const line: Counted = JSON.parse(invocation.lines.at(-1) ?? "{}");
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

/** Records that may be refused: what the API does not take, and what is too large; none of them can be set aside. */
function refusable(
  { name, happening, exchanges }: Invocation,
  { hasClaims, hasLetters }: Scenario,
): number {
  const isOfCall = name !== "redrive" && exchanges.length > 0;
  const marks = hasLetters ? [] : (happening?.marks ?? []);
  return isOfCall
    ? marks.filter(({ poison, large }) => poison || (large && !hasClaims)).length
    : Infinity;
}

function sumOf(invocation: Invocation): readonly [number, number] {
  if (invocation.name === "redrive") {
    const letters = lettersRead(invocation).reduce((sum, one) => sum + one.letters, 0);
    const objects = new Set(invocation.exchanges.flatMap((one) => one.objects));
    // What was not begun is not counted; an object that cannot be read or removed, a listing that is not
    // complete and an outage of the storage each count as one more failure.
    return [0, letters + 2 * objects.size + 3];
  }
  // A body that made no record counts as one.
  const isRefused = invocation.exchanges.every(({ kind }) => kind === "put") && isBad(invocation);
  const count = invocation.happening?.marks.length ?? 0;
  return isRefused ? [1, count] : [count, count];
}

/** Refused as a whole, for what it is or for when it came. */
function isBad({ answer, happening }: Invocation): boolean {
  return answer?.kind === "refused" || happening?.bad !== undefined;
}

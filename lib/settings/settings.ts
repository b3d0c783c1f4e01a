import type { ParseResult, Problem, Settings } from "../model/settings.ts";
import type { Rule } from "./rules.ts";

/** Every setting of the project; README.md describes each. */
export const settingNames = [
  "NCLOUD_ACCESS_KEY",
  "NCLOUD_SECRET_KEY",
  "DATASTREAM_ENDPOINT",
  "DATASTREAM_TOPIC",
  "DATASTREAM_PARTITIONS",
  "DATASTREAM_CONCURRENCY",
  "DATASTREAM_ATTEMPTS_MAX",
  "DATASTREAM_MESSAGE_BYTES_MAX",
  "DATASTREAM_ACKNOWLEDGEMENT",
  "DELIVERY_TIMEOUT_MS",
  "ATTEMPT_TIMEOUT_MS",
  "WEBHOOK_SOURCES",
  "WEBHOOK_SECRETS",
  "WEBHOOK_BODY_BYTES_MAX",
  "WEBHOOK_BODY_ENCODING",
  "BUCKET_KEY",
  "BUCKET_TOPIC",
  "BUCKET_PARTITION",
  "BUCKET_VALUE",
  "BUCKET_EVENT_FIELDS",
  "BUCKET_NAME_FIELD",
  "BUCKET_EVENT_FIELD",
  "BUCKET_TIME_FIELD",
  "HEARTBEAT_NAME",
  "HEARTBEAT_CRON",
  "HEARTBEAT_TIMEZONE",
  "HEARTBEAT_TOPIC",
  "HEARTBEAT_PARTITION",
  "DEAD_LETTER_BUCKET",
  "CLAIM_CHECK_BUCKET",
  "REDRIVE_TOPICS",
  "REDRIVE_CONCURRENCY",
  "OBJECT_STORAGE_ENDPOINT",
  "OBJECT_STORAGE_REGION",
  "LOG_LEVEL",
] as const;
/** A rule, and the value that stands for a setting that is not set. */
type Field<T> = Rule<T> & { readonly fallback: T; readonly isRequired: boolean };

type Fields = Readonly<Record<string, Field<unknown>>>;
type Values<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

export function required<T>(rule: Rule<T>): Field<T> {
  return { fallback: undefined as T, isRequired: true, ...rule };
}

export function optional<T>(rule: Rule<T>): Field<T | undefined> {
  return { fallback: undefined, isRequired: false, ...rule };
}

export function withDefault<T>(rule: Rule<T>, fallback: T): Field<T> {
  return { fallback, isRequired: false, ...rule };
}

/**
 * Reads the fields of a bag and reports every problem at once. `within` is where the bag itself
 * stands, for messages; what is empty in such an inner bag is wrong, not absent.
 */
export function parseFields<F extends Fields>(
  bag: Settings,
  fields: F,
  within = "",
): ParseResult<Values<F>> {
  const problems: Problem[] = [];
  const values = Object.entries(fields).map(([name, field]) => {
    const given = Object.hasOwn(bag, name) ? bag[name] : undefined;
    const isAbsent = given === undefined || (within === "" && isBlank(given));
    const { value, text } = isAbsent ? readAbsent(field) : readGiven(field, given);
    if (text !== undefined) {
      problems.push({ setting: within + name, text });
    }
    return [name, value];
  });
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: Object.fromEntries(values) as Values<F> };
}

/** Templates leave empty text where a variable has no value: a setting is then not set. */
function isBlank(given: unknown): boolean {
  return given === null || given === "";
}

/** A field's value, and what is wrong with it. */
type Read = { readonly value: unknown; readonly text?: string | undefined };

function readAbsent({ fallback, isRequired }: Field<unknown>): Read {
  return { value: fallback, text: isRequired ? "is required" : undefined };
}

function readGiven({ isValid, message, coerce }: Field<unknown>, given: unknown): Read {
  const value = coerce === undefined ? given : coerce(given);
  if (isValid(value)) {
    return { value };
  }
  return { value, text: typeof message === "string" ? message : message(given) };
}

/** Words shorter than this are near each other by chance: one mistake in them is all that is looked for. */
const shortLength = 4;

/** Ends a problem with the known word that was probably meant; says nothing of what was given. */
export function didYouMean(given: unknown, known: Iterable<string>): string {
  const word = typeof given === "string" ? given.toLowerCase() : "";
  const isNear = (other: string, distance: number) =>
    (distance < misspellingDistanceMax || other.length >= shortLength) &&
    isWithinDistance(word, other.toLowerCase(), distance);
  const words = [...known];
  const distances = Array.from({ length: misspellingDistanceMax + 1 }, (_, distance) => distance);
  const meant = distances.flatMap((distance) => words.filter((other) => isNear(other, distance)));
  return meant[0] === undefined ? "" : `: did you mean ${meant[0]}?`;
}

/** Names so near to a setting's that they are surely meant to be it. `others` are names of settings beside ours. */
export function findMisspelt(
  settings: Settings,
  others: readonly string[] = [],
): readonly Problem[] {
  return Object.keys(settings)
    .filter(
      (name) => !knownNames.has(name) && resemblesSetting.test(name) && !others.includes(name),
    )
    .flatMap((name) => {
      const meant = [...settingNames, ...others].find((other) =>
        isWithinDistance(name, other, misspellingDistanceMax),
      );
      return meant === undefined
        ? []
        : [{ setting: name, text: `is not a setting: did you mean ${meant}?` }];
    });
}

const knownNames: ReadonlySet<string> = new Set(settingNames);
const misspellingDistanceMax = 2;
/** Two mistakes leave three letters in a row of any name of nine or more, which all of ours have. */
const resemblesSetting = /[A-Z_]{3}/;

/**
 * Whether the edit distance (Levenshtein) of two texts is at most `distanceMax`. Looks no further
 * than that many differences: nearly every pair of names is told apart by its first letters.
 */
export function isWithinDistance(a: string, b: string, distanceMax: number): boolean {
  if (Math.abs(a.length - b.length) > distanceMax) {
    return false;
  }
  let same = 0;
  while (same < a.length && a[same] === b[same]) {
    same += 1;
  }
  const [restA, restB] = [a.slice(same), b.slice(same)];
  if (restA === "" || restB === "") {
    return true;
  }
  return (
    distanceMax > 0 &&
    [
      [restA.slice(1), restB.slice(1)],
      [restA, restB.slice(1)],
      [restA.slice(1), restB],
    ].some(([nextA = "", nextB = ""]) => isWithinDistance(nextA, nextB, distanceMax - 1))
  );
}

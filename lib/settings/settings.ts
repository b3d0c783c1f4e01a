import type { ParseResult, Problem, Settings } from "../model/settings.ts";
import type { Rule } from "./rules.ts";

/** Names of all settings of the project. */
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
  "EVENT_ID",
  "EVENT_TYPE",
  "EVENT_KEY",
  "EVENT_SUBJECT",
  "EVENT_SOURCE",
  "EVENT_TOPIC",
  "EVENT_PARTITION",
  "EVENT_VALUE",
  "EVENT_FIELDS",
  "EVENT_DROP",
  "EVENT_FILTER",
  "SQS_PARTIAL_BATCH",
  "DEAD_LETTER_BUCKET",
  "CLAIM_CHECK_BUCKET",
  "REDRIVE_TOPICS",
  "REDRIVE_CONCURRENCY",
  "OBJECT_STORAGE_ENDPOINT",
  "OBJECT_STORAGE_REGION",
  "LOG_LEVEL",
] as const;
/** A rule with the default of the setting. */
type Field<T> = Rule<T> & { readonly fallback: T; readonly isRequired: boolean };

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type Values<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

/* @__NO_SIDE_EFFECTS__ */
export function required<T>(rule: Rule<T>): Field<T> {
  return { fallback: undefined as T, isRequired: true, ...rule };
}

/* @__NO_SIDE_EFFECTS__ */
export function optional<T>(rule: Rule<T>): Field<T | undefined> {
  return { fallback: undefined, isRequired: false, ...rule };
}

/* @__NO_SIDE_EFFECTS__ */
export function withDefault<T>(rule: Rule<T>, fallback: T): Field<T> {
  return { fallback, isRequired: false, ...rule };
}

/**
 * Reads the fields of an object and reports all problems together. `within` is the place of the object itself,
 * for messages. An empty value counts as absent at the top level and as wrong in an inner object.
 */
export function parseFields<F extends Fields>(
  object: Settings,
  fields: F,
  within = "",
): ParseResult<Values<F>> {
  const problems: Problem[] = [];
  const values = Object.entries(fields).map(([name, field]) => {
    const given = Object.hasOwn(object, name) ? object[name] : undefined;
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

/** Treats empty text as not set, because templates leave it if a variable has no value. */
function isBlank(given: unknown): boolean {
  return given === null || given === "";
}

/** A field's value, or the problem with it. */
type FieldValue = { readonly value: unknown; readonly text?: string | undefined };

function readAbsent({ fallback, isRequired }: Field<unknown>): FieldValue {
  return { value: fallback, text: isRequired ? "is required" : undefined };
}

function readGiven({ isValid, message, coerce }: Field<unknown>, given: unknown): FieldValue {
  const value = coerce === undefined ? given : coerce(given);
  if (isValid(value)) {
    return { value };
  }
  return { value, text: typeof message === "string" ? message : message(given) };
}

/** Shorter words are near each other by chance, so only one mistake is allowed in them. */
const shortLength = 4;

/** Suggests the known word that was probably meant, as the end of a problem. It never repeats the given word. */
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

/** Returns the names that are not in the list of settings: settings of a function of one's own. */
export function unlistedNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => !knownNames.has(name));
}

/**
 * Finds names that are so near to a setting's name that they are surely a typing error. `others` are settings that are not
 * in the list.
 */
export function findMisspelt(
  settings: Settings,
  others: readonly string[] = [],
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const name of Object.keys(settings)) {
    const isKnown = knownNames.has(name) || others.includes(name);
    const meant = isKnown ? "" : settingMeantBy(name) || (nearestTo(name, others) ?? "");
    if (meant !== "") {
      problems.push({ setting: name, text: `is not a setting: did you mean ${meant}?` });
    }
  }
  return problems;
}

/** A warm function sees the same names on every call: each is compared with all settings once. */
const meantNames = new Map<string, string>();
const meantNamesMax = 1_000;

/** The setting that a name is near to; empty where there is none. */
function settingMeantBy(name: string): string {
  const known = meantNames.get(name);
  if (known !== undefined) {
    return known;
  }
  const meant = nearestTo(name, settingNames) ?? "";
  if (meantNames.size < meantNamesMax) {
    meantNames.set(name, meant);
  }
  return meant;
}

function nearestTo(name: string, names: readonly string[]): string | undefined {
  return names.length > 0 && resemblesSetting.test(name)
    ? names.find((other) => isWithinDistance(name, other, mistakesIn(other)))
    : undefined;
}

/** In a short name a second mistake gives another word: `EVENT_NO` is no `EVENT_ID`. */
function mistakesIn({ length }: string): number {
  return length < shortNameLength ? 1 : misspellingDistanceMax;
}

const knownNames: ReadonlySet<string> = /* @__PURE__ */ new Set(settingNames);
const misspellingDistanceMax = 2;
const shortNameLength = 9;
/** One mistake in eight letters leaves three of them in a row, and so do two mistakes in nine. */
const resemblesSetting = /[A-Z_]{3}/;

/**
 * Tells whether the edit distance (Levenshtein) of two texts is at most `distanceMax`. It stops after that many
 * differences: nearly every pair of names differs in its first letters.
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

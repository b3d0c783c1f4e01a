import { isText } from "../encoding/unknown-object.ts";
import type { Problem, Settings } from "../model/settings.ts";
import { streamSettingNames } from "./stream-fields.ts";

const ownSettingNames = [
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
  "REDRIVE_TOPICS",
  "REDRIVE_CONCURRENCY",
] as const;

/** Names of all settings of the project: those that every function reads, and those of single functions. */
export const settingNames = /* @__PURE__ */ [streamSettingNames, ownSettingNames].flat();

/** Shorter words are near each other by chance, so only one mistake is allowed in them. */
const shortLength = 4;

/** Suggests the known word that was probably meant, as the end of a problem. It never repeats the given word. */
export function didYouMean(given: unknown, known: Iterable<string>): string {
  const word = isText(given) ? given.toLowerCase() : "";
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
  const restA = a.slice(same);
  const restB = b.slice(same);
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

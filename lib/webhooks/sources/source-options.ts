import { parsePointer } from "../../encoding/json-source.ts";
import { isText } from "../../encoding/unknown-object.ts";
import type { Problem, Settings } from "../../model/settings.ts";
import { optional, withDefault } from "../../settings/fields.ts";
import {
  custom,
  integer,
  oneOf,
  partitionIndex,
  textWhere,
  topicName,
} from "../../settings/rules.ts";
import { didYouMean } from "../../settings/settings.ts";
import { challengeNames } from "../challenges/challenges.ts";
import { bodyTypes } from "../mapping/content.ts";
import { parseSelectors } from "../mapping/selectors.ts";

/** Options of a source in WEBHOOK_SOURCES that do not depend on its verifier. */

export const bodyBytes = integer(1, 50_000_000);

const selectorsText =
  'must be a list of "body:/json/pointer", "object:/json/pointer", "element:/json/pointer", "header:name" or "const:text"';
const selectors = custom<readonly string[]>(
  // `call` as a key or type would change on every retry.
  (value) => parseSelectors(value)?.every(({ from }) => from !== "call") === true,
  selectorsText,
);
const idSelectors = custom<readonly string[]>(
  (value) => parseSelectors(value) !== undefined,
  `${selectorsText}, or "call"`,
);

const replyStatuses: readonly unknown[] = [200, 202, 204];

export const commonOptions = {
  topic: optional(topicName),
  partition: optional(partitionIndex),
  id: optional(idSelectors),
  type: optional(selectors),
  key: optional(selectors),
  subject: optional(selectors),
  methods: withDefault(custom<readonly string[]>(isMethods, 'must be a list of "POST" and "GET"'), [
    "POST",
  ]),
  value: withDefault(oneOf(["cloudevent", "raw"]), "cloudevent"),
  filter: optional(custom<readonly string[]>(isTextList, "must be a list of event types")),
  split: optional(
    textWhere((text) => parsePointer(text) !== undefined, "must be a JSON pointer to an array"),
  ),
  bodyBytesMax: optional(bodyBytes),
  bodyType: optional(oneOf(bodyTypes)),
  challenge: optional(oneOf(challengeNames)),
  replyStatus: optional({
    ...integer(200, 204),
    ...custom<number>((value) => replyStatuses.includes(value), "must be 200, 202 or 204"),
  }),
  replyBody: withDefault(oneOf(["json", "none"]), "json"),
};

function isMethods(value: unknown): boolean {
  return isTextList(value) && (value as string[]).every((one) => one === "POST" || one === "GET");
}

function isTextList(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length > 0 && value.every((one) => isText(one) && one !== "")
  );
}

/** Largest tolerance: one day. */
const windowSecondsMax = 86_400;

/** Default tolerance in both directions, as in the providers' own libraries. */
export const toleranceSecondsDefault = 300;

const windowSeconds = optional(integer(0, windowSecondsMax));

/** Options of a source whose scheme signs the time. */
export const windowOptions = {
  toleranceSeconds: windowSeconds,
  futureToleranceSeconds: windowSeconds,
  pastSecondsMax: windowSeconds,
  futureSecondsMax: windowSeconds,
};

/** Old names that are still read, with their new names. */
const renamedOptions = [
  { old: "pastSecondsMax", name: "toleranceSeconds" },
  { old: "futureSecondsMax", name: "futureToleranceSeconds" },
] as const;

function renamedIn(options: Settings) {
  return renamedOptions.filter(({ old }) => options[old] !== undefined);
}

export function warningsAboutNames(options: Settings, within: string): readonly string[] {
  return renamedIn(options).map(({ old, name }) => `${within}${old} is now called ${name}`);
}

export function checkRenamed(options: Settings, within: string): readonly Problem[] {
  return renamedIn(options)
    .filter(({ name }) => options[name] !== undefined)
    .map(({ old, name }) => ({
      setting: within + old,
      text: `is the old name of ${name}: set one`,
    }));
}

export function findUnknown(
  options: Settings,
  known: readonly string[],
  within: string,
): readonly Problem[] {
  return Object.keys(options)
    .filter((option) => !known.includes(option))
    .map((option) => ({
      setting: within + option,
      text: textAboutUnknown(option, known, String(options["verifier"])),
    }));
}

function textAboutUnknown(option: string, known: readonly string[], verifier: string): string {
  const meant = didYouMean(option, known);
  if (meant === "" && /(secret|token|password|key)s?$/i.test(option)) {
    const as = option === "verifyToken" ? " as <source>.verifyToken" : "";
    return `is a secret: WEBHOOK_SECRETS takes it${as}`;
  }
  const why = Object.hasOwn(windowOptions, option) ? ", which signs no time" : meant;
  return `is no option of ${verifier}${why}`;
}

/** Finds selectors of elements in a source without split, which would never have a value. */
export function findUnusable(options: Settings, isSplit: boolean, within: string) {
  return ["id", "type", "key", "subject"]
    .filter(
      (option) =>
        !isSplit && parseSelectors(options[option])?.some(({ from }) => from === "element"),
    )
    .map((option) => ({ setting: within + option, text: "has an element without split" }));
}

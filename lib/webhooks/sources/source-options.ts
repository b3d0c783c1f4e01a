import { parsePointer } from "../../encoding/json-source.ts";
import type { Problem, Settings } from "../../model/settings.ts";
import {
  custom,
  integer,
  oneOf,
  partitionIndex,
  textWhere,
  topicName,
} from "../../settings/rules.ts";
import { didYouMean, optional, withDefault } from "../../settings/settings.ts";
import { bodyTypes } from "../mapping/content.ts";
import { parseSelectors } from "../mapping/selectors.ts";

/** The options of a source in WEBHOOK_SOURCES, whatever its verifier; README.md describes each. */

export const bodyBytes = integer(1, 50_000_000);

const selectorsText =
  'must be a list of "body:/json/pointer", "object:/json/pointer", "element:/json/pointer", "header:name" or "const:text"';
const selectors = custom<readonly string[]>(
  // A fresh id as a key or type would be another one on every retry.
  (value) => parseSelectors(value)?.every(({ from }) => from !== "call") === true,
  selectorsText,
);
const idSelectors = custom<readonly string[]>(
  (value) => parseSelectors(value) !== undefined,
  `${selectorsText}, or "call"`,
);

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
};

function isMethods(value: unknown): boolean {
  return isTextList(value) && (value as string[]).every((one) => one === "POST" || one === "GET");
}

function isTextList(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => typeof one === "string" && one !== "")
  );
}

/** A day: the furthest that a source may be told to look back or ahead. */
const windowSecondsMax = 86_400;

/** As the providers' own libraries take it, in both directions. */
export const toleranceSecondsDefault = 300;

const windowSeconds = optional(integer(0, windowSecondsMax));

/** Options of a source whose scheme signs the time. */
export const windowOptions = {
  toleranceSeconds: windowSeconds,
  futureToleranceSeconds: windowSeconds,
  pastSecondsMax: windowSeconds,
  futureSecondsMax: windowSeconds,
};

/** Old names, which are still read, and what they are now. */
const renamedOptions = [
  ["pastSecondsMax", "toleranceSeconds"],
  ["futureSecondsMax", "futureToleranceSeconds"],
] as const;

export function warningsAboutNames(options: Settings, within: string): readonly string[] {
  return renamedOptions
    .filter(([old]) => options[old] !== undefined)
    .map(([old, name]) => `${within}${old} is now called ${name}`);
}

export function checkRenamed(options: Settings, within: string): readonly Problem[] {
  return renamedOptions
    .filter(([old, name]) => options[old] !== undefined && options[name] !== undefined)
    .map(([old, name]) => ({ setting: within + old, text: `is the old name of ${name}: set one` }));
}

export function findUnknown(
  options: Settings,
  known: readonly string[],
  within: string,
): readonly Problem[] {
  const text = `is no option of ${String(options["verifier"])}`;
  return Object.keys(options)
    .filter((option) => !known.includes(option))
    .map((option) => ({ setting: within + option, text: text + didYouMean(option, known) }));
}

/** Places of elements where nothing is split: they would never hold anything. */
export function findUnusable(options: Settings, isSplit: boolean, within: string) {
  const unusable = ["id", "type", "key", "subject"].filter((option) =>
    parseSelectors(options[option])?.some(({ from }) => from === "element"),
  );
  return isSplit
    ? []
    : unusable.map((option) => ({
        setting: within + option,
        text: "has an element without split",
      }));
}

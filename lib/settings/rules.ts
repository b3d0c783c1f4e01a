import { findJsonFault } from "../encoding/json-fault.ts";
import { parseJson } from "../encoding/json-source.ts";
import { isText, isUnknownObject } from "../encoding/unknown-object.ts";
import { isTopicName } from "../model/record.ts";
import { isPlaceholder } from "./placeholder.ts";

/**
 * Describes what a setting must be. A setting arrives as text (environment) or as JSON (bound parameters).
 * `coerce` gives both the same form before the predicate checks it.
 */
export type Rule<T> = {
  readonly isValid: (value: unknown) => value is T;
  /** Says what was expected. It may look at the given value and never repeats it. */
  readonly message: string | ((given: unknown) => string);
  readonly coerce?: (value: unknown) => unknown;
};

/** Makes a rule of a predicate and a message. */
/* @__NO_SIDE_EFFECTS__ */
export function custom<T>(
  isValid: (value: unknown) => boolean,
  message: Rule<T>["message"],
): Rule<T> {
  return { isValid: isValid as Rule<T>["isValid"], message };
}

/** Makes a rule for text that satisfies a predicate. */
/* @__NO_SIDE_EFFECTS__ */
export function textWhere(isValid: (text: string) => boolean, message: string): Rule<string> {
  return custom((value) => isText(value) && isValid(value), message);
}

/** Accepts text without line breaks, which would split a header, and without lone surrogates, which no URL can hold. */
export const text = textWhere(
  (value) => !value.includes("\0") && !/[\r\n\ud800-\udfff]/u.test(value),
  "must be text of one line",
);

const andReal = ", not blank and without a placeholder left in it";

/** Accepts a key or secret: text of one line that is neither blank nor a placeholder. */
export const secretText = textWhere(isSecret, `must be text of one line${andReal}`);

export function isSecret(value: unknown): boolean {
  return isSecretForm(value) && !isPlaceholder(String(value));
}

/** Tells whether a value has the form of a secret; it can still be a placeholder. */
export function isSecretForm(value: unknown): boolean {
  return isText(value) && /^(?!\s*$)[^\r\n]+$/.test(value) && !value.includes("\0");
}

/** Accepts a key that is sent as a header, where other characters would make every request fail. */
export const headerKey = textWhere(
  (value) => isSecret(value) && /^[!-~]+$/.test(value),
  `must be visible ASCII without spaces${andReal}`,
);

/** Makes a rule for a whole number, also as text of digits. */
/* @__NO_SIDE_EFFECTS__ */
export function integer(min: number, max: number): Rule<number> {
  const message = `must be a whole number from ${min} to ${max}`;
  return {
    ...custom((value) => Number.isInteger(value) && isBetween(Number(value), min, max), message),
    coerce: (value) => (isText(value) && /^\d{1,15}$/.test(value) ? Number(value) : value),
  };
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

/** Makes a rule for JSON text or the value itself. Text that is not JSON stays text, which the predicate refuses. */
/* @__NO_SIDE_EFFECTS__ */
export function json<T>(isValid: (value: unknown) => boolean, message: string): Rule<T> {
  return {
    ...custom<T>(isValid, (given) => message + describeFault(given)),
    coerce: (value) => (isText(value) ? (parseJson(value) ?? value) : value),
  };
}

/** Names the position at which text stops being JSON, in characters as an editor counts them. */
function describeFault(given: unknown): string {
  const fault = isText(given) ? findJsonFault(given) : undefined;
  if (!isText(given) || fault === undefined) {
    return "";
  }
  const [before, all] = [[...given.slice(0, fault)].length, [...given].length];
  const position =
    before === all ? `it ends too soon, at its length of` : `at character ${before + 1} of`;
  return `: this is not JSON, ${position} ${all}`;
}

/* @__NO_SIDE_EFFECTS__ */
export function oneOf<const T extends readonly string[]>(values: T): Rule<T[number]> {
  return custom(
    (value) => values.some((one) => one === value),
    `must be one of ${values.join(", ")}`,
  );
}

/** Accepts a boolean, also as text. */
export const flag: Rule<boolean> = {
  ...custom<boolean>((value) => typeof value === "boolean", "must be true or false"),
  coerce: (value) => (value === "true" || value === "false" ? value === "true" : value),
};

/** Applies Kafka's rule for topic names; NAVER Cloud's is narrower. */
export const topicName = textWhere(isTopicName, "must be a topic name");
/** Applies the rule of NAVER Cloud and S3 for bucket names. */
export const bucketName = textWhere(
  (value) => /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value),
  "must be a bucket name",
);

/** NAVER Cloud documents at most 16 partitions per topic; the limit here leaves room for growth. */
const partitionsMax = 1_024;
export const partitionIndex = integer(0, partitionsMax - 1);

/** Accepts one count for all topics, or an object of topic names and counts. */
export const partitionCounts = json<number | Readonly<Record<string, number>>>(
  (value) =>
    isPartitionCount(value) ||
    (isUnknownObject(value) &&
      Object.entries(value).every(([name, count]) => isTopicName(name) && isPartitionCount(count))),
  "must be a partition count from 1 to 1024, or an object of topic names and counts",
);

function isPartitionCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= partitionsMax;
}

/** Accepts an https origin, and an http origin on this machine only. */
export const origin: Rule<string> = {
  ...textWhere(isOrigin, "must be an https origin (http only for loopback)"),
  coerce: (value) => (isText(value) && value.endsWith("/") ? value.slice(0, -1) : value),
};

const loopbackHosts = ["127.0.0.1", "[::1]", "localhost"];

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) {
    return false;
  }
  const { protocol, hostname, origin } = new URL(value);
  const isSafe =
    protocol === "https:" || (protocol === "http:" && loopbackHosts.includes(hostname));
  return isSafe && origin === value.toLowerCase();
}

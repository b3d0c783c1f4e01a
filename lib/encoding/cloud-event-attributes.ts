import { isText, type UnknownObject } from "./unknown-object.ts";
import { toBoundedText, toWellFormed } from "./well-formed.ts";

/**
 * The attributes that a sender gave to its event, with its extensions: texts, booleans and integers. Texts are
 * well-formed and free of control characters.
 */
export type ReceivedAttributes = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** Extension "partitioning": the message key. */
  readonly partitionkey?: string;
  /** Extension "distributed tracing". */
  readonly traceparent?: string;
  readonly tracestate?: string;
};

export type AttributesReading =
  /** `note` says what was left out. */
  | { readonly ok: true; readonly attributes: ReceivedAttributes; readonly note?: string }
  /** `problem` says why this is no CloudEvent. It may name an attribute and never holds a value. */
  | { readonly ok: false; readonly problem: string };

/** Limits of an event. A delivery beyond them is an ordinary one, of which nothing is cut. */
const attributesMax = 64;
const nameCharsMax = 100;
const valueCharsMax = 8_192;
const contentTypeCharsMax = 300;

/** Attributes that name and route an event. A long one is replaced by its hash, as everywhere. */
const boundedNames = ["id", "source", "type", "subject", "partitionkey"];
const otherTextNames = ["datacontenttype", "dataschema", "traceparent", "tracestate"];

/** Tells whether an attribute has to be text. Empty text counts as absent. */
function isTextName(name: string): boolean {
  return boundedNames.includes(name) || otherTextNames.includes(name);
}

/**
 * Reads the context attributes of CloudEvents 1.0 from an event in JSON, or from its headers by attribute name
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes, read 2026-11-30). A null
 * counts as absent. A time that is not RFC 3339 is left out, because the event keeps its identity without it.
 */
export function readAttributes(event: UnknownObject): AttributesReading {
  if (event["specversion"] !== "1.0") {
    return { ok: false, problem: "its specversion is not 1.0" };
  }
  const { specversion: _, data: __, data_base64: ___, time = null, ...others } = event;
  const members = Object.entries(others).filter(([name, value]) => !isAbsent(name, value));
  const problem =
    members.length > attributesMax
      ? `it has over ${attributesMax} attributes`
      : members.map(([name, value]) => findProblem(name, value)).find(Boolean);
  const attributes: Partial<ReceivedAttributes> = Object.fromEntries(members.map(toMember));
  const isTimed = isTimestamp(time);
  if (problem !== undefined || !hasIdentity(attributes)) {
    return { ok: false, problem: problem ?? "its id, source or type is missing" };
  }
  if (time === null || isTimed) {
    return { ok: true, attributes: isTimed ? { ...attributes, time } : attributes };
  }
  return { ok: true, attributes, note: "its time is not RFC 3339 and was left out" };
}

function isAbsent(name: string, value: unknown): boolean {
  return (value ?? null) === null || (value === "" && isTextName(name));
}

function findProblem(name: string, value: unknown): string | undefined {
  if (name.length > nameCharsMax || !/^[a-z0-9]+$/.test(name)) {
    return "the name of an attribute is not a-z and 0-9";
  }
  if (isText(value)) {
    return isTooLong(name, value) ? `its ${name} is too long` : undefined;
  }
  // Another number would lose digits on its way through JSON.
  const isValue = typeof value === "boolean" || Number.isSafeInteger(value);
  return isValue && !isTextName(name) ? undefined : `its ${name} is of a wrong type`;
}

function isTooLong(name: string, { length }: string): boolean {
  const max = name === "datacontenttype" ? contentTypeCharsMax : valueCharsMax;
  return length > max && !boundedNames.includes(name);
}

function toMember([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  const toText = boundedNames.includes(name) ? toBoundedText : toWellFormed;
  return [name, isText(value) ? toText(value) : value];
}

function hasIdentity(attributes: Partial<ReceivedAttributes>): attributes is ReceivedAttributes {
  const { id, source, type } = attributes;
  return id !== undefined && source !== undefined && type !== undefined;
}

/** Checks date and time by https://www.rfc-editor.org/rfc/rfc3339#section-5.6, with the days that a month has. */
function isTimestamp(value: unknown): value is string {
  const form =
    /^(\d{4}-\d\d-\d\d)t([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,30})?(z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;
  const date = isText(value) ? (form.exec(value)?.[1] ?? "") : "";
  const ms = Date.parse(date);
  // V8 takes the 30th of February for the 2nd of March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

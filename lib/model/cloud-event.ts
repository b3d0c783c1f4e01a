import { decodeBase64 } from "../encoding/base64.ts";
import { type ReceivedAttributes, readAttributes } from "../encoding/cloud-event-attributes.ts";
import { parseDocument } from "../encoding/json-document.ts";
import { isOneValue, textAt } from "../encoding/json-source.ts";
import { isJsonType } from "../encoding/media-type.ts";
import { isText, isUnknownObject } from "../encoding/unknown-object.ts";

/**
 * Context attributes of CloudEvents 1.0.2
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes).
 */
export type CloudEventAttributes = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string | undefined;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype?: string | undefined;
  readonly dataschema?: string | undefined;
  /** Extension "partitioning": equal to the message key. */
  readonly partitionkey: string;
  /** Extension "distributed tracing". */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Extension "dataref": the URL of the data, which the event then leaves out. */
  readonly dataref?: string | undefined;
};

export type CloudEventData =
  /** JSON text, which is embedded unchanged so that number forms and duplicate names survive. */
  | { readonly kind: "json"; readonly text: string }
  /** A value that JSON can express and that is not serialized yet. */
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Uint8Array }
  | { readonly kind: "none" };

/** The attributes and the data of a CloudEvent. */
export type EventParts = {
  readonly attributes: CloudEventAttributes;
  readonly data: CloudEventData;
};

/**
 * Returns the event in the JSON format of CloudEvents 1.0.2
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md).
 */
export function toCloudEvent(attributes: CloudEventAttributes, data: CloudEventData): string {
  return `${toHead(attributes)}${toDataMember(data)}}`;
}

function toHead(attributes: CloudEventAttributes): string {
  return `{"specversion":"1.0",${JSON.stringify(attributes).slice(1, -1)}`;
}

/** Returns data as a raw message value. Binary data cannot be a raw value and never gets here. */
export function toRawValue(data: CloudEventData): string {
  switch (data.kind) {
    case "json":
    case "text":
      return data.text;
    case "value":
      return JSON.stringify(data.value);
    case "binary":
    case "none":
      return "";
  }
}

/** An event that a sender made, or the reason why it is none. Neither `problem` nor `note` holds a value. */
export type CloudEventReading =
  | {
      readonly ok: true;
      readonly attributes: ReceivedAttributes;
      readonly data: CloudEventData;
      /** Says what was left out. */
      readonly note?: string;
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads a value as an event in the JSON format that somebody else made. `text` is the value's JSON, if it is known: the
 * data is then exactly what was written.
 */
export function readCloudEvent(value: unknown, text?: string): CloudEventReading {
  if (!isUnknownObject(value)) {
    return { ok: false, problem: "it is no JSON object" };
  }
  const { data, data_base64: base64 = null } = value;
  const bytes = isText(base64) ? decodeBase64(base64) : undefined;
  if (base64 !== null && (bytes === undefined || data !== undefined)) {
    return { ok: false, problem: "its data_base64 is no base64, or stands beside data" };
  }
  const reading = readAttributes(value);
  if (!reading.ok) {
    return reading;
  }
  const { datacontenttype } = reading.attributes;
  return {
    ...reading,
    data: bytes === undefined ? readData(data, text, datacontenttype) : { kind: "binary", bytes },
  };
}

function readData(
  data: unknown,
  text: string | undefined,
  type: string | undefined,
): CloudEventData {
  if (text !== undefined || data === undefined) {
    return toData(text && textAt(text, ["data"]), undefined, type);
  }
  return isText(data) && isTextType(type)
    ? { kind: "text", text: data }
    : { kind: "value", value: data };
}

/** Parses an event that this project made. Returns undefined for any other text. */
export function parseCloudEvent(value: string): EventParts | undefined {
  const head = parseHead(value);
  if (head === undefined) {
    return undefined;
  }
  const { attributes, base64 } = head;
  const text = ownDataOf(value, attributes) ?? textAt(value, ["data"]);
  return { attributes, data: toData(text, base64, attributes.datacontenttype) };
}

/** Parses all but the data, whose parsed form takes many times the memory of its text and is not kept. */
function parseHead(value: string) {
  const event = parseDocument(value)?.value;
  if (!isUnknownObject(event) || event["specversion"] !== "1.0") {
    return undefined;
  }
  const { specversion: _, data, data_base64: base64, ...rest } = event;
  return { attributes: rest as CloudEventAttributes, base64 };
}

/** Returns the JSON data of an event that `toCloudEvent` wrote, including the white space that its sender sent. The event is valid JSON. */
function ownDataOf(value: string, attributes: CloudEventAttributes): string | undefined {
  const head = `${toHead(attributes)},"data":`;
  const text = value.slice(head.length, -1);
  return value.startsWith(head) && isOneValue(text) ? text : undefined;
}

function toData(text: string | undefined, base64: unknown, type: unknown): CloudEventData {
  if (isText(base64)) {
    return { kind: "binary", bytes: Buffer.from(base64, "base64") };
  }
  if (text === undefined) {
    return { kind: "none" };
  }
  return text.startsWith('"') && isTextType(type)
    ? { kind: "text", text: JSON.parse(text) as string }
    : { kind: "json", text };
}

/** Data without a type is JSON (CloudEvents JSON format 1.0.2, section 3.1.1). */
function isTextType(type: unknown): boolean {
  return isText(type) && !isJsonType(type);
}

function toDataMember(data: CloudEventData): string {
  switch (data.kind) {
    case "json":
      return `,"data":${data.text}`;
    case "value":
      return `,"data":${JSON.stringify(data.value)}`;
    case "text":
      return `,"data":${JSON.stringify(data.text)}`;
    case "binary":
      return `,"data_base64":"${Buffer.from(data.bytes).toString("base64")}"`;
    case "none":
      return "";
  }
}

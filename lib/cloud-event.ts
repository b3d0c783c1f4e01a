import { isBag } from "./bag.ts";
import { parseDocument } from "./json-document.ts";
import { textAt } from "./json-text.ts";

/** CloudEvents 1.0 context attributes, as in section 5 of its specification. */
export type CloudEventAttributes = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string | undefined;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype?: string | undefined;
  /** Partitioning extension: equal to the message key. */
  readonly partitionkey: string;
  /** Distributed tracing extension. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  /** Where the data is, in place of data (extension "dataref"). */
  readonly dataref?: string | undefined;
};

export type CloudEventData =
  /** JSON text, embedded as it is: number forms and duplicate names survive. */
  | { readonly kind: "json"; readonly text: string }
  /** What JSON can say, and is not written yet. */
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Uint8Array }
  | { readonly kind: "none" };

/** What a CloudEvent is made of. */
export type EventParts = {
  readonly attributes: CloudEventAttributes;
  readonly data: CloudEventData;
};

/** One event in the JSON format of CloudEvents 1.0. */
export function toCloudEvent(attributes: CloudEventAttributes, data: CloudEventData): string {
  const head = JSON.stringify({ specversion: "1.0", ...attributes });
  return `${head.slice(0, -1)}${toDataMember(data)}}`;
}

/** Data that goes out as it came, without an event around it; bytes that are no text never do. */
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

/** What an event in the JSON format was made of; undefined for any other text. */
export function parseCloudEvent(value: string): EventParts | undefined {
  const event = parseDocument(value)?.value;
  if (!isBag(event) || event["specversion"] !== "1.0") {
    return undefined;
  }
  const { specversion: _, data, data_base64: base64, ...attributes } = event;
  return {
    attributes: attributes as CloudEventAttributes,
    data: toData(textAt(value, ["data"]), base64, attributes["datacontenttype"]),
  };
}

function toData(text: string | undefined, base64: unknown, type: unknown): CloudEventData {
  if (typeof base64 === "string") {
    return { kind: "binary", bytes: Buffer.from(base64, "base64") };
  }
  if (text === undefined) {
    return { kind: "none" };
  }
  const isJson = typeof type === "string" && /^application\/([^;]*\+)?json/i.test(type);
  return text.startsWith('"') && !isJson
    ? { kind: "text", text: JSON.parse(text) as string }
    : { kind: "json", text };
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

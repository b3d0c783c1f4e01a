import { isObject } from "../control/checked-input.ts";

/**
 * The content type of structured mode, in which the whole event is the value:
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md (section 3.3, read
 * 2026-11-30).
 */
const structuredType = "application/cloudevents+json";
/** CloudEvents 1.0.2 advises at most 20 characters, and allows more. */
const attributeName = /^[a-z0-9]+$/;
/** `datacontenttype` is the content-type header of a binary message, and not a `ce_` header. */
const noAttributes = ["data", "datacontenttype"];

/**
 * Returns the attributes of a CloudEvent as headers, so that a consumer can filter without reading values. Any
 * other value gives no headers.
 */
export function cloudEventHeaders(value: string): Readonly<Record<string, string>> {
  const event = parseEvent(value);
  if (event === undefined) {
    return {};
  }
  const attributes = Object.entries(event)
    .filter(([name]) => attributeName.test(name) && !noAttributes.includes(name))
    .flatMap(([name, attribute]) => {
      const text = toText(attribute);
      return text === undefined ? [] : [[`ce_${name}`, text] as const];
    });
  return { "content-type": structuredType, ...Object.fromEntries(attributes) };
}

function parseEvent(value: string): Readonly<Record<string, unknown>> | undefined {
  let event: unknown;
  try {
    event = JSON.parse(value);
  } catch {
    return undefined;
  }
  return isObject(event) &&
    event["specversion"] === "1.0" &&
    ["id", "source", "type"].every((name) => isFilled(event[name]))
    ? event
    : undefined;
}

function isFilled(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

/** Writes an attribute in the text form of CloudEvents. Values of other types are no attributes. */
function toText(attribute: unknown): string | undefined {
  if (typeof attribute === "string") {
    return attribute;
  }
  return typeof attribute === "boolean" || Number.isInteger(attribute)
    ? String(attribute)
    : undefined;
}

import { isObject } from "../control/checked-input.ts";

/** "Kafka Protocol Binding for CloudEvents" 1.0.2, 3.3: the whole event is the value, so its type is this. */
const structuredType = "application/cloudevents+json";
/** CloudEvents 1.0.2 advises 20 characters at most, and takes more. */
const attributeName = /^[a-z0-9]+$/;
/** `datacontenttype` is a binary message's own content-type, and no `ce_` header. */
const noAttributes = ["data", "datacontenttype"];

/**
 * The attributes of a value that is a CloudEvent, as headers that a consumer can choose by without
 * reading values. Nothing for any other value.
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

/** CloudEvents' own text forms; anything else is no attribute. */
function toText(attribute: unknown): string | undefined {
  if (typeof attribute === "string") {
    return attribute;
  }
  return typeof attribute === "boolean" || Number.isInteger(attribute)
    ? String(attribute)
    : undefined;
}

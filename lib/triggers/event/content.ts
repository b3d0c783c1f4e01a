import type { ReceivedAttributes } from "../../encoding/cloud-event-attributes.ts";
import { type JsonDocument, parseDocument } from "../../encoding/json-document.ts";
import { isUnknownObject } from "../../encoding/unknown-object.ts";
import { type CloudEventData, readCloudEvent } from "../../model/cloud-event.ts";
import type { EventPart } from "./parts.ts";
import { isSecretText, type PassRule, passFields, toNames } from "./passed-fields.ts";

/** The content that a part of an event passes on. */
export type EventContent = {
  readonly data: CloudEventData;
  readonly datacontenttype: string | undefined;
  /** The JSON that selectors read: everything that is passed on. */
  readonly json: JsonDocument | undefined;
  /** The attributes of a part that is a CloudEvent. */
  readonly received: ReceivedAttributes | undefined;
  /** Names of the top level that are passed on. */
  readonly names: readonly string[];
  /** Names of fields that are not passed on. */
  readonly dropped: readonly string[];
  readonly notes: readonly string[];
};

type ContentOptions = PassRule & { readonly value: "cloudevent" | "raw" };

/** Reads a part. The message of a queue or topic is JSON if its text is. Throws a RangeError if it is nested too deep. */
export function readContent(part: EventPart, options: ContentOptions): EventContent {
  const { text } = part;
  const beside = toNames(part.beside ?? [], options);
  const document = parseDocument(text);
  if (document === undefined) {
    return { ...plainContent, ...toText(text, options), dropped: beside };
  }
  const passed = passFields(document.text, options);
  const json = passed.text === undefined ? undefined : parseDocument(passed.text);
  const dropped = [...beside, ...passed.dropped];
  if (json === undefined) {
    return { ...plainContent, data: { kind: "none" }, dropped };
  }
  const content = {
    ...{ ...plainContent, json, names: passed.names, dropped },
    data: { kind: "json", text: json.text },
    datacontenttype: "application/json",
  } as const;
  return withCloudEvent(content, part, options);
}

const plainContent = {
  json: undefined,
  datacontenttype: undefined,
  received: undefined,
  names: [],
  dropped: [],
  notes: [],
} as const;

function toText(text: string, rule: PassRule): Pick<EventContent, "data" | "datacontenttype"> {
  return isSecretText(text, rule)
    ? { data: { kind: "none" }, datacontenttype: undefined }
    : { data: { kind: "text", text }, datacontenttype: "text/plain" };
}

/** Gives a content that is a CloudEvent its own attributes and data. A raw value is the whole event. */
function withCloudEvent(
  content: EventContent & { readonly json: JsonDocument },
  { holdsSettings = false }: EventPart,
  options: ContentOptions,
): EventContent {
  const { value, text } = content.json;
  if (!isUnknownObject(value) || !Object.hasOwn(value, "specversion")) {
    return content;
  }
  const members = Object.entries(value);
  // A bound parameter that can be no attribute does not make another event of it.
  const kept = members.filter(([name, member]) => !holdsSettings || isMember(name, member));
  const reading = readCloudEvent(Object.fromEntries(kept), text);
  if (!reading.ok) {
    return { ...content, notes: [`no CloudEvent: ${reading.problem}`] };
  }
  const { data, attributes, note } = reading;
  if (options.value === "raw") {
    return { ...content, received: attributes };
  }
  const passed = data.kind === "json" ? passFields(data.text, options) : undefined;
  const names = members.map(([name]) => name).filter((name) => kept.every(([one]) => one !== name));
  return {
    ...content,
    data: passed?.text === undefined ? data : { kind: "json", text: passed.text },
    datacontenttype: attributes.datacontenttype,
    received: attributes,
    dropped: [...content.dropped, ...names, ...(passed?.dropped ?? [])],
    notes: note === undefined ? [] : [note],
  };
}

function isMember(name: string, value: unknown): boolean {
  return name.startsWith("data") || (/^[a-z0-9]+$/.test(name) && typeof value !== "object");
}

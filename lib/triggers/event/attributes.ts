import type { ReceivedAttributes } from "../../encoding/cloud-event-attributes.ts";
import { sha256Hex } from "../../encoding/sha256.ts";
import { isUnknownObject } from "../../encoding/unknown-object.ts";
import { toBoundedText } from "../../encoding/well-formed.ts";
import type { CloudEventData } from "../../model/cloud-event.ts";
import type { Selection } from "../../webhooks/mapping/selectors.ts";
import type { EventContent } from "./content.ts";
import type { EventPart } from "./parts.ts";
import { isSecretText, type PassRule } from "./passed-fields.ts";
import type { Selectors } from "./settings.ts";

/** Reads the value of a setting's selectors. */
export type Select = (name: keyof Selectors) => Selection | undefined;

type Facts = {
  readonly [Name in keyof ReceivedAttributes]?: ReceivedAttributes[Name] | undefined;
} & {
  readonly source: string;
  readonly type: string;
  readonly word: string | undefined;
};

/** Returns the attributes of a CloudEvent, or those that the platform says, without secrets. */
export function factsOf(part: EventPart, { received }: EventContent, rule: PassRule): Facts {
  const said = (text = "") => (isSecretText(text, rule) ? "" : toBoundedText(text)) || undefined;
  const { time, word, batchItem } = part;
  // The key of a message in a FIFO queue is its group, whose order the key then keeps.
  const partitionkey = said(batchItem?.group);
  return received === undefined
    ? {
        ...{ id: said(part.id), subject: said(part.subject), time, partitionkey, word },
        source: toUriReference(said(part.source) ?? "/events"),
        type: said(part.type) ?? "event",
      }
    : { time, partitionkey, ...received, word: undefined };
}

/** Puts what the settings select before the facts. */
export function toAttributes(
  { word: _, ...facts }: Facts,
  { data, datacontenttype }: EventContent,
  select: Select,
) {
  const given = select("source")?.text;
  const source = given === undefined ? facts.source : toUriReference(given);
  const id = select("id")?.text ?? facts.id ?? toContentId(source, data);
  return {
    ...facts,
    id,
    source,
    type: select("type")?.text ?? facts.type,
    subject: select("subject")?.text ?? facts.subject,
    datacontenttype,
    partitionkey: select("key")?.text ?? facts.partitionkey ?? id,
  };
}

/** Escapes what a URI reference cannot hold (RFC 3986). */
function toUriReference(text: string): string {
  return text.replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, encodeURIComponent);
}

/** Makes the id of an event without one. Equal events get equal ids, whatever the order of their fields. */
function toContentId(source: string, data: CloudEventData): string {
  const value = data.kind === "json" ? sorted(JSON.parse(data.text)) : data;
  return sha256Hex(JSON.stringify([source, value]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (!isUnknownObject(value)) {
    return value;
  }
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

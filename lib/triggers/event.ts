import type { ReceivedAttributes } from "../encoding/cloud-event-attributes.ts";
import { parseDocument } from "../encoding/json-document.ts";
import { parseJson } from "../encoding/json-source.ts";
import { sha256Hex } from "../encoding/sha256.ts";
import { isText, isUnknownObject } from "../encoding/unknown-object.ts";
import { toBoundedText } from "../encoding/well-formed.ts";
import type { InvocationEvent } from "../model/call.ts";
import type { CloudEventData } from "../model/cloud-event.ts";
import type {
  Mapping,
  RecordDraft,
  Trigger,
  TriggerContext,
} from "../model/function-definition.ts";
import { type Ending, type RefusalCode, refusal } from "../model/result.ts";
import type { ParseResult, Settings } from "../model/settings.ts";
import { isSetting, listNames } from "../object-events/fields.ts";
import { isSettingName } from "../settings/field-names.ts";
import { optional, parseFields, withDefault } from "../settings/fields.ts";
import { json, oneOf, partitionIndex, topicName } from "../settings/rules.ts";
import { isWanted } from "../webhooks/mapping/event-type.ts";
import {
  createSelectorReader,
  parseSelectors,
  type Selection,
  type Selector,
} from "../webhooks/mapping/selectors.ts";
import { findBatchItemFailures } from "./batch-item-failures.ts";
import { type EventContent, readContent } from "./event-content.ts";
import { type EventPart, readParts } from "./event-parts.ts";
import { isSecretText, type PassRule } from "./passed-fields.ts";
import { type StandardSchema, withSchemas } from "./schemas.ts";

type Selectors = Readonly<
  Record<"id" | "type" | "key" | "subject" | "source", readonly Selector[]>
>;

export type EventConfig = Selectors &
  PassRule & {
    readonly topic: string | undefined;
    readonly partition: number | undefined;
    readonly value: "cloudevent" | "raw";
    readonly filter: readonly string[] | undefined;
  };

export type EventOptions = {
  /** Schema of the data of each event or message, of any Standard Schema library. */
  readonly schema?: StandardSchema;
};

/**
 * Maps an event of any other trigger to one record, and messages of SNS or SQS to one record each. Data that does not fit
 * the schema is set aside if DEAD_LETTER_BUCKET is set, and otherwise refused as BODY_INVALID.
 */
export function event({ schema }: EventOptions = {}): Trigger<InvocationEvent, EventConfig> {
  return schema === undefined ? withoutSchema : withSchemas(withoutSchema, { event: schema });
}

const withoutSchema = {
  name: "event",
  accepts: "invocation",
  deliveryTimeoutMs: 45_000,
  get settings() {
    return Object.keys(fields);
  },
  parse: parseEventConfig,
  targets: ({ topic, partition }) => [
    { topicSetting: "EVENT_TOPIC", topic, partitionSetting: "EVENT_PARTITION", partition },
  ],
  warnings: ({ key }) => (key.length === 0 ? [withoutKey] : []),
  map: mapEvent,
  findBatchItemFailures,
} satisfies Trigger<InvocationEvent, EventConfig>;

const withoutKey =
  "EVENT_KEY is not set: a message's key is its id, or its group in a FIFO queue, so events about one thing have no order";

const selectors = withDefault(
  json<readonly string[]>(
    isSelectorList,
    'must be a list of "body:/json/pointer", "const:text" or "call"',
  ),
  [],
);

const fields = {
  EVENT_ID: selectors,
  EVENT_TYPE: selectors,
  EVENT_KEY: selectors,
  EVENT_SUBJECT: selectors,
  EVENT_SOURCE: selectors,
  EVENT_TOPIC: optional(topicName),
  EVENT_PARTITION: optional(partitionIndex),
  EVENT_VALUE: withDefault(oneOf(["cloudevent", "raw"]), "cloudevent"),
  EVENT_FIELDS: withDefault(
    json<readonly string[]>(
      (value) => isTextList(value) && !(value as string[]).some(isSettingName),
      "must be a list of field names, none of them a setting's",
    ),
    [],
  ),
  EVENT_DROP: withDefault(json<readonly string[]>(isTextList, "must be a list of field names"), []),
  EVENT_FILTER: optional(
    json<readonly string[]>(
      (value) => isTextList(value) && (value as string[]).length > 0,
      "must be a list of event types",
    ),
  ),
};

function isSelectorList(value: unknown): boolean {
  const from = parseSelectors(value)?.map((selector) => selector.from);
  return from?.every((one) => one === "body" || one === "const" || one === "call") === true;
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => isText(one) && one !== "");
}

function parseEventConfig(settings: Settings): ParseResult<EventConfig> {
  const parsed = parseFields(settings, fields);
  if (!parsed.ok) {
    return parsed;
  }
  const { value } = parsed;
  const toSelectors = (texts: readonly string[]) => parseSelectors(texts) ?? [];
  const config: EventConfig = {
    id: toSelectors(value.EVENT_ID),
    type: toSelectors(value.EVENT_TYPE),
    key: toSelectors(value.EVENT_KEY),
    subject: toSelectors(value.EVENT_SUBJECT),
    source: toSelectors(value.EVENT_SOURCE),
    topic: value.EVENT_TOPIC,
    partition: value.EVENT_PARTITION,
    value: value.EVENT_VALUE,
    fields: value.EVENT_FIELDS,
    drop: value.EVENT_DROP,
    filter: value.EVENT_FILTER,
    secrets: secretsIn(settings),
  };
  return { ok: true, value: config };
}

/**
 * Lists the texts that no message may hold. WEBHOOK_SECRETS is no setting of this function, but it can be bound to the
 * package of all functions. It is then a field of the event.
 */
function secretsIn({
  NCLOUD_ACCESS_KEY: accessKey,
  NCLOUD_SECRET_KEY: secretKey,
  WEBHOOK_SECRETS: lists,
}: Settings): readonly string[] {
  const texts: string[] = [];
  const values = [accessKey, secretKey, lists, isText(lists) ? parseJson(lists) : ""];
  JSON.stringify(values, (_, value: unknown) => {
    if (isText(value)) {
      texts.push(value, value.trim());
    }
    return value;
  });
  return [...new Set(texts)].filter((text) => text.trim() !== "");
}

function mapEvent(event: InvocationEvent, config: EventConfig, context: TriggerContext): Mapping {
  if (!event.isObject) {
    return refuse("UNKNOWN_EVENT", "the event is no JSON object");
  }
  try {
    return toMapping(event, config, context);
  } catch (error) {
    if (error instanceof RangeError) {
      return refuse("RECORD_REFUSED", "the event is nested too deep for JSON");
    }
    throw error;
  }
}

function refuse(code: RefusalCode, reason: string): Mapping {
  return { records: [], endings: [refusal(code, reason)] };
}

function toMapping(event: InvocationEvent, config: EventConfig, context: TriggerContext): Mapping {
  const parts = readParts(event);
  const mapped = parts.map((part) => mapPart(part, config, context));
  const batch = parts.map(({ batchItem }) => batchItem).filter((item) => item !== undefined);
  const notes = mapped.flatMap(({ content }) => content.notes);
  const dropped = new Set(mapped.flatMap(({ content }) => content.dropped));
  const unsaid = [...dropped].filter((name) => !(event.holdsSettings && isSetting(name)));
  const names = parts[0]?.holdsSettings === true ? (mapped[0]?.content.names ?? []) : [];
  return {
    records: mapped.map(({ record }) => record).filter((record) => record !== undefined),
    endings: mapped.flatMap(({ record }) => (record === undefined ? [leftOut] : [])),
    batch: batch.length > 0 ? batch : undefined,
    delivery: eachByItself,
    notes: [
      ...[...new Set(notes)].slice(0, notesMax),
      ...(unsaid.length > 0 ? [notPassedOn + listNames(unsaid)] : []),
    ],
    firstWarning: names.length > 0 ? boundToo + listNames(names) : undefined,
  };
}

/** Every record is made of an element, which is what is passed on. */
const eachByItself = { source: { name: "event" }, contentType: "application/json", body: "" };

/** Limit of lines in the log about parts that are no CloudEvents. */
const notesMax = 20;

const leftOut: Ending = { kind: "ignored", reason: "EVENT_FILTER leaves its type out" };
const notPassedOn = "fields not passed on (EVENT_FIELDS): ";
const boundToo =
  "parameters of one's own that are bound to the action, its package or its trigger become data " +
  "(EVENT_DROP leaves them out). The fields of this event are: ";

type MappedPart = {
  /** Absent if the filter leaves it out. */
  readonly record?: RecordDraft;
  readonly content: EventContent;
};

function mapPart(part: EventPart, config: EventConfig, context: TriggerContext): MappedPart {
  const content = readContent(part, config);
  const input = { headers: noHeaders, json: content.json, newId: context.newId };
  const select: Select = (name) => createSelectorReader(config[name], input)();
  const facts = factsOf(part, content, config);
  const type = select("type");
  const given = type?.given ?? facts.type;
  if (!isWanted({ type: given, word: type?.given ?? facts.word ?? given }, config.filter)) {
    return { content };
  }
  const attributes = toAttributes(facts, content, select);
  const { id, partitionkey: key, time = new Date(context.arrivedMs).toISOString() } = attributes;
  const { topic, partition, value } = config;
  const isRaw = value === "raw";
  const made = { id, data: content.data, attributes: isRaw ? undefined : { ...attributes, time } };
  return {
    content,
    record: {
      topic,
      partition,
      key,
      batchItem: part.batchItem,
      content: () => made,
      element: content.json ?? textOf(content.data),
      // Parsed only if there is a schema.
      get json() {
        return content.data.kind === "json" ? parseDocument(content.data.text) : undefined;
      },
    },
  };
}

/** Returns the text of a message that is no JSON. */
function textOf(data: CloudEventData) {
  return { text: data.kind === "text" ? data.text : "" };
}

const noHeaders = new Map<string, string>();

/** Reads the value of a setting's selectors. */
type Select = (name: keyof Selectors) => Selection | undefined;

type Facts = {
  readonly [Name in keyof ReceivedAttributes]?: ReceivedAttributes[Name] | undefined;
} & {
  readonly source: string;
  readonly type: string;
  readonly word: string | undefined;
};

/** Returns the attributes of a CloudEvent, or those that the platform says, without secrets. */
function factsOf(part: EventPart, { received }: EventContent, rule: PassRule): Facts {
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
function toAttributes(
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

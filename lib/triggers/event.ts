import { parseDocument } from "../encoding/json-document.ts";
import type { InvocationEvent } from "../model/call.ts";
import type { CloudEventData } from "../model/cloud-event.ts";
import type {
  Mapping,
  RecordDraft,
  Trigger,
  TriggerContext,
} from "../model/function-definition.ts";
import { type Ending, type RefusalCode, refusal } from "../model/result.ts";
import { isSetting, listNames } from "../object-events/fields.ts";
import { isWanted } from "../webhooks/mapping/event-type.ts";
import { createSelectorReader } from "../webhooks/mapping/selectors.ts";
import { findBatchItemFailures } from "./batch-item-failures.ts";
import { factsOf, type Select, toAttributes } from "./event/attributes.ts";
import { type EventContent, readContent } from "./event/content.ts";
import { type EventPart, readParts } from "./event/parts.ts";
import { type EventConfig, eventFields, parseEventConfig } from "./event/settings.ts";
import { type StandardSchema, withSchemas } from "./schemas.ts";

export type EventOptions = {
  /** Schema of the data of each event or message, of any Standard Schema library. */
  readonly schema?: StandardSchema;
};

/**
 * Maps an event of any other trigger to one record, and messages of SNS or SQS to one record each. Data that does not fit
 * the schema is set aside if DEAD_LETTER_BUCKET is set, and otherwise refused as BODY_INVALID.
 */
export function event({ schema }: EventOptions = {}): Trigger<InvocationEvent, EventConfig> {
  return schema === undefined
    ? withoutSchema
    : withSchemas(withoutSchema, { event: schema }, () => "schema");
}

const withoutSchema = {
  name: "event",
  accepts: "invocation",
  deliveryTimeoutMs: 45_000,
  get settings() {
    return Object.keys(eventFields);
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

import type { InvocationEvent } from "../model/call.ts";
import type { Mapping, Trigger, TriggerContext } from "../model/function-definition.ts";
import type { ParseResult, Settings } from "../model/settings.ts";
import { json, oneOf, partitionIndex, topicName } from "../settings/rules.ts";
import { optional, parseFields, withDefault } from "../settings/settings.ts";
import { parseSelectors, type Selector } from "../webhooks/mapping/selectors.ts";

type EventConfig = {
  readonly id: readonly Selector[];
  readonly type: readonly Selector[];
  readonly key: readonly Selector[];
  readonly subject: readonly Selector[];
  readonly source: readonly Selector[];
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly value: "cloudevent" | "raw";
  readonly fields: readonly string[];
  readonly drop: readonly string[];
  readonly filter: readonly string[] | undefined;
};

/** Maps an event of any other trigger to one record, and messages of SNS or SQS to one record each. */
export const event: Trigger<InvocationEvent, EventConfig> = {
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
  warnings: () => [],
  map: mapEvent,
};

const selectors = withDefault(
  json<readonly string[]>(
    isSelectorList,
    'must be a list of "body:/json/pointer", "const:text" or "call"',
  ),
  [],
);

const names = json<readonly string[]>(isTextList, "must be a list of field names");

const fields = {
  EVENT_ID: selectors,
  EVENT_TYPE: selectors,
  EVENT_KEY: selectors,
  EVENT_SUBJECT: selectors,
  EVENT_SOURCE: selectors,
  EVENT_TOPIC: optional(topicName),
  EVENT_PARTITION: optional(partitionIndex),
  EVENT_VALUE: withDefault(oneOf(["cloudevent", "raw"]), "cloudevent"),
  EVENT_FIELDS: withDefault(names, []),
  EVENT_DROP: withDefault(names, []),
  EVENT_FILTER: optional(json<readonly string[]>(isTextList, "must be a list of event types")),
};

function isSelectorList(value: unknown): boolean {
  const from = parseSelectors(value)?.map((selector) => selector.from);
  return from?.every((one) => one === "body" || one === "const" || one === "call") === true;
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === "string" && one !== "");
}

function parseEventConfig(settings: Settings): ParseResult<EventConfig> {
  const parsed = parseFields(settings, fields);
  if (!parsed.ok) {
    return parsed;
  }
  const { value } = parsed;
  const config: EventConfig = {
    id: parseSelectors(value.EVENT_ID) ?? [],
    type: parseSelectors(value.EVENT_TYPE) ?? [],
    key: parseSelectors(value.EVENT_KEY) ?? [],
    subject: parseSelectors(value.EVENT_SUBJECT) ?? [],
    source: parseSelectors(value.EVENT_SOURCE) ?? [],
    topic: value.EVENT_TOPIC,
    partition: value.EVENT_PARTITION,
    value: value.EVENT_VALUE,
    fields: value.EVENT_FIELDS,
    drop: value.EVENT_DROP,
    filter: value.EVENT_FILTER,
  };
  return { ok: true, value: config };
}

function mapEvent(_: InvocationEvent, __: EventConfig, ___: TriggerContext): Mapping {
  return { records: [], endings: [] };
}

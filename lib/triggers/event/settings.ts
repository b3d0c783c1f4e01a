import { parseJson } from "../../encoding/json-source.ts";
import { isText } from "../../encoding/unknown-object.ts";
import type { ParseResult, Settings } from "../../model/settings.ts";
import { isSettingName } from "../../settings/field-names.ts";
import { optional, parseFields, withDefault } from "../../settings/fields.ts";
import { json, oneOf, partitionIndex, topicName } from "../../settings/rules.ts";
import { parseSelectors, type Selector } from "../../webhooks/mapping/selectors.ts";
import type { PassRule } from "./passed-fields.ts";

export type Selectors = Readonly<
  Record<"id" | "type" | "key" | "subject" | "source", readonly Selector[]>
>;

export type EventConfig = Selectors &
  PassRule & {
    readonly topic: string | undefined;
    readonly partition: number | undefined;
    readonly value: "cloudevent" | "raw";
    readonly filter: readonly string[] | undefined;
  };

const selectors = withDefault(
  json<readonly string[]>(
    isSelectorList,
    'must be a list of "body:/json/pointer", "const:text" or "call"',
  ),
  [],
);

export const eventFields = {
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

export function parseEventConfig(settings: Settings): ParseResult<EventConfig> {
  const parsed = parseFields(settings, eventFields);
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

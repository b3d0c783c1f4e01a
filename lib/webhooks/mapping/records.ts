import { elementsAt, type JsonDocument } from "../../encoding/json-document.ts";
import type { UnknownObject } from "../../encoding/unknown-object.ts";
import type { Headers } from "../../model/call.ts";
import { toRefusedBody } from "../../model/dead-letter.ts";
import type { Mapping, RecordDraft, TriggerContext } from "../../model/function-definition.ts";
import type { Ending, Refusal } from "../../model/result.ts";
import type { SelectorOption, Source } from "../sources/source.ts";
import { type BodyContent, toContent, toJsonType } from "./content.ts";
import { isWanted } from "./event-type.ts";
import { createIdReader } from "./identity.ts";
import { type ReceivedEvent, type ReceivedEvents, readEvents } from "./received-events.ts";
import { createSelectorReader, type Selector, type SelectorReader } from "./selectors.ts";
import { readTraceContext } from "./trace-context.ts";

/** A delivery whose sender was verified. */
export type VerifiedDelivery = {
  readonly source: Source;
  readonly headers: Headers;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** The bytes that the signature covers. */
  readonly provenBytes: Uint8Array;
  /** Position of the secret that matched. */
  readonly secretIndex: number | undefined;
  /** The signed time. */
  readonly timestampMs?: number;
};

/** Limit of elements. One call could not deliver more, because each costs a request. */
const elementsMax = 10_000;

/**
 * Maps a verified delivery to one record, or to one record per element if its source splits it or it is a batch. It adds
 * to the notes about the delivery what is no CloudEvent.
 */
export function toRecords(
  delivery: VerifiedDelivery,
  context: TriggerContext,
  notes: readonly string[] = [],
): Mapping {
  const { source, body, contentType, secretIndex = 0 } = delivery;
  const content = toContent(body, contentType, source);
  if (!content.ok) {
    return refuse(delivery, content.refusal);
  }
  const { json } = content;
  const secret = source.secrets[secretIndex] ?? "";
  const challengeResponse = json && source.challenge.proved?.(json, secret, delivery.headers);
  if (challengeResponse !== undefined) {
    return { records: [], endings: [challengeResponse] };
  }
  const events = readEvents(delivery, json);
  const pointer = events?.isBatch === true ? [] : source.split;
  const elements = pointer === undefined ? undefined : split(json, pointer);
  if (elements !== undefined && "kind" in elements) {
    return refuse(delivery, elements);
  }
  const toRecord = createRecordMapper(delivery, { content, events }, context);
  const drafts = elements?.map((element, index) => toRecord(element, index)) ?? [toRecord()];
  const wanted = drafts.filter((one) => one !== undefined);
  return {
    records: wanted.map(({ record }) => record),
    ids: wanted.map(({ id }) => id),
    endings: drafts.filter((one) => one === undefined).map(() => filteredOut),
    delivery,
    notes: events === undefined ? notes : [...notes, ...events.notes()],
  };
}

/** Refuses a body. Its sender is verified, so the body may be set aside unchanged. */
function refuse(delivery: VerifiedDelivery, refusal: Refusal): Mapping {
  return { records: [], endings: [], refusedBodies: [toRefusedBody(delivery, refusal)] };
}

const filteredOut: Ending = { kind: "ignored", reason: "the source's filter leaves its type out" };

/** Returns the elements of the array that a pointer names, or a refusal. */
function split(
  json: JsonDocument | undefined,
  pointer: readonly string[],
): readonly JsonDocument[] | Refusal {
  const elements = json && elementsAt(json, pointer, elementsMax + 1);
  if (elements === undefined) {
    const reason = "the body has no array where the source's split points";
    return { kind: "refused", code: "BODY_NOT_SPLIT", reason };
  }
  return elements.length > elementsMax
    ? {
        kind: "refused",
        code: "BODY_TOO_LARGE",
        reason: `the array is over ${elementsMax} elements`,
      }
    : elements;
}

/** A record with the id of its content. */
type DraftWithId = { readonly id: string; readonly record: RecordDraft };

function toType(word: string | undefined, prefix: string): string {
  return word === undefined ? "webhook.received" : prefix + word;
}

/** The data of one message and its content type, and what a schema checks. */
type DataPart = Pick<Extract<BodyContent, { ok: true }>, "data" | "type"> &
  Pick<RecordDraft, "json">;

/** A body with the CloudEvents that it is or holds. */
type DeliveryContent = {
  readonly content: Extract<BodyContent, { ok: true }>;
  /** Absent: the delivery does not say that it is a CloudEvent. */
  readonly events: ReceivedEvents | undefined;
};

/** Creates the readers of a delivery's parts. A CloudEvent's own attributes go before the provider's selectors. */
function createReaders(
  { source, headers, timestampMs, provenBytes }: VerifiedDelivery,
  { content, events }: DeliveryContent,
  newId: TriggerContext["newId"],
) {
  const { name, verifier } = source;
  const selectorInput = { headers, json: content.json, newId };
  const createReader = (option: SelectorOption): SelectorReader => {
    const selectors = events?.isBatch ? source[option].map(ofElement) : source[option];
    const read = createSelectorReader(selectors, selectorInput);
    return events === undefined ? read : events.withEvent(option, read);
  };
  return {
    readKey: createReader("key"),
    readType: createReader("type"),
    readSubject: createReader("subject"),
    toId: createIdReader(createReader("id"), { name, verifier, timestampMs, body: provenBytes }),
  };
}

/** In a batch, selectors of the body read the event, as if it had come alone. */
function ofElement(selector: Selector): Selector {
  return selector.from === "body" ? { from: "element", pointer: selector.pointer } : selector;
}

/** Creates the mapping of a delivery or of an element. It returns undefined if the filter excludes the type. */
function createRecordMapper(
  delivery: VerifiedDelivery,
  deliveryContent: DeliveryContent,
  { arrivedMs, newId }: TriggerContext,
) {
  const { source, headers, timestampMs } = delivery;
  const { name, topic, partition } = source;
  const { events } = deliveryContent;
  const { readKey, readType, readSubject, toId } = createReaders(delivery, deliveryContent, newId);
  const time = new Date(timestampMs ?? arrivedMs).toISOString();
  const trace = readTraceContext(headers);
  return (element?: JsonDocument, index?: number): DraftWithId | undefined => {
    const event = events?.read(element);
    const typePrefix = event === undefined ? source.typePrefix : "";
    const found = readType(element);
    const type = toType(found?.text, typePrefix);
    const given = toType(found?.given, typePrefix);
    if (!isWanted({ type: given, word: found?.given ?? given }, source.filter)) {
      return undefined;
    }
    const id = toId(element, index);
    const key = readKey(element)?.text ?? id;
    const subject = readSubject(element)?.text;
    const isRaw = source.value === "raw";
    const part = toPart(deliveryContent, element, isRaw ? undefined : event);
    const attributes = () => ({
      id,
      source: `/webhooks/${name}`,
      type,
      subject,
      time,
      datacontenttype: part.type,
      partitionkey: key,
      ...trace,
    });
    const content = () => ({
      id,
      data: part.data,
      attributes: isRaw ? undefined : (events?.complete(event, attributes()) ?? attributes()),
    });
    return { id, record: { topic, partition, key, content, json: part.json, element } };
  };
}

/** Returns the data of one message and its type: those of the event, or the element, or the whole body. */
function toPart(
  { content, events }: DeliveryContent,
  element: JsonDocument | undefined,
  event: ReceivedEvent | undefined,
): DataPart {
  const { data, attributes: { datacontenttype: type } = {} } = event ?? {};
  const isBatch = events?.isBatch === true;
  if (data !== undefined && (isBatch || element === undefined)) {
    return { data, type, json: dataIn(element ?? content.json) };
  }
  const bodyType = isBatch ? undefined : content.type;
  return element === undefined
    ? content
    : {
        data: { kind: "json", text: element.text },
        type: toJsonType(data === undefined ? bodyType : type),
        json: element,
      };
}

/** Returns the data of a CloudEvent in JSON. */
function dataIn(event: JsonDocument | undefined): RecordDraft["json"] {
  return { value: (event?.value as UnknownObject | undefined)?.["data"] };
}

import type { ReceivedAttributes } from "../../encoding/cloud-event-attributes.ts";
import type { JsonDocument } from "../../encoding/json-document.ts";
import type { UnknownObject } from "../../encoding/unknown-object.ts";
import type { CloudEventAttributes } from "../../model/cloud-event.ts";
import { toRefusedBody } from "../../model/dead-letter.ts";
import type { Mapping, RecordDraft, TriggerContext } from "../../model/function-definition.ts";
import type { Ending } from "../../model/result.ts";
import type { VerifiedDelivery } from "../verify/verify-delivery.ts";
import { type BodyContent, toJsonType } from "./content.ts";
import { createNameReader, type DeliveryContent, filteredOut, readDelivery } from "./names.ts";
import type { ReceivedEvent } from "./received-events.ts";
import { readTraceContext } from "./trace-context.ts";

/**
 * Maps a verified delivery to one record, or to one record per element if its source splits it or it is a batch. It adds
 * to the notes about the delivery what is no CloudEvent.
 */
export function toRecords(
  delivery: VerifiedDelivery,
  context: TriggerContext,
  notes: readonly string[] = [],
): Mapping {
  const read = readDelivery(delivery);
  if ("kind" in read) {
    // The sender is verified, so a refused body may be set aside unchanged.
    return read.kind === "refused"
      ? { records: [], endings: [], refusedBodies: [toRefusedBody(delivery, read)], notes }
      : { records: [], endings: [read], notes };
  }
  const { events, elements } = read;
  const toRecord = createRecordMapper(delivery, read, context);
  const drafts = elements?.map((element, index) => toRecord(element, index)) ?? [toRecord()];
  const wanted = drafts.filter((one) => one !== undefined);
  return {
    records: wanted.map(({ record }) => record),
    ids: wanted.map(({ id }) => id),
    endings: new Array<Ending>(drafts.length - wanted.length).fill(filteredOut),
    delivery,
    notes: events === undefined ? notes : notes.concat(events.notes()),
  };
}

/** A record with the id of its content. */
type DraftWithId = { readonly id: string; readonly record: RecordDraft };

/** The data of one message and its content type, and what a schema checks. */
type DataPart = Pick<Extract<BodyContent, { ok: true }>, "data" | "type"> &
  Pick<RecordDraft, "json">;

/** Creates the mapping of a delivery or of an element. It returns undefined if the filter excludes the type. */
function createRecordMapper(
  delivery: VerifiedDelivery,
  deliveryContent: DeliveryContent,
  { arrivedMs, newId }: TriggerContext,
) {
  const { source, headers, timestampMs } = delivery;
  const { name, topic, partition } = source;
  const { events } = deliveryContent;
  const isRaw = source.value === "raw";
  const readNames = createNameReader(delivery, deliveryContent, newId);
  const time = new Date(timestampMs ?? arrivedMs).toISOString();
  const trace = readTraceContext(headers);
  return (element?: JsonDocument, index?: number): DraftWithId | undefined => {
    const names = readNames(element, index);
    if (names === undefined) {
      return undefined;
    }
    const { id, type, key, subject } = names;
    const event = isRaw ? undefined : events?.read(element);
    const part = toPart(deliveryContent, element, event);
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
    const eventAttributes = () =>
      event === undefined
        ? attributes()
        : complete(event.attributes, attributes(), events?.isProved === true);
    const content = () => ({
      id,
      data: part.data,
      attributes: isRaw ? undefined : eventAttributes(),
    });
    return { id, record: { topic, partition, key, content, json: part.json, element } };
  };
}

/** Sources of this project's own events. Only a proof can let another sender name them. */
const ownSources = /^\/(webhooks|heartbeats|objectstorage|events)\b/;

/** Completes an event's attributes with those that were read by selectors or say how the delivery came. */
function complete(
  theirs: ReceivedAttributes,
  ours: CloudEventAttributes,
  isProved: boolean,
): CloudEventAttributes {
  const { source, time = ours.time, traceparent, tracestate } = theirs;
  const isForged = !isProved && ownSources.test(source);
  const trace = traceparent === undefined ? {} : { traceparent, tracestate };
  return { ...theirs, ...ours, ...trace, time, source: isForged ? ours.source : source };
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

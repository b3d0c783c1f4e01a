import { elementsAt, type JsonDocument } from "../../encoding/json-document.ts";
import type { Headers } from "../../model/call.ts";
import type { CloudEventData } from "../../model/cloud-event.ts";
import { toRefusedBody } from "../../model/dead-letter.ts";
import type { Mapping, RecordDraft, TriggerContext } from "../../model/function-definition.ts";
import type { Ending, Refusal } from "../../model/result.ts";
import type { Source } from "../sources/source.ts";
import { type BodyContent, toContent, toJsonType } from "./content.ts";
import { isWanted } from "./event-type.ts";
import { createIdReader } from "./identity.ts";
import { createSelectorReader } from "./selectors.ts";
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

/** Maps a verified delivery to one record, or to one record per element if its source splits it. */
export function toRecords(delivery: VerifiedDelivery, context: TriggerContext): Mapping {
  const { source, body, contentType, secretIndex = 0 } = delivery;
  const content = toContent(body, contentType, source);
  if (!content.ok) {
    return refuse(delivery, content.refusal);
  }
  const { json } = content;
  const secret = source.secrets[secretIndex] ?? "";
  const challengeResponse = json && source.challenge?.(json, secret);
  if (challengeResponse !== undefined) {
    return { records: [], endings: [challengeResponse] };
  }
  const elements = source.split === undefined ? undefined : split(json, source.split);
  if (elements !== undefined && "kind" in elements) {
    return refuse(delivery, elements);
  }
  const toRecord = createRecordMapper(delivery, content, context);
  const drafts = elements?.map((element, index) => toRecord(element, index)) ?? [toRecord()];
  const wanted = drafts.filter((one) => one !== undefined);
  return {
    records: wanted.map(({ record }) => record),
    ids: wanted.map(({ id }) => id),
    endings: drafts.filter((one) => one === undefined).map(() => filteredOut),
    delivery,
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

/** Creates the mapping of a delivery or of an element. It returns undefined if the filter excludes the type. */
function createRecordMapper(
  delivery: VerifiedDelivery,
  { data: whole, type: wholeType, json }: Extract<BodyContent, { ok: true }>,
  context: TriggerContext,
) {
  const { source, headers, timestampMs, provenBytes } = delivery;
  const { name, verifier, topic, partition, typePrefix } = source;
  const selectorInput = {
    headers,
    json,
    newId: context.newId,
  };
  const readKey = createSelectorReader(source.key, selectorInput);
  const readType = createSelectorReader(source.type, selectorInput);
  const readSubject = createSelectorReader(source.subject, selectorInput);
  const toId = createIdReader(createSelectorReader(source.id, selectorInput), {
    name,
    verifier,
    timestampMs,
    body: provenBytes,
  });
  const time = new Date(timestampMs ?? context.arrivedMs).toISOString();
  const trace = readTraceContext(headers);
  return (element?: JsonDocument, index?: number): DraftWithId | undefined => {
    const found = readType(element);
    const type = toType(found?.text, typePrefix);
    const given = toType(found?.given, typePrefix);
    if (!isWanted({ type: given, word: found?.given ?? given }, source.filter)) {
      return undefined;
    }
    const id = toId(element, index);
    const key = readKey(element)?.text ?? id;
    const subject = readSubject(element)?.text;
    const data: CloudEventData =
      element === undefined ? whole : { kind: "json", text: element.text };
    const attributes = () => ({
      id,
      source: `/webhooks/${name}`,
      type,
      subject,
      time,
      datacontenttype: element === undefined ? wholeType : toJsonType(wholeType),
      partitionkey: key,
      ...trace,
    });
    const isRaw = source.value === "raw";
    const content = () => ({ id, data, attributes: isRaw ? undefined : attributes() });
    return { id, record: { topic, partition, key, content, json: element ?? json, element } };
  };
}

import { elementsAt, type JsonDocument } from "../../encoding/json-document.ts";
import type { Headers } from "../../model/call.ts";
import type { CloudEventData } from "../../model/cloud-event.ts";
import type { Mapping, RecordDraft, TriggerContext } from "../../model/function-definition.ts";
import type { Ending, Refusal } from "../../model/result.ts";
import type { Source } from "../sources/source.ts";
import { type BodyContent, toContent, toJsonType } from "./content.ts";
import { isWanted } from "./event-type.ts";
import { createIdReader } from "./identity.ts";
import { createSelectorReader } from "./selectors.ts";
import { readTraceContext } from "./trace-context.ts";

/** A delivery whose sender has proved itself to a source. */
export type VerifiedDelivery = {
  readonly source: Source;
  readonly headers: Headers;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** What the proof is over. */
  readonly proved: Uint8Array;
  /** Position of the secret that matched. */
  readonly secretIndex: number | undefined;
  /** The signed time. */
  readonly timestampMs?: number;
};

/** More elements than one call could deliver; each of them costs a request. */
const elementsMax = 10_000;

/** A verified delivery becomes one record, or one for each element where its source splits it. */
export function toRecords(verified: VerifiedDelivery, context: TriggerContext): Mapping {
  const { source, body, contentType, secretIndex = 0 } = verified;
  const content = toContent(body, contentType, source);
  if (!content.ok) {
    return refuse(verified, content.refusal);
  }
  const { json } = content;
  const secret = source.secrets[secretIndex] ?? "";
  const answered = json && source.challenge?.(json, secret);
  if (answered !== undefined) {
    return { records: [], endings: [answered] };
  }
  const elements = source.split === undefined ? undefined : split(json, source.split);
  if (elements !== undefined && "kind" in elements) {
    return refuse(verified, elements);
  }
  const toRecord = createToRecord(verified, content, context);
  const mapped = elements?.map((element, index) => toRecord(element, index)) ?? [toRecord()];
  const wanted = mapped.filter((one) => one !== undefined);
  return {
    records: wanted.map(({ record }) => record),
    ids: wanted.map(({ id }) => id),
    endings: mapped.filter((one) => one === undefined).map(() => filteredOut),
  };
}

/** Its sender is proved, so that it may be kept as it came. */
function refuse({ source, contentType, body }: VerifiedDelivery, refusal: Refusal): Mapping {
  const refusedBody = { source: source.name, contentType, body: () => body, refusal };
  return { records: [], endings: [], refusedBodies: [refusedBody] };
}

const filteredOut: Ending = { kind: "ignored", reason: "the source's filter leaves its type out" };

/** The elements of the array that a pointer names. */
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

/** The id is that of the record's content. */
type WithId = { readonly id: string; readonly record: RecordDraft };

function toType(word: string | undefined, prefix: string): string {
  return word === undefined ? "webhook.received" : prefix + word;
}

/** Maps the whole delivery, or an element of it; undefined where the filter leaves it out. */
function createToRecord(
  verified: VerifiedDelivery,
  { data: whole, type: wholeType, json }: Extract<BodyContent, { ok: true }>,
  context: TriggerContext,
) {
  const { source, headers, timestampMs, proved } = verified;
  const { name, verifier, topic, partition, typePrefix } = source;
  const readable = { headers, json, newId: context.newId };
  const readKey = createSelectorReader(source.key, readable);
  const readType = createSelectorReader(source.type, readable);
  const readSubject = createSelectorReader(source.subject, readable);
  const toId = createIdReader(createSelectorReader(source.id, readable), {
    name,
    verifier,
    timestampMs,
    body: proved,
  });
  const time = new Date(timestampMs ?? context.arrivedMs).toISOString();
  const trace = readTraceContext(headers);
  return (element?: JsonDocument, index?: number): WithId | undefined => {
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
    return { id, record: { topic, partition, key, content } };
  };
}

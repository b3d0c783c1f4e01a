import { elementsAt, type JsonDocument } from "../../encoding/json-document.ts";
import { type ChallengeResponse, type Ending, type Refusal, refusal } from "../../model/result.ts";
import type { SelectorOption } from "../sources/source.ts";
import type { VerifiedDelivery } from "../verify/verify-delivery.ts";
import { type BodyContent, toContent } from "./content.ts";
import { isWanted } from "./event-type.ts";
import { createIdReader } from "./identity.ts";
import { type ReceivedEvents, readEvents } from "./received-events.ts";
import { createSelectorReader, type Selector, type SelectorReader } from "./selectors.ts";

/** Limit of elements. One call could not deliver more, because each costs a request. */
const elementsMax = 10_000;

/** The content of a verified delivery. */
export type DeliveryContent = {
  readonly content: Extract<BodyContent, { ok: true }>;
  /** The CloudEvents that it is or holds. Absent: the delivery does not say that it is a CloudEvent. */
  readonly events: ReceivedEvents | undefined;
  /** The parts that become one message each. Absent: the whole delivery becomes one. */
  readonly elements: readonly JsonDocument[] | undefined;
};

/** Reads the content of a delivery; a refusal or the response to a challenge if it holds no message. */
export function readDelivery(
  delivery: VerifiedDelivery,
): DeliveryContent | Refusal | ChallengeResponse {
  const { source, headers, body, contentType, secretIndex = 0 } = delivery;
  const content = toContent(body, contentType, source);
  if (!content.ok) {
    return content.refusal;
  }
  const { json } = content;
  const secret = source.secrets[secretIndex] ?? "";
  const challengeResponse = json && source.challenge.proved?.(json, secret, headers);
  if (challengeResponse !== undefined) {
    return challengeResponse;
  }
  const events = readEvents(delivery, json);
  const pointer = events?.isBatch === true ? [] : source.split;
  const elements = pointer === undefined ? undefined : split(json, pointer);
  return elements !== undefined && "kind" in elements ? elements : { content, events, elements };
}

/** Returns the elements of the array that a pointer names, or a refusal. */
function split(
  json: JsonDocument | undefined,
  pointer: readonly string[],
): readonly JsonDocument[] | Refusal {
  const elements = json && elementsAt(json, pointer, elementsMax + 1);
  if (elements === undefined) {
    return refusal("BODY_NOT_SPLIT", "the body has no array where the source's split points");
  }
  return elements.length > elementsMax
    ? refusal("BODY_TOO_LARGE", `the array is over ${elementsMax} elements`)
    : elements;
}

/** The names of one message, as its CloudEvent has them. */
export type MessageNames = {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly subject: string | undefined;
};

export const filteredOut = {
  kind: "ignored",
  reason: "the source's filter leaves its type out",
} as const satisfies Ending;

/** Creates the reader of a delivery's or element's names. It returns undefined if the filter excludes the type. */
export function createNameReader(
  delivery: VerifiedDelivery,
  deliveryContent: DeliveryContent,
  newId: () => string,
) {
  const { source } = delivery;
  const { events } = deliveryContent;
  const read = createReaders(delivery, deliveryContent, newId);
  return (element?: JsonDocument, index?: number): MessageNames | undefined => {
    const typePrefix = events?.read(element) === undefined ? source.typePrefix : "";
    const found = read.type(element);
    const type = toType(found?.text, typePrefix);
    const given = toType(found?.given, typePrefix);
    if (!isWanted({ type: given, word: found?.given ?? given }, source.filter)) {
      return undefined;
    }
    const id = read.id(element, index);
    const key = read.key(element)?.text ?? id;
    return { id, type, key, subject: read.subject(element)?.text };
  };
}

function toType(word: string | undefined, prefix: string): string {
  return word === undefined ? "webhook.received" : prefix + word;
}

/** Creates the readers of a delivery's parts. A CloudEvent's own attributes go before the provider's selectors. */
function createReaders(
  { source, headers, timestampMs, provenBytes }: VerifiedDelivery,
  { content, events }: DeliveryContent,
  newId: () => string,
) {
  const { name, verifier } = source;
  const selectorInput = { headers, json: content.json, newId };
  const createReader = (option: SelectorOption): SelectorReader => {
    const selectors = events?.isBatch ? source[option].map(ofElement) : source[option];
    const read = createSelectorReader(selectors, selectorInput);
    return events === undefined ? read : events.withEvent(option, read);
  };
  return {
    key: createReader("key"),
    type: createReader("type"),
    subject: createReader("subject"),
    id: createIdReader(createReader("id"), { name, verifier, timestampMs, body: provenBytes }),
  };
}

/** In a batch, selectors of the body read the event, as if it had come alone. */
function ofElement(selector: Selector): Selector {
  return selector.from === "body" ? { from: "element", pointer: selector.pointer } : selector;
}

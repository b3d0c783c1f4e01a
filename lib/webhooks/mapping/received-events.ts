import { type ReceivedAttributes, readAttributes } from "../../encoding/cloud-event-attributes.ts";
import type { JsonDocument } from "../../encoding/json-document.ts";
import { essenceOf } from "../../encoding/media-type.ts";
import type { Headers } from "../../model/call.ts";
import { type CloudEventData, readCloudEvent } from "../../model/cloud-event.ts";
import type { SelectorOption, Source } from "../sources/source.ts";
import { decodeEventHeader } from "./event-header.ts";
import type { Selector, SelectorReader } from "./selectors.ts";

/** A CloudEvent that a sender made. */
export type ReceivedEvent = {
  readonly attributes: ReceivedAttributes;
  /** Absent: the body is the data. */
  readonly data?: CloudEventData;
};

/** The CloudEvents of one delivery. */
export type ReceivedEvents = {
  /** True if the body is an array of events. */
  readonly isBatch: boolean;
  /** True if the proof covers the attributes. */
  readonly isProved: boolean;
  /** Returns the event of the delivery, or of an element of a batch; undefined if it is no CloudEvent. */
  readonly read: (element?: JsonDocument) => ReceivedEvent | undefined;
  /** Reads an option: by the source's own selectors, else from the event, else by the provider's selectors. */
  readonly withEvent: (option: SelectorOption, read: SelectorReader) => SelectorReader;
  /** Returns for the log what was no CloudEvent, and what was left out of one. */
  readonly notes: () => readonly string[];
};

type DeliveryHead = {
  readonly source: Source;
  readonly headers: Headers;
  readonly contentType: string;
};

/**
 * Reads a delivery in one of the modes of the HTTP binding
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3-http-message-mapping,
 * read 2026-11-30). Returns undefined for a delivery that does not say that it is a CloudEvent.
 */
export function readEvents(
  delivery: DeliveryHead,
  json: JsonDocument | undefined,
): ReceivedEvents | undefined {
  const { headers, contentType } = delivery;
  const type = essenceOf(contentType);
  const isBinary = !type.startsWith("application/cloudevents");
  const isEvent = !isBinary || headers.has("ce-specversion") || headers.has("ce-id");
  return isEvent ? createEvents(delivery, json, { type, isBinary }) : undefined;
}

function createEvents(
  { source, headers }: DeliveryHead,
  json: JsonDocument | undefined,
  { type, isBinary }: { readonly type: string; readonly isBinary: boolean },
): ReceivedEvents {
  const { name, verifier, isProvider, ownOptions } = source;
  const isBatch = type.startsWith("application/cloudevents-batch") && Array.isArray(json?.value);
  const isProved = verifier.covers === "request" || (verifier.covers === "body" && !isBinary);
  const notes: string[] = [];
  const readOne = (event: JsonDocument | undefined): ReceivedEvent | undefined => {
    const reading = isBinary
      ? readHeaders(headers, isProvider && !isProved)
      : readCloudEvent(event?.value, event?.text);
    const note = reading.ok ? reading.note : `no CloudEvent: ${reading.problem}`;
    if (note !== undefined) {
      notes.push(note);
    }
    return reading.ok ? reading : undefined;
  };
  let last: readonly [JsonDocument | undefined, ReceivedEvent | undefined] | undefined;
  const read = (element?: JsonDocument) => {
    const event = isBatch ? element : json;
    // Several options are read of one element after the other.
    last = last !== undefined && last[0] === event ? last : [event, readOne(event)];
    return last[1];
  };
  // It decides whether the proof covers an id.
  const selector: Selector = isBinary
    ? { from: "header", name: "ce-id" }
    : { from: isBatch ? "element" : "body", pointer: ["id"] };
  return {
    isBatch,
    isProved,
    read,
    withEvent: (option, readSelectors) => {
      const attribute = option === "key" ? "partitionkey" : option;
      const isOwn = ownOptions.includes(option);
      return (element) => {
        const text = read(element)?.attributes[attribute];
        const own = text === undefined ? undefined : { text, given: text, selector };
        return isOwn ? (readSelectors(element) ?? own) : (own ?? readSelectors(element));
      };
    },
    notes: () => summarize(name, notes),
  };
}

type Reading =
  | (ReceivedEvent & { readonly ok: true; readonly note?: string })
  | { readonly ok: false; readonly problem: string };

/**
 * Reads the attributes of binary mode. A header whose name no attribute can have is not one. Unsigned headers of a
 * provider say nothing: its preset knows how its events are named, and anyone can add headers to what it signed.
 */
function readHeaders(headers: Headers, isIgnored: boolean): Reading {
  if (isIgnored) {
    return { ok: false, problem: "its headers are not signed" };
  }
  const members = [...headers].flatMap(([header, value]) => {
    const [, name] = /^ce-(?!datacontenttype$)([a-z0-9]+)$/.exec(header) ?? [];
    return name === undefined ? [] : [[name, decodeEventHeader(value)] as const];
  });
  return members.some(([, value]) => value === undefined)
    ? { ok: false, problem: "a header is not percent-encoded UTF-8" }
    : readAttributes(Object.fromEntries(members));
}

/** Makes one line of all notes. A batch can have ten thousand. */
function summarize(name: string, [first, ...others]: readonly string[]): readonly string[] {
  if (first === undefined) {
    return [];
  }
  const more = others.length === 0 ? "" : ` (and ${others.length} more in this batch)`;
  return [`source ${name}: ${first}${more}`];
}

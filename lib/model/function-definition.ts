import type { TriggerEvent } from "./call.ts";
import type { Content } from "./record.ts";
import type { Ending, Refusal } from "./result.ts";
import type { ParseResult, Problem, Settings } from "./settings.ts";

/** Where records may go, and the settings that say so. */
export type Target = {
  readonly topicSetting: string;
  /** Absent: DATASTREAM_TOPIC. */
  readonly topic: string | undefined;
  readonly partitionSetting: string;
  readonly partition: number | undefined;
};

/** What a trigger may know beside the event: enough to map it the same way every time. */
export type TriggerContext = {
  /** When the call arrived, in epoch milliseconds. */
  readonly arrivedMs: number;
  readonly invocationId: string;
  /** A fresh unique id. */
  readonly newId: () => string;
};

/** A record before its topic is checked against the settings and its partition is chosen. */
export type RecordDraft = {
  /** Absent: DATASTREAM_TOPIC. */
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly key: string;
  /** The same each time. */
  readonly content: () => Content;
};

/** A delivery, or an entry of an event, that makes no record. */
export type RefusedBody = {
  /** The webhook's source, or the function. */
  readonly source: string;
  readonly contentType: string;
  /** As it came. */
  readonly body: () => string | Uint8Array;
  readonly refusal: Refusal;
};

export type Mapping = {
  readonly records: readonly RecordDraft[];
  /** Of the records, for a sender that is told them. */
  readonly ids?: readonly string[] | undefined;
  /** Endings of the parts of the event that make no record. */
  readonly endings: readonly Ending[];
  /** Parts of the event that make no record and must not be lost. */
  readonly refusedBodies?: readonly RefusedBody[];
  /** Nobody has proved to be the sender: what is refused is answered, and not kept. */
  readonly isUnproved?: boolean;
  /** Facts for the log, such as names of fields that were dropped; never values. */
  readonly notes?: readonly string[];
  /** What this event shows to be unwise; each text is logged once per start, so it names no event. */
  readonly warnings?: readonly string[];
  /** How long the sender waits for an answer, in milliseconds. */
  readonly senderTimeoutMs?: number | undefined;
  /** Whether the sender takes a good answer only without a body (204). */
  readonly expectsNoContent?: boolean;
};

/** The stream's settings that targets and warnings may depend on. */
export type DefaultTopic = {
  /** DATASTREAM_TOPIC. */
  readonly topic: string | undefined;
};

/** What has to be known of a function before it may run. */
export type FunctionDefinition<Event extends TriggerEvent, Settled> = {
  readonly name: string;
  /** The kind of call that the function takes; calls of another kind are answered before settings are read. */
  readonly accepts: Event["kind"];
  /** Default of DELIVERY_TIMEOUT_MS. */
  readonly deliveryTimeoutMs: number;
  /** Names of the settings that `parse` reads. */
  readonly settings: readonly string[];
  readonly parse: (settings: Settings) => ParseResult<Settled>;
  /** Where records may go, so that a missing topic is found before any event comes. */
  readonly targets: (settled: Settled, stream: DefaultTopic) => readonly Target[];
  /** Settings that work and are unwise; each is logged once per start. */
  readonly warnings: (settled: Settled, stream: DefaultTopic) => readonly string[];
  /** Wrong settings that stop only the part of the function that they are about; nothing is deployed with them. */
  readonly faults?: (settled: Settled) => readonly Problem[];
};

/** A function that maps one event to records. */
export type Trigger<Event extends TriggerEvent, Settled> = FunctionDefinition<Event, Settled> & {
  readonly map: (event: Event, settled: Settled, context: TriggerContext) => Mapping;
};

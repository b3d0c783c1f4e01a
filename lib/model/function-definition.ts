import type { TriggerEvent } from "./call.ts";
import type { Content } from "./record.ts";
import type { Ending, Fault, RecordResult, Refusal, ReplyForm } from "./result.ts";
import type { ParseResult, Problem, Settings } from "./settings.ts";

/** A topic and partition that records may go to, and the names of the settings that say so. */
export type Target = {
  readonly topicSetting: string;
  /** Absent: DATASTREAM_TOPIC. */
  readonly topic: string | undefined;
  readonly partitionSetting: string;
  readonly partition: number | undefined;
};

/** Facts beside the event that a trigger may use. With them it maps the same event the same way every time. */
export type TriggerContext = {
  /** Arrival of the call, in epoch milliseconds. */
  readonly arrivedMs: number;
  readonly invocationId: string;
  /** Returns a new unique id. */
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
};

/** A message of a queue, whose batch is one event. The platform can repeat single messages of it. */
export type BatchItem = {
  /** The platform's id of the message. */
  readonly id: string;
  /** The message group of a FIFO queue. A failed message holds up those after it. */
  readonly group: string | undefined;
};

/** A record without the default topic and the partition of its key. */
export type RecordDraft = {
  /** Absent: DATASTREAM_TOPIC. */
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly key: string;
  /** The item of `Mapping.batch` that it comes from. */
  readonly batchItem?: BatchItem | undefined;
  /** Returns the same content each time. */
  readonly content: () => Content;
  /** The value that a schema checks: the JSON of its data, or the fields of a form. Absent: it has none. */
  readonly json?: { readonly value: unknown } | undefined;
  /** The part of the event that it is made of, as JSON. Absent: the whole delivery. */
  readonly element?: { readonly text: string } | undefined;
};

/** The delivery that records are made of. */
export type WholeDelivery = {
  readonly source: { readonly name: string };
  readonly contentType: string;
  /** The body as it was received. */
  readonly body: string | Uint8Array;
};

/** A delivery, or an entry of an event, that cannot become a record and must be set aside. */
export type RefusedBody = {
  /** Name of the webhook source, or of the function. */
  readonly source: string;
  readonly contentType: string;
  /** Returns the body as it was received. */
  readonly body: () => string | Uint8Array;
  /** A fault if our own code cannot judge the body. */
  readonly refusal: Refusal | Fault;
  /** The item of `Mapping.batch` that it comes from. */
  readonly batchItem?: BatchItem | undefined;
};

/** The records that a trigger makes of one event, and the rest of the event. */
export type Mapping = {
  readonly records: readonly RecordDraft[];
  /** Ids of the records, for the reply. */
  readonly ids?: readonly string[] | undefined;
  /** Endings of the parts of the event that become no record. */
  readonly endings: readonly Ending[];
  /** Parts of the event that become no record and must not be lost. */
  readonly refusedBodies?: readonly RefusedBody[] | undefined;
  /** The delivery that the records were made of; absent if each is made of an element. */
  readonly delivery?: WholeDelivery | undefined;
  /** Every item of a queue's batch, in order; absent for any other event. */
  readonly batch?: readonly BatchItem[] | undefined;
  /** True if the sender proved nothing. A refused record is then reported in the reply and not stored. */
  readonly isUnproved?: boolean;
  /** Facts for the log, such as names of dropped fields; never values. */
  readonly notes?: readonly string[] | undefined;
  /** Advice that this event gives rise to. Each text is logged once per start, so it must not name the event. */
  readonly warnings?: readonly string[];
  /** Advice that names this event. It is logged for the first such event of a start only. */
  readonly firstWarning?: string | undefined;
  /** Time that the sender waits for a response, in milliseconds. */
  readonly senderTimeoutMs?: number | undefined;
  /** The responses that the sender takes. Absent: 200, and JSON. */
  readonly reply?: ReplyForm | undefined;
};

/** The stream's settings that targets and warnings may depend on. */
export type DefaultTopic = {
  /** DATASTREAM_TOPIC. */
  readonly topic: string | undefined;
};

/** The properties of a function that are needed before it runs. */
export type FunctionDefinition<Event extends TriggerEvent, FunctionConfig> = {
  readonly name: string;
  /** Kind of call that the function accepts. Any other call is refused before settings are read. */
  readonly accepts: Event["kind"];
  /** Default of DELIVERY_TIMEOUT_MS. */
  readonly deliveryTimeoutMs: number;
  /** Names of the settings that `parse` reads. */
  readonly settings: readonly string[];
  readonly parse: (settings: Settings) => ParseResult<FunctionConfig>;
  /** Lists all targets, so that a missing topic is found before any event arrives. */
  readonly targets: (functionConfig: FunctionConfig, stream: DefaultTopic) => readonly Target[];
  /** Lists advice about settings that work. Each text is logged once per start. */
  readonly warnings: (functionConfig: FunctionConfig, stream: DefaultTopic) => readonly string[];
  /** Lists wrong settings that stop only a part of the function. `deploy` still refuses them. */
  readonly faults?: (functionConfig: FunctionConfig) => readonly Problem[];
  /** Standard Schemas of the data, by the name of the webhook source or of the function. */
  readonly schemas?: Readonly<Record<string, unknown>>;
};

/**
 * Returns the ids of the messages of a batch that its queue shall send again. `endings` are those of the records, then of the
 * refused bodies. Returns undefined if the platform has to take the event as one.
 */
export type FindBatchItemFailures = (
  mapping: Mapping,
  delivery: { readonly endings: readonly RecordResult[] },
) => readonly string[] | undefined;

/** A function that maps one event to records. */
export type Trigger<Event extends TriggerEvent, FunctionConfig> = FunctionDefinition<
  Event,
  FunctionConfig
> & {
  /** Returns a promise only if there is a schema. */
  readonly map: (
    event: Event,
    functionConfig: FunctionConfig,
    context: TriggerContext,
  ) => Mapping | Promise<Mapping>;
  /** Absent: the function reads no queue. */
  readonly findBatchItemFailures?: FindBatchItemFailures;
};

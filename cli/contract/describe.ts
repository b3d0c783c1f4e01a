import type { Config } from "../../lib/settings/stream-config.ts";
import type { BucketConfig } from "../../lib/triggers/bucket.ts";
import type { EventConfig } from "../../lib/triggers/event/settings.ts";
import type { HeartbeatConfig } from "../../lib/triggers/heartbeat.ts";
import type { Source } from "../../lib/webhooks/sources/source.ts";
import type { Sources } from "../../lib/webhooks/sources/sources.ts";
import { type JsonSchema, toJsonSchema, vendorOf } from "./json-schema.ts";
import type { AnyTrigger } from "./load-trigger.ts";
import type { MessageContract } from "./message-contract.ts";
import { toSelected, toTypes } from "./selected.ts";

/** A trigger with its parsed settings. */
export type ConfiguredTrigger = {
  readonly trigger: AnyTrigger;
  readonly config: Config;
  readonly functionConfig: unknown;
};

/** The kinds of messages of one function. */
export type FunctionContract = {
  readonly messages: readonly MessageContract[];
  /** Facts that the contract could not find out. */
  readonly warnings: readonly string[];
};

/** Describes the messages of a function. For a function of one's own, only the topics are known. */
export function describeFunction(configured: ConfiguredTrigger): FunctionContract {
  const { trigger, config, functionConfig } = configured;
  const kinds = toKinds(trigger.name, functionConfig);
  const targets = trigger.targets(functionConfig, config);
  const described = targets.flatMap((target, index) => {
    const topic = target.topic ?? config.topic;
    const kind = kinds[index] ?? kinds[0];
    return topic === undefined || kind === undefined ? [] : [{ topic, ...kind }];
  });
  const schemas = new Map(Object.entries(trigger.schemas ?? {}));
  return {
    messages: described.map(({ owner, data, ...kind }) => ({
      ...kind,
      partitions: config.partitionsOf(kind.topic),
      hasReference: config.claimCheckBucket !== undefined && kind.value !== "raw",
      data: schemas.has(owner) ? toJsonSchema(schemas.get(owner)) : data,
    })),
    warnings: [...schemas].flatMap(([owner, schema]) =>
      toJsonSchema(schema) === undefined ? [withoutJsonSchema(owner, schema)] : [],
    ),
  };
}

function withoutJsonSchema(owner: string, schema: unknown): string {
  return (
    `the schema of ${owner} cannot be written as JSON Schema by ${vendorOf(schema)}: ` +
    "its data is unknown in the contract"
  );
}

/** A kind of message before its topic and schema are known. */
type Kind = Pick<MessageContract, "name" | "description" | "value" | "key" | "source" | "type"> & {
  /** The name that a schema in code has for it. */
  readonly owner: string;
  /** If absent, the data is JSON of any form, text or bytes. */
  readonly data?: JsonSchema;
};

const text = { type: "string" };

/** Returns the kinds in the order of the function's targets. */
function toKinds(name: string, functionConfig: unknown): readonly Kind[] {
  switch (name) {
    case "webhook":
      return [...(functionConfig as Sources).byName.values()].map(ofSource);
    case "event":
      return [ofEvent(functionConfig as EventConfig)];
    case "bucket":
      return [ofBucket(functionConfig as BucketConfig)];
    case "heartbeat":
      return [ofHeartbeat(functionConfig as HeartbeatConfig)];
    default:
      return [ofOther(name)];
  }
}

function ofSource(source: Source): Kind {
  const { name, value, key } = source;
  return {
    ...{ name: `webhook.${name}`, owner: name, value },
    description:
      `Deliveries of the webhook source ${name}` +
      (source.split === undefined ? "." : ", an element of a delivery each.") +
      " A CloudEvent of the sender keeps its own source and type.",
    key: toSelected(key, "the event's id"),
    source: { const: `/webhooks/${name}` },
    type: toTypes(source),
  };
}

function ofEvent({ value, key, source, type }: EventConfig): Kind {
  return {
    ...{ name: "event", owner: "event", value },
    description: "Events of triggers that have no function of their own.",
    key: toSelected(key, "the group of a FIFO queue, the event's id"),
    source: toSelected(source, "the event's own"),
    type: toSelected(type, "the event's own"),
  };
}

function ofBucket({ value, key }: BucketConfig): Kind {
  return {
    ...{ name: "bucket", owner: "bucket", value },
    description: "Objects that were created or removed in a bucket.",
    key: { ...text, description: key === "bucket" ? "The bucket." : "Bucket and object name." },
    source: text,
    type: text,
    data: { type: "object" },
  };
}

const instant = { type: "string", format: "date-time" };

function ofHeartbeat({ name }: HeartbeatConfig): Kind {
  return {
    ...{ name: "heartbeat", owner: "heartbeat", value: "cloudevent" },
    description: "Ticks of a cron schedule.",
    key: { ...text, description: "HEARTBEAT_NAME." },
    source: { const: `/heartbeats/${encodeURIComponent(name)}` },
    type: { const: "heartbeat.tick" },
    data: {
      type: "object",
      properties: {
        name: { const: name },
        scheduledAt: instant,
        previousScheduledAt: instant,
        firedAt: instant,
        lateByMs: { type: "integer" },
      },
      required: ["name", "scheduledAt", "firedAt", "lateByMs"],
    },
  };
}

function ofOther(name: string): Kind {
  const description = `Messages of the function ${name}.`;
  return {
    name,
    owner: name,
    description,
    value: "cloudevent",
    key: text,
    source: text,
    type: text,
  };
}

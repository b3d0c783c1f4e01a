import type { Components } from "./components.ts";
import { componentPrefix, type JsonSchema } from "./json-schema.ts";
import type { MessageContract } from "./message-contract.ts";

/** Version of the Kafka bindings (https://github.com/asyncapi/bindings/tree/master/kafka, read 2026-11-30). */
const bindingVersion = "0.5.0";

/**
 * Returns the AsyncAPI document of all topics
 * (https://www.asyncapi.com/docs/reference/specification/v3.0.0, read 2026-11-30).
 */
export function toAsyncApi(
  messages: readonly MessageContract[],
  schemas: Components,
  version: string,
): JsonSchema {
  const topics = [...new Set(messages.map(({ topic }) => topic))];
  const byTopic = topics.map(
    (topic) => [topic, messages.filter((message) => message.topic === topic)] as const,
  );
  return {
    asyncapi: "3.0.0",
    info: {
      title: "datastream-relay",
      version,
      description: "What the functions put onto each Data Stream topic.",
    },
    defaultContentType: "application/json",
    channels: Object.fromEntries(byTopic.map(([topic, those]) => [topic, toChannel(topic, those)])),
    operations: Object.fromEntries(
      byTopic.map(([topic, those]) => [`send.${topic}`, toOperation(topic, those)]),
    ),
    components: {
      messages: Object.fromEntries(messages.map((message) => [message.name, toMessage(message)])),
      schemas,
    },
  };
}

function toChannel(topic: string, messages: readonly MessageContract[]): JsonSchema {
  const [partitions] = messages.map((message) => message.partitions);
  return {
    address: topic,
    messages: Object.fromEntries(
      messages.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    bindings: {
      kafka: { topic, ...(partitions === undefined ? {} : { partitions }), bindingVersion },
    },
  };
}

function toOperation(topic: string, messages: readonly MessageContract[]): JsonSchema {
  return {
    action: "send",
    channel: { $ref: `#/channels/${topic}` },
    messages: messages.map(({ name }) => ({ $ref: `#/channels/${topic}/messages/${name}` })),
  };
}

function toMessage({ name, description, value, data, key }: MessageContract): JsonSchema {
  const rawType = data === undefined ? {} : { contentType: "application/json" };
  return {
    name,
    summary: description,
    ...(value === "raw" ? rawType : { contentType: "application/cloudevents+json" }),
    payload: { $ref: componentPrefix + name },
    bindings: { kafka: { key, bindingVersion } },
  };
}

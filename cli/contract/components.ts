import { componentPrefix, type JsonSchema, toComponents } from "./json-schema.ts";
import type { MessageContract } from "./message-contract.ts";

/** The schemas of a contract by their names. `webhook.orders` is a message's value, `webhook.orders.data` its data. */
export type Components = Readonly<Record<string, JsonSchema>>;

/** Returns the schemas of the values of messages, and of their data. */
export function toSchemas(messages: readonly MessageContract[]): Components {
  const components = messages.map((message) => {
    const dataName = `${message.name}.data`;
    const data = message.data === undefined ? {} : toComponents(dataName, message.data);
    return { [message.name]: toValue(message, refer(dataName)), ...data };
  });
  const isEvent = messages.some(({ value }) => value === "cloudevent");
  const hasReference = messages.some((message) => message.hasReference);
  return Object.assign(
    isEvent ? { CloudEvent: cloudEvent } : {},
    hasReference ? { DataReference: dataReference } : {},
    ...components,
  ) as Components;
}

function refer(name: string): JsonSchema {
  return { $ref: componentPrefix + name };
}

function toValue(message: MessageContract, reference: JsonSchema): JsonSchema {
  const { description, value, data, hasReference } = message;
  if (value === "raw") {
    return data === undefined ? { description } : { description, allOf: [reference] };
  }
  const { source, type } = message;
  const content = data === undefined ? anyData : toObject({ data: reference }, ["data"]);
  const all = [refer("CloudEvent"), toObject({ source, type }, ["source", "type"])];
  return hasReference
    ? { description, allOf: all, anyOf: [withoutReference(content), refer("DataReference")] }
    : { description, allOf: [...all, content] };
}

type ObjectSchema = {
  readonly type: "object";
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
};

function toObject(
  properties: ObjectSchema["properties"],
  required: ObjectSchema["required"],
): ObjectSchema {
  return { type: "object", properties, required };
}

const text = { type: "string" };
const absent = { not: {} };

function withoutReference({ properties, required }: ObjectSchema): ObjectSchema {
  return toObject({ ...properties, dataref: absent }, required);
}

/** Data without a schema: JSON, text, bytes, or none. */
const anyData = toObject({ data: {}, data_base64: { ...text, contentEncoding: "base64" } }, []);

/** The reference to data that is in a bucket, because the message was too large. */
const dataReference = {
  description: "The place of data that is too large for a message.",
  ...toObject(
    {
      data: absent,
      dataref: { ...text, format: "uri-reference" },
      datarefbucket: text,
      datarefname: text,
      datarefsize: { type: "integer", description: "Bytes." },
      datarefsha256: { ...text, description: "SHA-256 in hexadecimal digits." },
    },
    ["dataref", "datarefbucket", "datarefname", "datarefsize", "datarefsha256"],
  ),
};

/** The attributes that every event has (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md). */
const cloudEvent = {
  description: "A CloudEvent 1.0 in JSON.",
  ...toObject(
    {
      specversion: { const: "1.0" },
      id: { ...text, description: "With source: names one event, for dropping duplicates." },
      source: text,
      type: text,
      subject: text,
      time: { ...text, format: "date-time" },
      datacontenttype: text,
      partitionkey: { ...text, description: "The message key." },
      traceparent: text,
      tracestate: text,
    },
    ["specversion", "id", "source", "type", "time", "partitionkey"],
  ),
};

import type { JsonSchema } from "./json-schema.ts";

/** One kind of message, as far as settings and schemas describe it. */
export type MessageContract = {
  /** Name within the contract, such as `webhook.orders`. No two kinds have the same. */
  readonly name: string;
  readonly description: string;
  readonly topic: string;
  /** Partition count of the topic; absent: not known. */
  readonly partitions: number | undefined;
  /** `raw`: the message's value is the data itself. */
  readonly value: "cloudevent" | "raw";
  /** The message key. */
  readonly key: JsonSchema;
  /** The CloudEvents `source` and `type`. */
  readonly source: JsonSchema;
  readonly type: JsonSchema;
  /** If absent, the data is JSON of any form, text or bytes. */
  readonly data: JsonSchema | undefined;
  /** True if the data of a large message may be in a bucket. */
  readonly hasReference: boolean;
};

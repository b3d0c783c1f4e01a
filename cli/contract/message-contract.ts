import type { JsonSchema } from "./json-schema.ts";

/** What one kind of message is, as far as settings and schemas say it. */
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
  /** Absent: any JSON, text or bytes. */
  readonly data: JsonSchema | undefined;
  /** True if the data of a large message may be in a bucket. */
  readonly hasReference: boolean;
};

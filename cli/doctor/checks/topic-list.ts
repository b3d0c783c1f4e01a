import {
  isUnknownObject,
  textOf,
  type UnknownObject,
} from "../../../lib/encoding/unknown-object.ts";
import { isTopicName } from "../../../lib/model/record.ts";

/** Describes a topic. A field that is missing or has another type is undefined. */
export type TopicDescription = {
  readonly name: string;
  readonly status: string | undefined;
  readonly partitions: number | undefined;
  readonly retentionMs: number | undefined;
};

export type TopicList = {
  readonly topics: readonly TopicDescription[];
  /** False if the list has items that are not in a known form. A topic that is not found may be one of them. */
  readonly isComplete: boolean;
};

/**
 * Reads the topic list. It is documented twice, and which one the server answers is not known:
 * `list` (https://api.ncloud-docs.com/docs/en/datastream-gettopic) and `topics`
 * (https://api.ncloud-docs.com/docs/pub-data-stream-v1-topic-listtopics, both read 2026-11-30). Lists of other
 * services are in `content`. Returns undefined if the form is unknown.
 */
export function toTopicList({ list, topics, content }: UnknownObject): TopicList | undefined {
  const lists = [list, topics, content].filter(Array.isArray);
  if (lists.length === 0) {
    return undefined;
  }
  const items: readonly unknown[] = lists.flat();
  const read = items.filter(isUnknownObject).flatMap(toTopic);
  const isComplete = read.length === items.length;
  return isComplete || read.length > 0 ? { topics: read, isComplete } : undefined;
}

function toTopic(item: UnknownObject): readonly TopicDescription[] {
  const name = textOf(item["topicName"]);
  const status = textOf(item["status"]).toUpperCase();
  return isTopicName(name)
    ? [
        {
          name,
          status: /^[A-Z_]{1,40}$/.test(status) ? status : undefined,
          partitions: toCount(item["partitions"]),
          retentionMs: toCount(item["retentionMs"] ?? item["retentionMilliseconds"]),
        },
      ]
    : [];
}

/** Accepts numbers as text too: NAVER Cloud's tables and examples differ in this elsewhere. */
function toCount(value: unknown): number | undefined {
  const count = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === "number" && Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

import type { Target } from "../../../lib/model/function-definition.ts";
import type { Config } from "../../../lib/settings/stream-config.ts";
import { type Check, type CheckName, failed, ok, skipped, warning } from "./check.ts";
import type { ManagementResult } from "./management.ts";
import type { TopicDescription, TopicList } from "./topic-list.ts";

/** A topic in use, and the settings that name it. */
export type TopicInUse = { readonly topic: string; readonly targets: readonly Target[] };

/** The contents of the account. Undefined if no management API is known. */
export type AccountTopics = {
  readonly prefix: ManagementResult<string> | undefined;
  readonly topics: ManagementResult<TopicList> | undefined;
};

const hourMs = 3_600_000;
/** The documented status of a topic that takes messages. */
const active = "CREATED";
/**
 * CREATING, PENDING_DELETION, DELETE_ERROR, DELETED and UNKNOWN of the older page, DELETING of the newer one, and
 * words like them. The newer page's list of statuses is not known as a whole.
 */
const inactive = /CREATING|DELET|ERROR|FAIL|INACTIVE|UNKNOWN|STOP|SUSPEND|TERMINAT|PENDING/;

/** Lists each topic once, and DATASTREAM_TOPIC also if no function uses it. */
export function toTopicsInUse(targets: readonly Target[], config: Config): readonly TopicInUse[] {
  const own: Target = {
    ...{ topicSetting: "DATASTREAM_TOPIC", topic: config.topic },
    ...{ partitionSetting: "", partition: undefined },
  };
  const byTopic = new Map<string, Target[]>();
  for (const target of targets.length === 0 ? [own] : targets) {
    if (target.topic !== undefined) {
      byTopic.set(target.topic, [...(byTopic.get(target.topic) ?? []), target]);
    }
  }
  return [...byTopic].map(([topic, those]) => ({ topic, targets: those }));
}

/** Checks that the topic exists, has the account's prefix and has the partitions that the settings expect. */
export function checkTopic(
  used: TopicInUse,
  account: AccountTopics,
  { config, message }: { readonly config: Config; readonly message: Check },
): readonly Check[] {
  const named = { check: "topic", subject: used.topic };
  const { topics } = account;
  if (topics === undefined || topics.kind !== "read") {
    return [toUnread(named, topics), checkCount(used, undefined, config)];
  }
  const topic = topics.value.topics.find(({ name }) => name === used.topic);
  if (topic === undefined && message.subject === used.topic && message.verdict !== "failed") {
    return [warning(named, unlisted, lookInConsole), checkCount(used, undefined, config)];
  }
  return topic === undefined
    ? [toMissing(used, topics.value, prefixOf(account)), checkCount(used, undefined, config)]
    : [toFound(topic, prefixOf(account)), checkCount(used, topic, config)];
}

const unlisted = "it took the test message, and the account's list does not show it";
const lookInConsole = "look for it in the console: Data Stream > Topic";

type Unread = Exclude<ManagementResult<never>, { readonly kind: "read" }>;

/** Warns of a 2xx without a list that can be read. Other responses are the key pair's row. */
function toUnread(named: CheckName, topics: Unread | undefined): Check {
  if (topics === undefined) {
    return skipped(named, "no management API is known");
  }
  const found = `topics: ${topics.found}`;
  return topics.kind === "accepted" || topics.kind === "unproved"
    ? warning(named, found, topics.todo)
    : skipped(named, found);
}

function prefixOf({ prefix }: AccountTopics): string {
  return prefix?.kind === "read" ? prefix.value : "";
}

function toFound({ name, status, retentionMs }: TopicDescription, prefix: string): Check {
  const named = { check: "topic", subject: name };
  if (status !== undefined && inactive.test(status)) {
    const todo = `wait until its status is ${active}, or make it anew: console, Data Stream > Topic`;
    return failed(named, `exists, and its status is ${status}`, todo);
  }
  if (status !== undefined && status !== active) {
    const found = `exists, and its status is ${status}, which is not documented`;
    return warning(
      named,
      found,
      "see in the console that it takes messages, or run with --produce",
    );
  }
  const begins = prefix !== "" && name.startsWith(prefix) ? `, prefix ${prefix}` : "";
  const kept =
    retentionMs === undefined
      ? ""
      : `, keeps messages ${Number((retentionMs / hourMs).toFixed(1))} h`;
  return ok(named, `exists, ${status ?? "status unknown"}${begins}${kept}`);
}

function toMissing(
  { topic, targets }: TopicInUse,
  { topics, isComplete }: TopicList,
  prefix: string,
): Check {
  const named = { check: "topic", subject: topic };
  if (!isComplete) {
    const found =
      "the account's list has topics in an unknown form, and this one is not among the others";
    return warning(named, found, lookInConsole);
  }
  const names = topics.map(({ name }) => name);
  const setting = [...new Set(targets.map(({ topicSetting }) => topicSetting))].join(", ");
  const listing = names.length === 0 ? "it has none" : `it has ${names.slice(0, 10).join(", ")}`;
  const full = prefix + topic;
  return failed(
    named,
    `the account has no such topic: ${listing}`,
    names.includes(full)
      ? `set ${full} in ${setting}: a topic's full name begins with the account's prefix`
      : `correct ${setting}, or make the topic: console, Data Stream > Topic`,
  );
}

function checkCount(used: TopicInUse, topic: TopicDescription | undefined, config: Config): Check {
  const named = { check: "partitions", subject: used.topic };
  const count = config.partitionsOf(used.topic);
  const actual = topic?.partitions;
  if (count === undefined) {
    const has = actual === undefined ? "" : ` (the topic has ${actual})`;
    const todo = `set DATASTREAM_PARTITIONS${actual === undefined ? "" : `=${actual}`}`;
    return warning(named, `no count is set${has}: partitions are random, a key has no order`, todo);
  }
  if (actual === undefined) {
    return skipped(named, `DATASTREAM_PARTITIONS says ${count}; the topic's own count is unknown`);
  }
  const beyond = used.targets.find(({ partition }) => (partition ?? 0) >= actual);
  if (count !== actual) {
    const found = `DATASTREAM_PARTITIONS says ${count}, the topic has ${actual}: ${consequenceOf(count, actual)}`;
    return failed(named, found, `set it to ${actual}, in every function and at one time`);
  }
  return beyond === undefined
    ? ok(named, `${count}, as DATASTREAM_PARTITIONS says`)
    : failed(
        named,
        `${beyond.partitionSetting} is not below ${actual}`,
        "correct it, or remove it",
      );
}

function consequenceOf(count: number, actual: number): string {
  return count > actual
    ? "messages to the others are refused"
    : "keys go elsewhere than Kafka's own clients send them, and lose their order";
}

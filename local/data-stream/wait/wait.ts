import type { IncomingMessage } from "node:http";
import type { OutgoingResponse } from "../../http/response.ts";
import { jsonResponse, problemResponse } from "../../http/response.ts";
import { InvalidInput, isObject } from "../control/checked-input.ts";
import { checkParameters, integerParameter } from "../control/query-parameters.ts";
import type { TopicRecord } from "../storage/record-log.ts";
import type { Topics } from "../topics/topics.ts";
import type { Waiters } from "./waiters.ts";

export type WaitQuery = {
  readonly topic: string;
  readonly key: string | null;
  readonly type: string | null;
  readonly id: string | null;
  readonly timeoutMs: number;
};

type WaitContext = { readonly topics: Topics; readonly waiters: Waiters };

const parameters = ["topic", "key", "type", "id", "timeoutMs"];
/** Under the 5 s after which Vitest and Playwright's `expect` give up, so that this response says what was missing. */
const timeoutMsDefault = 4_000;
const timeoutMsMax = 60_000;

export function parseWait(search: URLSearchParams): WaitQuery {
  checkParameters(search, parameters);
  const topic = search.get("topic");
  if (topic === null || topic === "") {
    throw new InvalidInput("topic must be given");
  }
  return {
    topic,
    key: search.get("key"),
    type: search.get("type"),
    id: search.get("id"),
    timeoutMs:
      integerParameter(search, "timeoutMs", { min: 0, max: timeoutMsMax }) ?? timeoutMsDefault,
  };
}

/** Responds with the oldest record that matches, or else with the next one. A closed connection ends the wait. */
export async function waitForRecord(
  { socket }: IncomingMessage,
  query: WaitQuery,
  { topics, waiters }: WaitContext,
): Promise<OutgoingResponse> {
  if (topics.partitionCount(query.topic) === undefined) {
    return problemResponse(404, "the topic is unknown");
  }
  const matches = (record: TopicRecord) => isMatch(record, query);
  const present = findFirst(topics.records.after(0), matches);
  if (present !== undefined) {
    return jsonResponse(200, present);
  }
  if (waiters.isFull()) {
    return problemResponse(429, "too many requests wait for a record");
  }
  const gone = new AbortController();
  const abort = (): void => gone.abort();
  socket.once("close", abort);
  if (socket.destroyed) {
    abort();
  }
  const { timeoutMs } = query;
  const record = await waiters.next({ matches, timeoutMs, signal: gone.signal });
  socket.off("close", abort);
  return record === undefined
    ? problemResponse(408, `no record matched within ${timeoutMs} ms`)
    : jsonResponse(200, record);
}

function findFirst<Item>(items: Iterable<Item>, matches: (item: Item) => boolean) {
  for (const item of items) {
    if (matches(item)) {
      return item;
    }
  }
  return undefined;
}

function isMatch(record: TopicRecord, { topic, key, type, id }: WaitQuery): boolean {
  return (
    record.topic === topic &&
    (key === null || record.key === key) &&
    ((type === null && id === null) || isEventOf(record.value, { type, id }))
  );
}

/** Compares the fields of a CloudEvent, or of any other JSON object. */
function isEventOf(value: string, { type, id }: Pick<WaitQuery, "type" | "id">): boolean {
  if (![type, id].every((text) => text === null || mayContain(value, text))) {
    return false;
  }
  const event = parseEvent(value);
  return (type === null || event["type"] === type) && (id === null || event["id"] === id);
}

/** Says whether JSON can contain a text. It saves parsing 10,000 values for each request. */
function mayContain(json: string, text: string): boolean {
  return json.includes(text) || json.includes("\\");
}

function parseEvent(json: string): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(json);
    return isObject(event) ? event : {};
  } catch {
    return {};
  }
}

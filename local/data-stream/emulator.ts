import type { Deliveries } from "../deliveries/deliveries.ts";
import type { DeliveriesApi } from "../deliveries/deliveries-api.ts";
import type { FunctionsConsole } from "../functions/console/functions-console.ts";
import type { Events } from "./control/events.ts";
import type { RequestLog } from "./control/request-log.ts";
import type { Faults } from "./faults/faults.ts";
import type { CountedSize } from "./produce/message-size.ts";
import type { RecordStorage, RecordWriter } from "./storage/memory-storage.ts";
import type { TopicListForm } from "./topics/topic-list.ts";
import type { Topics } from "./topics/topics.ts";
import type { Waiters } from "./wait/waiters.ts";

/** Everything that the routes of one running emulator share. */
export type Emulator = {
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly topics: Topics;
  /** The part of a message that counts towards its size limit. */
  readonly countedSize: CountedSize;
  readonly topicList: TopicListForm;
  readonly writeRecord: RecordWriter;
  readonly emptyTopics: RecordStorage["empty"];
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly events: Events;
  /** Requests that wait for a record. */
  readonly waiters: Waiters;
  readonly functionsConsole: FunctionsConsole;
  /** The newest calls of functions. */
  readonly deliveries: Deliveries;
  readonly deliveriesApi: DeliveriesApi;
  /** Prints one line for the person at the terminal. */
  readonly log: (line: string) => void;
  readonly startedAtMs: number;
  readonly now: () => number;
  readonly random: () => number;
  readonly wait: (delayMs: number) => Promise<void>;
};

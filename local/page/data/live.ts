import { signal } from "@preact/signals";
import type { RequestEntry, TopicRecord } from "./model.ts";
import { onNextFrame } from "./next-frame.ts";

export type Connection = "connecting" | "live" | "waiting";

export type LiveListener = {
  /** Loads what is there already. New entries wait until it is done, so that nothing is missed or overwritten. */
  readonly onOpen: () => Promise<void>;
  readonly onRecords: (records: readonly TopicRecord[]) => void;
  readonly onRequests: (requests: readonly RequestEntry[]) => void;
  readonly onFaults: () => void;
  /** A function was called. The event has no data: the deliveries are read again. */
  readonly onDelivery: () => void;
};

const reconnectMs = 3000;
/** The most entries that wait during a load. The page would not keep more anyway. */
const waitingMax = 10_000;

export const connection = signal<Connection>("connecting");

/**
 * Connects to the event stream and passes on what arrived, once a frame. After a break the browser names the last
 * record that it has, and the emulator continues from there.
 */
export function connectLive(listener: LiveListener): void {
  const records: TopicRecord[] = [];
  const requests: RequestEntry[] = [];
  let loads = 0;
  const flush = onNextFrame(() => {
    if (loads === 0) {
      passOn(records, listener.onRecords);
      passOn(requests, listener.onRequests);
    }
  });
  const load = async () => {
    loads += 1;
    // The connection state shows that the emulator is away, and the next opening loads again.
    await listener.onOpen().catch(() => undefined);
    loads -= 1;
    flush();
  };
  const add = (list: unknown[], text: string) => {
    list.push(JSON.parse(text));
    if (list.length > waitingMax) {
      list.shift();
    }
    flush();
  };
  connect({
    open: load,
    record: ({ data }) => add(records, data),
    request: ({ data }) => add(requests, data),
    faults: listener.onFaults,
    delivery: listener.onDelivery,
  });
}

function passOn<T>(list: T[], listener: (entries: readonly T[]) => void): void {
  if (list.length > 0) {
    listener(list.splice(0));
  }
}

type Handlers = Readonly<Record<string, (event: MessageEvent<string>) => void>>;

function connect(handlers: Handlers): void {
  const events = new EventSource("/_/events");
  events.addEventListener("open", () => {
    connection.value = "live";
  });
  for (const [name, handler] of Object.entries(handlers)) {
    events.addEventListener(name, handler as (event: Event) => void);
  }
  events.addEventListener("error", () => {
    connection.value = "waiting";
    // A refusal ends an EventSource for good. Only a new one tries again, and its load fills the gap.
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(() => connect(handlers), reconnectMs);
    }
  });
}

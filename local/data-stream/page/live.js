import { find, onNextFrame } from "./dom.js";
import { onLanguage, t } from "./text/language.js";

const reconnectMs = 3000;
/** The most entries that wait during a load. The page would not keep more anyway. */
const waitingMax = 10_000;

/**
 * Connects to the event stream and passes on records and requests, once per frame. `onOpen` loads earlier ones. New
 * ones wait until it is done, so that a load misses nothing and overwrites nothing. After a break the browser names
 * the last record it has, and the emulator continues from there.
 */
export function connectLive({ onOpen, onRecords, onRequests, onFaults }) {
  const waiting = { records: [], requests: [], loads: 0, isAfterLoad: false };
  const flush = onNextFrame(() => {
    if (waiting.loads === 0) {
      handOn(waiting.records, onRecords);
      handOn(waiting.requests, (requests) => onRequests(requests, waiting.isAfterLoad));
      waiting.isAfterLoad = false;
    }
  });
  const wait = (list, text) => {
    list.push(JSON.parse(text));
    if (list.length > waitingMax) {
      list.shift();
    }
    flush();
  };
  const load = async () => {
    waiting.loads += 1;
    try {
      await onOpen();
    } catch {
      // The connection note shows that the emulator is away, and the next opening loads again.
    } finally {
      waiting.loads -= 1;
      waiting.isAfterLoad = true;
      flush();
    }
  };
  connect({
    onRecord: ({ data }) => wait(waiting.records, data),
    onRequest: ({ data }) => wait(waiting.requests, data),
    onFaults,
    load,
  });
}

function handOn(list, listener) {
  if (list.length > 0) {
    listener(list.splice(0));
  }
}

function connect(handlers) {
  const events = new EventSource("/_/events");
  events.addEventListener("record", handlers.onRecord);
  events.addEventListener("request", handlers.onRequest);
  events.addEventListener("faults", handlers.onFaults);
  events.addEventListener("open", () => {
    showState("live");
    handlers.load();
  });
  events.addEventListener("error", () => {
    showState("waiting");
    // A refusal ends an EventSource for good. Only a new one tries again, and its load fills the gap.
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(() => connect(handlers), reconnectMs);
    }
  });
}

function showState(state) {
  find("connection").dataset.state = state;
  find("connection").textContent = t(`connection.${state}`);
}

export function startConnectionNote() {
  onLanguage(() => showState(find("connection").dataset.state));
}

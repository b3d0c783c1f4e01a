import { find, getJson, keepTableRoles } from "./dom.js";
import { showFaults } from "./faults.js";
import { addRecords, fillFilters, loadRecords, onChoice, removeDropped } from "./records.js";
import { addRequests, showRequests } from "./requests.js";
import { showTopics } from "./topics.js";

const refreshMs = 1000;
const flushMs = 100;
const reconnectMs = 3000;
const waitingMax = 200;

const topics = { list: [] };
/** What came live and waits to be shown together: a burst costs one redraw, and a load misses nothing. */
const waiting = { records: [], requests: [], timer: undefined, loads: 0 };

/** Offsets, emptied topics and faults are no events: they are asked for. */
async function refresh() {
  const [described, faults] = await Promise.all([getJson("/_/topics"), getJson("/_/faults")]);
  topics.list = described.topics;
  showTopics(topics.list);
  fillFilters(topics.list);
  removeDropped(topics.list);
  showFaults(faults);
}

async function reload() {
  waiting.loads += 1;
  try {
    await refresh();
    const [{ requests }] = await Promise.all([getJson("/_/requests"), loadRecords(topics.list)]);
    showRequests(requests, waiting.requests.splice(0));
  } finally {
    waiting.loads -= 1;
    flush();
  }
}

function flush() {
  clearTimeout(waiting.timer);
  waiting.timer = undefined;
  if (waiting.loads === 0) {
    addRecords(waiting.records.splice(0));
    addRequests(waiting.requests.splice(0));
    attempt(refresh);
  }
}

function wait(list, text) {
  waiting.timer ??= setTimeout(flush, flushMs);
  list.push(JSON.parse(text));
  // What a full table would push out at once is not kept waiting.
  if (list.length > waitingMax) {
    list.shift();
  }
}

/** A stand-in that is away is shown as such by the connection, and the next refresh tries again. */
function attempt(task) {
  task().catch(() => undefined);
}

function showConnection(state, text) {
  const shown = find("connection");
  shown.dataset.state = state;
  shown.textContent = text;
}

function connect() {
  const events = new EventSource("/_/events");
  events.addEventListener("record", ({ data }) => wait(waiting.records, data));
  events.addEventListener("request", ({ data }) => wait(waiting.requests, data));
  events.addEventListener("open", () => {
    showConnection("live", "Live");
    attempt(reload);
  });
  events.addEventListener("error", () => {
    showConnection("waiting", "Reconnecting…");
    // A refusal ends an EventSource for good: only a new one tries again.
    if (events.readyState === EventSource.CLOSED) {
      setTimeout(connect, reconnectMs);
    }
  });
}

keepTableRoles();
onChoice(() => {
  fillFilters(topics.list);
  attempt(reload);
});
setInterval(() => attempt(refresh), refreshMs);
connect();

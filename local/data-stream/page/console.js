import { getJson, keepTableRoles } from "./dom.js";
import { connectLive, startConnectionNote } from "./live.js";
import { fillFilters, onFilter } from "./messages/record-filter.js";
import { addRecords, loadRecords, removeDropped, startRecords } from "./messages/records.js";
import { showScript, startSwitches } from "./panels/fault-switches.js";
import { startFaults } from "./panels/faults.js";
import { countRecords, countRequests, startFlow } from "./panels/flow.js";
import {
  collectRecords,
  collectRequests,
  loadFunctions,
  startFunctions,
} from "./panels/functions.js";
import { addRequests, showRequests, startRequests } from "./panels/requests.js";
import { showTopics, startTopics } from "./panels/topics.js";
import { startLanguage } from "./text/language.js";

const refreshMs = 1000;
const topics = { list: [] };

/** Loads what the event stream does not announce: offsets, emptied topics and faults. */
async function refresh() {
  const [described, faults] = await Promise.all([getJson("/_/topics"), getJson("/_/faults")]);
  topics.list = described.topics;
  showTopics(topics.list);
  fillFilters(topics.list);
  removeDropped(topics.list);
  showScript(faults);
}

async function load() {
  await refresh();
  const [{ requests }] = await Promise.all([
    getJson("/_/requests"),
    loadRecords(topics.list),
    loadFunctions(),
  ]);
  showRequests(requests);
}

startLanguage(document.getElementById("language"));
startConnectionNote();
startTopics();
startFlow();
startRecords();
startRequests();
startFaults();
startSwitches();
startFunctions();
keepTableRoles();
onFilter(() => fillFilters(topics.list));
// The connection note shows that the emulator is away, and the next refresh tries again.
const look = () => refresh().catch(() => undefined);
setInterval(look, refreshMs);
connectLive({
  onOpen: load,
  /** Faults may change in another client. They are shown at once, so that they never act unseen. */
  onFaults: look,
  onRecords(records) {
    countRecords(addRecords(records));
    collectRecords(records);
  },
  onRequests(requests, isAfterLoad) {
    countRequests(requests);
    addRequests(requests, isAfterLoad);
    collectRequests(requests);
  },
});

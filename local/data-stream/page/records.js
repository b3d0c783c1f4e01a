import { cell, counted, element, find, getJson, row, textBox, timeInKorea } from "./dom.js";

const recordRowsMax = 200;

const topicFilter = find("topic-filter");
const partitionFilter = find("partition-filter");
const body = find("records");

/** Rows by their record's cursor. */
const rows = new Map();
const loads = { latest: 0 };

/** The newest records of what is chosen, in place of those shown. */
export async function loadRecords(topics) {
  loads.latest += 1;
  const load = loads.latest;
  const answers = await Promise.all(recordPaths(topics).map(getJson));
  // Another choice may have been made meanwhile: its load is the one that counts.
  if (load === loads.latest) {
    rows.clear();
    body.replaceChildren();
    addRecords(answers.flatMap(({ records }) => records));
  }
}

function recordPaths(topics) {
  const partition = partitionFilter.value;
  return chosenTopics(topics)
    .filter(({ partitions }) => Number(partition) < partitions.length)
    .map(({ name }) => {
      const query = new URLSearchParams({ limit: recordRowsMax, ...(partition && { partition }) });
      return `/_/topics/${encodeURIComponent(name)}/records?${query}`;
    });
}

export function addRecords(records) {
  const oldestFirst = records.toSorted((left, right) => left.cursor - right.cursor);
  for (const record of oldestFirst.slice(-recordRowsMax)) {
    if (isChosen(record) && !rows.has(record.cursor)) {
      insert(record);
    }
  }
  note();
}

function insert(record) {
  const { cursor, topic, partition, offset } = record;
  const made = Object.assign(recordRow(record), { record: { cursor, topic, partition, offset } });
  // Almost always the first row: only a load that overlaps live records looks further.
  const older = [...body.rows].find((shown) => shown.record.cursor < cursor);
  body.insertBefore(made, older ?? null);
  rows.set(cursor, made);
  if (rows.size > recordRowsMax) {
    remove(body.lastElementChild);
  }
}

function remove(shown) {
  rows.delete(shown.record.cursor);
  shown.remove();
}

function recordRow({ timestamp, topic, partition, offset, key, value }) {
  return row(
    cell("Time (UTC+9)", "time", timeInKorea(timestamp)),
    cell("Topic", "name", topic),
    cell("Partition", "number", `${partition}`),
    cell("Offset", "number", `${offset}`),
    cell("Key", "key", textBox(key)),
    cell("Value", "value", textBox(value)),
  );
}

/** What lies before a partition's first offset was emptied or dropped, here or by another client. */
export function removeDropped(topics) {
  const partitionsOf = new Map(topics.map(({ name, partitions }) => [name, partitions]));
  for (const shown of [...rows.values()]) {
    const { topic, partition, offset } = shown.record;
    if (offset < (partitionsOf.get(topic)?.[partition]?.first ?? 0)) {
      remove(shown);
    }
  }
  note();
}

function note() {
  find("records-note").textContent =
    rows.size === 0
      ? "No records yet: what is produced appears here by itself."
      : `${counted(rows.size, "record")}, newest first${rows.size === recordRowsMax ? " (no more are shown)" : ""}.`;
}

export function onChoice(listener) {
  topicFilter.addEventListener("change", listener);
  partitionFilter.addEventListener("change", listener);
}

export function fillFilters(topics) {
  const names = topics.map(({ name }) => name);
  fillOptions(topicFilter, names);
  const count = Math.max(0, ...chosenTopics(topics).map(({ partitions }) => partitions.length));
  fillOptions(
    partitionFilter,
    Array.from({ length: count }, (_, index) => `${index}`),
  );
}

/** Filled only when they differ, because filling closes an open list under its reader. */
function fillOptions(select, values) {
  const filled = [...select.options].slice(1).map(({ value }) => value);
  if (select.options.length > 0 && filled.join() === values.join()) {
    return;
  }
  const { value } = select;
  const options = values.map((text) => element("option", { value: text }, text));
  select.replaceChildren(element("option", { value: "" }, "All"), ...options);
  select.value = values.includes(value) ? value : "";
}

const isEither = (filter, value) => filter.value === "" || filter.value === `${value}`;

const chosenTopics = (topics) => topics.filter(({ name }) => isEither(topicFilter, name));

const isChosen = ({ topic, partition }) =>
  isEither(topicFilter, topic) && isEither(partitionFilter, partition);

import { element, find } from "../dom.js";
import { store } from "../messages/records.js";
import { asNumber, counted, onLanguage, t } from "../text/language.js";

/** The time that a rate is measured over. A shorter time makes it jump, and a longer one makes it late. */
const rateMs = 5000;
const units = ["B", "KiB", "MiB", "GiB"];
const seen = { topics: [], samples: [], shown: "" };

export function showTopics(topics) {
  const atMs = performance.now();
  seen.topics = topics;
  seen.samples.push({ atMs, next: new Map(topics.flatMap(nextOffsets)) });
  while (seen.samples.length > 2 && atMs - seen.samples[1].atMs >= rateMs) {
    seen.samples.shift();
  }
  draw();
}

const nextOffsets = ({ name, partitions }) =>
  partitions.map(({ partition, next }) => [`${name}/${partition}`, next]);

/** Returns the rate of a partition. A restart sets offsets back, which counts as no rate. */
function rateOf(name, partition) {
  const [first] = seen.samples;
  const last = seen.samples.at(-1);
  const place = `${name}/${partition}`;
  const count = (last.next.get(place) ?? 0) - (first.next.get(place) ?? 0);
  return last.atMs > first.atMs ? Math.max(0, (count * 1000) / (last.atMs - first.atMs)) : 0;
}

function draw() {
  const bodies = seen.topics.map(toBody);
  const text = JSON.stringify(bodies);
  // The table is redrawn only if something differs. Otherwise a selection in it would be lost every second.
  if (text === seen.shown) {
    return;
  }
  seen.shown = text;
  const table = find("topics");
  for (const body of [...table.tBodies]) {
    body.remove();
  }
  table.append(...bodies.map(topicBody));
}

function toBody({ name, partitions }) {
  const rows = partitions.map(({ partition, first, next, dropped, bytes }) => ({
    ...{ partition, first, next, dropped },
    rate: rateOf(name, partition),
    bytes: bytes ?? store.bytesOf(name, partition),
  }));
  const sum = (field) => rows.reduce((total, row) => total + row[field], 0);
  const kept = sum("next") - sum("first");
  return { name, rows, rate: sum("rate"), kept, bytes: sum("bytes") };
}

function topicBody({ name, rows, rate, kept, bytes }) {
  const words = {
    rate: asNumber(rate, 1),
    records: counted("records", kept),
    size: asSize(bytes),
  };
  const title = element(
    "th",
    { scope: "rowgroup", colSpan: 5 },
    element("span", { className: "name" }, name),
    " ",
    element("span", { className: "muted" }, counted("partitions", rows.length)),
    element("span", { className: "muted sum" }, t("topics.sum", words)),
  );
  return element(
    "tbody",
    {},
    element("tr", { className: "group" }, title),
    ...rows.map(partitionRow),
  );
}

function partitionRow({ partition, first, next, dropped, rate, bytes }) {
  const offsets = next > first ? `${first} – ${next - 1}` : t("topics.noOffsets");
  const texts = [offsets, asNumber(rate, 1), asSize(bytes), asNumber(dropped)];
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, `${partition}`),
    ...texts.map((text) => element("td", { className: "number" }, text)),
  );
}

function asSize(bytes) {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${asNumber(bytes / 1024 ** power, power > 0 ? 1 : 0)} ${units[power]}`;
}

export function startTopics() {
  onLanguage(() => {
    seen.shown = "";
    draw();
  });
}

import { find } from "../dom.js";
import { onLanguage, t } from "../text/language.js";

const typingMs = 150;
const topicFilter = find("topic-filter");
const partitionFilter = find("partition-filter");
const heartbeats = find("heartbeats");
const texts = ["key", "type", "text"].map((field) => [field, find(`${field}-filter`)]);
const chosen = { hidden: 0 };

/** Returns the present filters. They are read once for many records. */
export function currentFilter() {
  const [key, type, text] = texts.map(([, input]) => input.value.toLowerCase());
  const topic = topicFilter.value;
  const partition = partitionFilter.value;
  const has = (value, wanted) => wanted === "" || value.toLowerCase().includes(wanted);
  return {
    fits: (entry) =>
      (topic === "" || entry.topic === topic) &&
      (partition === "" || `${entry.partition}` === partition) &&
      has(entry.key, key) &&
      has(entry.type, type) &&
      (text === "" || has(entry.value, text) || has(entry.key, text)),
    isHidden: ({ isHeartbeat }) => isHeartbeat && !heartbeats.checked,
  };
}

export function onFilter(listener) {
  const timer = { id: undefined };
  for (const input of [topicFilter, partitionFilter, heartbeats]) {
    input.addEventListener("change", listener);
  }
  for (const [, input] of texts) {
    input.addEventListener("input", () => {
      clearTimeout(timer.id);
      timer.id = setTimeout(listener, typingMs);
    });
  }
  find("clear-filters").addEventListener("click", () => {
    for (const input of [topicFilter, partitionFilter, ...texts.map(([, field]) => field)]) {
      input.value = "";
    }
    listener();
  });
  onLanguage(() => {
    for (const select of [topicFilter, partitionFilter]) {
      if (select.options.length > 0) {
        select.options[0].textContent = t("common.all");
      }
    }
    showHidden(chosen.hidden);
  });
}

export function showHidden(count) {
  chosen.hidden = count;
  const text = heartbeats.checked
    ? t("records.heartbeatsShown")
    : t("records.heartbeats", { count });
  if (find("heartbeats-label").textContent !== text) {
    find("heartbeats-label").textContent = text;
  }
}

export function fillFilters(topics) {
  fillOptions(
    topicFilter,
    topics.map(({ name }) => name),
  );
  const fitting = topics.filter(({ name }) => ["", name].includes(topicFilter.value));
  const count = Math.max(0, ...fitting.map(({ partitions }) => partitions.length));
  fillOptions(
    partitionFilter,
    Array.from({ length: count }, (_, index) => `${index}`),
  );
}

/** Fills a select only if the options differ, because filling closes an open list. */
function fillOptions(select, values) {
  const filled = [...select.options].slice(1).map(({ value }) => value);
  if (select.options.length > 0 && filled.join() === values.join()) {
    return;
  }
  const { value } = select;
  const options = values.map((text) => new Option(text, text));
  select.replaceChildren(new Option(t("common.all"), ""), ...options);
  select.value = values.includes(value) ? value : "";
}

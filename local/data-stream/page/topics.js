import { counted, element, find } from "./dom.js";

export function showTopics(topics) {
  const table = find("topics");
  for (const body of [...table.tBodies]) {
    body.remove();
  }
  table.append(...topics.map(topicBody));
}

function topicBody({ name, partitions }) {
  const title = element(
    "th",
    { scope: "rowgroup", colSpan: 4 },
    element("span", { className: "name" }, name),
    " ",
    element("span", { className: "muted" }, counted(partitions.length, "partition")),
  );
  return element(
    "tbody",
    {},
    element("tr", { className: "group" }, title),
    ...partitions.map(partitionRow),
  );
}

function partitionRow({ partition, first, next, dropped }) {
  const numbers = [first, next, dropped].map((count) =>
    element("td", { className: "number" }, `${count}`),
  );
  return element("tr", {}, element("th", { scope: "row" }, `${partition}`), ...numbers);
}

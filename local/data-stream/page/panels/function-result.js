import { button, element, find, textBox, timeInKorea, visible } from "../dom.js";
import { isJson, prettyJson } from "../messages/json-text.js";
import { openRecord, store } from "../messages/records.js";
import { onLanguage, t } from "../text/language.js";
import { outcomeOf } from "./requests.js";

const box = find("function-result");
const title = find("function-result-title");

/** Draws the present result again, which a change of the language needs. */
const shown = { draw: () => undefined };

function show(draw) {
  shown.draw = draw;
  draw();
}

export function showCalling() {
  title.hidden = false;
  show(() => box.replaceChildren(element("p", { className: "muted" }, t("functions.calling"))));
}

export function showFailure(error) {
  const problem = visible(error.message);
  show(() =>
    box.replaceChildren(element("p", { className: "problem" }, t("common.error", { problem }))),
  );
}

/** Shows the reply, the function's requests to Data Stream and the new records side by side. */
export function showResult(result) {
  show(() => drawResult(result));
}

export function startResult() {
  onLanguage(() => shown.draw());
}

function drawResult({ sent, reply, requests, records }) {
  box.replaceChildren(
    column("functions.reply", ...replyNodes(reply), sentNodes(sent)),
    column("functions.requests", ...filled(requests.map(requestNode), "functions.noRequests")),
    column("functions.records", ...filled(records.map(recordNode), "functions.noRecords")),
  );
}

function column(name, ...nodes) {
  return element("div", { className: "column" }, element("h4", {}, t(name)), ...nodes);
}

function filled(nodes, none) {
  return nodes.length > 0 ? nodes : [element("p", { className: "muted" }, t(none))];
}

function replyNodes({ status, headers, body, tookMs }) {
  const isGood = status >= 200 && status < 300;
  const shown = t("functions.took", { status, ms: tookMs });
  return [
    element(
      "p",
      {},
      element("span", { className: `verdict ${isGood ? "accepted" : "refused"}` }, shown),
    ),
    pre(isJson(body) ? prettyJson(body) : body),
    pre(headerLines(headers)),
  ];
}

function sentNodes({ method, url, headers, body }) {
  return element(
    "details",
    {},
    element("summary", {}, t("functions.sent")),
    pre(`${method} ${url}\n${headerLines(headers)}\n\n${body}`),
  );
}

const headerLines = (headers) =>
  Object.entries(headers)
    .map((header) => header.join(": "))
    .join("\n");

function pre(text) {
  return textBox(text, "text block");
}

function requestNode({ verdict, status, method, path, ...happened }) {
  const shown = `${t(`verdict.${verdict}`) ?? verdict} ${status || t("common.none")}`;
  return element(
    "div",
    { className: "item" },
    element("p", {}, element("span", { className: `verdict ${verdict}` }, shown)),
    pre(`${method} ${path}`),
    ...outcomeOf(happened),
  );
}

function recordNode(record) {
  const { cursor, value, key, timestamp } = record;
  const open = button(t("functions.open"), () => {
    openRecord(store.entries().find((entry) => entry.cursor === cursor) ?? record);
  });
  return element(
    "div",
    { className: "item" },
    element("p", {}, t("record.place", record), ` · ${timeInKorea(timestamp)} `, open),
    textBox(key),
    pre(isJson(value) ? prettyJson(value) : value),
  );
}

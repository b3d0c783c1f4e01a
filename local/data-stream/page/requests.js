import { cell, counted, element, find, row, timeInKorea } from "./dom.js";

const requestRowsMax = 50;
const body = find("requests");

/** `recent` comes newest first; those that came live meanwhile may or may not be among them. */
export function showRequests(recent, cameLive) {
  const known = new Set(recent.map((request) => JSON.stringify(request)));
  body.replaceChildren(...recent.slice(0, requestRowsMax).map(requestRow));
  addRequests(cameLive.filter((request) => !known.has(JSON.stringify(request))));
}

/** Oldest first, as they come. */
export function addRequests(requests) {
  for (const request of requests.slice(-requestRowsMax)) {
    body.prepend(requestRow(request));
  }
  while (body.rows.length > requestRowsMax) {
    body.lastElementChild.remove();
  }
  note();
}

function requestRow({ at, verdict, status, method, path, ...happened }) {
  return row(
    cell("Time (UTC+9)", "time", timeInKorea(at)),
    cell("Verdict", "", element("span", { className: `verdict ${verdict}` }, verdict)),
    cell("Status", "number", status === 0 ? "none" : `${status}`),
    cell("Request", "key", element("div", { className: "text" }, `${method} ${path}`)),
    cell("What happened", "value", ...outcome(happened)),
  );
}

function outcome({ reason, diagnosis, topic, partition, offset }) {
  const stored =
    topic === undefined ? [] : [`stored on ${topic}, partition ${partition}, offset ${offset}`];
  return [
    ...[...stored, ...(reason === undefined ? [] : [reason])].map((line) => element("p", {}, line)),
    ...(diagnosis === undefined ? [] : [diagnosisBox(diagnosis)]),
  ];
}

function diagnosisBox({ likelyMistake, fix, expectedStringToSign }) {
  const lines = [
    ["Likely mistake", likelyMistake],
    ["Fix", fix],
  ].filter(([, text]) => text !== undefined);
  return element(
    "dl",
    {},
    ...lines.flatMap(([term, text]) => [element("dt", {}, term), element("dd", {}, text)]),
    element("dt", {}, "Expected string to sign"),
    element("dd", {}, element("pre", {}, expectedStringToSign)),
  );
}

function note() {
  const count = body.rows.length;
  find("requests-note").textContent =
    count === 0 ? "No requests yet." : `${counted(count, "request")}, newest first.`;
}

import { cell, element, find, row, timeInKorea, visible } from "../dom.js";
import { counted, onLanguage, t } from "../text/language.js";

const requestRowsMax = 50;
const keptMax = 200;
/** The time between two redraws. Nobody can read 50 rows that each of 500 requests a second redraws. */
const redrawMs = 200;
const body = find("requests");
const choice = find("verdict-filter");
/** The requests, newest first. */
const state = { kept: [], timer: undefined };

/** Shows recent requests, newest first. They include those that arrived live before they were fetched. */
export function showRequests(recent) {
  state.kept = recent.slice(0, keptMax);
  draw();
}

/** Adds live requests, oldest first. Requests that waited for a load may be among those that it fetched. */
export function addRequests(requests, isAfterLoad) {
  const known = new Set(isAfterLoad ? state.kept.map((one) => JSON.stringify(one)) : []);
  const news = requests.filter((request) => !known.has(JSON.stringify(request)));
  state.kept = [...news.toReversed(), ...state.kept].slice(0, keptMax);
  state.timer ??= setTimeout(draw, redrawMs);
}

function draw() {
  clearTimeout(state.timer);
  state.timer = undefined;
  const shown = state.kept
    .filter(({ verdict }) => ["", verdict].includes(choice.value))
    .slice(0, requestRowsMax);
  body.replaceChildren(...shown.map(requestRow));
  find("requests-note").textContent =
    shown.length === 0
      ? t("requests.none")
      : t("requests.shown", { shown: counted("requests", shown.length) });
}

export function requestRow({ at, verdict, status, method, path, ...happened }) {
  const known = ["accepted", "refused", "faulted"].includes(verdict);
  const shown = known ? t(`verdict.${verdict}`) : verdict;
  return row(
    cell(t("requests.time"), "time", timeInKorea(at)),
    cell(t("requests.verdict"), "", element("span", { className: `verdict ${verdict}` }, shown)),
    cell(t("requests.status"), "number", status === 0 ? t("common.none") : `${status}`),
    cell(
      t("requests.request"),
      "key",
      element("div", { className: "text" }, visible(`${method} ${path}`)),
    ),
    cell(t("requests.outcome"), "value", ...outcomeOf(happened)),
  );
}

export function outcomeOf({ reason, diagnosis, fix, topic, partition, offset }) {
  const lines = [
    ...(topic === undefined ? [] : [t("requests.stored", { topic, partition, offset })]),
    ...(reason === undefined ? [] : [reason]),
  ];
  const hasMore = diagnosis !== undefined || fix !== undefined;
  return [
    ...lines.map((line) => element("p", {}, visible(line))),
    ...(hasMore ? [diagnosisBox({ ...diagnosis, fix: fix ?? diagnosis?.fix })] : []),
  ];
}

function diagnosisBox({ likelyMistake, fix, expectedStringToSign }) {
  const parts = [
    ["requests.mistake", likelyMistake && visible(likelyMistake)],
    ["requests.fix", fix && visible(fix)],
    [
      "requests.expected",
      expectedStringToSign && element("pre", {}, visible(expectedStringToSign)),
    ],
  ].filter(([, shown]) => shown !== undefined);
  return element(
    "dl",
    {},
    ...parts.flatMap(([term, shown]) => [element("dt", {}, t(term)), element("dd", {}, shown)]),
  );
}

export function startRequests() {
  choice.addEventListener("change", draw);
  onLanguage(() => {
    const options = ["accepted", "refused", "faulted"].map(
      (verdict) => new Option(t(`verdict.${verdict}`), verdict),
    );
    const { value } = choice;
    choice.replaceChildren(new Option(t("common.all"), ""), ...options);
    choice.value = value;
    draw();
  });
}

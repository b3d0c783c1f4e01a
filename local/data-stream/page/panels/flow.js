import { element, find, svg } from "../dom.js";
import { asNumber, onLanguage, t } from "../text/language.js";

const bucketMs = 2000;
const bucketCount = 150;
const redrawMs = 1000;
const width = bucketCount - 1;
const height = 100;
/** A reader could not tell more lines than these apart. */
const linesMax = 6;
const charts = {
  topics: { series: new Map(), box: find("flow-topics") },
  outcomes: { series: new Map(), box: find("flow-outcomes") },
};

export function countRecords(records) {
  for (const { topic } of records) {
    countOne(charts.topics, topic);
  }
}

export function countRequests(requests) {
  for (const { verdict } of requests) {
    countOne(charts.outcomes, verdict);
  }
}

const bucketNow = () => Math.floor(Date.now() / bucketMs);

function countOne({ series }, name) {
  const known = series.has(name) || series.size < linesMax;
  const shown = known ? name : "";
  const buckets = series.get(shown) ?? new Map();
  const bucket = bucketNow();
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  buckets.delete(bucket - bucketCount - 1);
  series.set(shown, buckets);
}

/** Returns the rate of each whole bucket. The bucket that is still filling would always look like a drop. */
function ratesOf(buckets) {
  const last = bucketNow() - 1;
  for (const bucket of buckets.keys()) {
    if (bucket < last - bucketCount) {
      buckets.delete(bucket);
    }
  }
  return Array.from(
    { length: bucketCount },
    (_, index) => ((buckets.get(last - width + index) ?? 0) * 1000) / bucketMs,
  );
}

function draw({ series, box }, nameOf) {
  const lines = [...series].map(([name, buckets], index) => {
    const rates = ratesOf(buckets);
    return { name: nameOf(name), index, rates, max: Math.max(...rates), now: rates[width] };
  });
  const top = niceTop(Math.max(...lines.map(({ max }) => max), 0));
  const words = lines.map(({ name, now, max }) =>
    t("flow.line", { name, now: asNumber(now, 1), max: asNumber(max, 1) }),
  );
  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": words.join("; ") || t("flow.none"),
    },
    ...[0, 0.5, 1].map((part) => gridLine(part * height)),
    ...lines.map(({ index, rates }) => lineOf(index, rates, top)),
  );
  const scale = element("p", { className: "scale muted" }, `${asNumber(top, top < 2 ? 1 : 0)}/s`);
  const ends = [t("flow.ago"), t("flow.now")].map((text) => element("span", {}, text));
  const legend = lines.map(({ index }, at) =>
    element("li", {}, swatch(index), element("span", {}, words[at])),
  );
  box.replaceChildren(
    scale,
    picture,
    element("p", { className: "ends muted" }, ...ends),
    element("ul", {}, ...(legend.length > 0 ? legend : [element("li", {}, t("flow.none"))])),
  );
}

/** Rounds up to 1, 2 or 5 times a power of ten. */
function niceTop(max) {
  if (max <= 1) {
    return 1;
  }
  const power = 10 ** Math.floor(Math.log10(max));
  return power * [1, 2, 5, 10].find((step) => step * power >= max);
}

function gridLine(y) {
  return svg("line", { class: "grid", x1: 0, x2: width, y1: y, y2: y });
}

function lineOf(index, rates, top) {
  const points = rates.map((rate, x) => `${x},${(height - (rate / top) * height).toFixed(2)}`);
  return svg("polyline", { class: `line line-${index}`, points: points.join(" ") });
}

function swatch(index) {
  const attributes = { viewBox: "0 0 24 8", "aria-hidden": "true", class: "swatch" };
  return svg(
    "svg",
    attributes,
    svg("polyline", { class: `line line-${index}`, points: "0,4 24,4" }),
  );
}

function drawAll() {
  draw(charts.topics, (name) => name || t("flow.others"));
  draw(charts.outcomes, (name) => t(`verdict.${name}`) ?? name);
}

export function startFlow() {
  // The outcomes are fixed from the start, so that each keeps its colour.
  for (const verdict of ["accepted", "refused", "faulted"]) {
    charts.outcomes.series.set(verdict, new Map());
  }
  onLanguage(drawAll);
  setInterval(() => document.hidden || drawAll(), redrawMs);
}

import { element, find } from "./dom.js";

const shownStepsMax = 5;

export function showFaults({ steps, rate }) {
  const lines = [...stepLines(steps), ...rateLines(rate)];
  const banner = find("faults");
  const text = lines.join("\n");
  // The banner is announced when it changes: an equal one stays as it is.
  if ((banner.dataset.text ?? "") === text) {
    return;
  }
  banner.dataset.text = text;
  const list = element("ul", {}, ...lines.map((line) => element("li", {}, line)));
  banner.replaceChildren(
    ...(lines.length > 0 ? [element("strong", {}, "Faults are on"), list] : []),
  );
}

function stepLines(steps) {
  const lines = steps
    .slice(0, shownStepsMax)
    .map((step) => `${step.times === 1 ? "once" : `${step.times} times`}: ${describe(step)}`);
  const more = steps.length - shownStepsMax;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function rateLines(rate) {
  if (rate === undefined) {
    return [];
  }
  const percent = Math.round(rate.probability * 1000) / 10;
  return [`${percent} % of requests: ${describe(rate.step)}`];
}

function describe({ when = {}, ...step }) {
  const effects = [
    ["delayMs", `wait ${step.delayMs} ms`],
    ["skewMs", `clock off by ${step.skewMs} ms`],
    ["status", `answer ${step.status}`],
    ["cut", `cut ${step.cut} the message is stored`],
  ]
    .filter(([field]) => step[field] !== undefined)
    .map(([, words]) => words);
  const about = Object.entries(when).map(([field, text]) => `${field} ${text}`);
  const effect = effects.length > 0 ? effects.join(", ") : "let through";
  return about.length > 0 ? `${effect} (${about.join(", ")})` : effect;
}

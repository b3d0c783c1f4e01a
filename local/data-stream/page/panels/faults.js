import { button, element, find, getJson, visible } from "../dom.js";
import { onLanguage, t } from "../text/language.js";

const shownStepsMax = 5;
/** A step for more requests than this is shown as lasting. */
const alwaysTimes = 1000;
const state = { script: { steps: [] }, text: undefined };

export function showFaults(script) {
  state.script = script;
  const lines = [...stepLines(script.steps), ...rateLines(script), ...bucketLines(script)];
  const text = lines.join("\n");
  // A screen reader announces the banner when it changes, so an equal one stays as it is.
  if (state.text === text) {
    return;
  }
  state.text = text;
  const list = element("ul", {}, ...lines.map((line) => element("li", {}, visible(line))));
  const parts = [element("strong", {}, t("faults.on")), list, clearButton()];
  find("faults").replaceChildren(...(lines.length > 0 ? parts : []));
}

export const isOn = ({ steps, rate, bucket }) =>
  steps.length > 0 || rate !== undefined || bucket !== undefined;

function clearButton() {
  return button(t("faults.clear"), async () => {
    await getJson("/_/faults", { method: "DELETE" });
    showFaults({ steps: [] });
    find("faults-title").focus();
  });
}

function stepLines(steps) {
  const lines = steps.slice(0, shownStepsMax).map((step) => `${often(step)}: ${describe(step)}`);
  const count = steps.length - shownStepsMax;
  return count > 0 ? [...lines, t("faults.more", { count })] : lines;
}

function often({ times: count }) {
  if (count === undefined || count > alwaysTimes) {
    return t("faults.always");
  }
  return count === 1 ? t("faults.once") : t("faults.times", { count });
}

function rateLines({ rate }) {
  if (rate === undefined) {
    return [];
  }
  const percent = Math.round(rate.probability * 1000) / 10;
  return [`${t("faults.percent", { percent })}: ${describe(rate.step)}`];
}

function bucketLines({ bucket }) {
  return bucket === undefined ? [] : [t("faults.bucket", { bytes: bucket.bytesPerSecond })];
}

/** Describes a step. Fields without a text are shown as they were posted, so that no fault stays unseen. */
function describe({ when = {}, times: _, headers: _headers, body: _body, ...step }) {
  const words = {
    delayMs: () => t("faults.wait", { ms: step.delayMs }),
    firstByteMs: () => t("faults.firstByte", { ms: step.firstByteMs }),
    skewMs: () => t("faults.clock", { ms: step.skewMs }),
    status: () => t("faults.respond", { status: step.status }),
    cut: () => t(`faults.cut.${step.cut}`),
  };
  const known = Object.keys(words).filter((field) => step[field] !== undefined);
  const others = Object.keys(step).filter((field) => !Object.hasOwn(words, field));
  const effects = [
    ...known.map((field) => words[field]()),
    ...others.map((field) => `${field} ${JSON.stringify(step[field])}`),
  ];
  const about = Object.entries(when).map(([field, value]) => `${field} ${value}`);
  const effect = effects.length > 0 ? effects.join(", ") : t("faults.pass");
  return about.length > 0 ? `${effect} (${about.join(", ")})` : effect;
}

export function startFaults() {
  onLanguage(() => {
    state.text = undefined;
    showFaults(state.script);
  });
}

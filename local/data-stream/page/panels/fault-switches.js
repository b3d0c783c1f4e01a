import { element, find, getJson, postJson, visible } from "../dom.js";
import { onLanguage, t } from "../text/language.js";
import { isOn, showFaults } from "./faults.js";

/** The largest count that a script takes, for a fault that lasts until it is switched off. */
const always = 1_000_000;
const counted = {
  unavailable503: { times: 3, status: 503, headers: { "retry-after": "2" } },
  lostAnswer: { times: 1, cut: "after" },
  cutBefore: { times: 1, cut: "before" },
};
/** A request meets only one step, so lasting faults share a step. */
const lasting = { slow: { firstByteMs: 3000 }, skew: { skewMs: 600_000 } };
const bucket = { bytesPerSecond: 1024 };
const state = { script: { steps: [] }, text: undefined };

const switches = [
  ...Object.entries(counted).map(([name, step]) => ({
    name,
    isOn: ({ steps }) => steps.some((one) => isSame(one, step)),
    turnOn: (script) => ({ ...script, steps: [step, ...script.steps] }),
    turnOff: (script) => ({ ...script, steps: script.steps.filter((one) => !isSame(one, step)) }),
  })),
  ...Object.entries(lasting).map(([name, effect]) => ({
    name,
    isOn: ({ steps }) => steps.some((step) => isLasting(step) && has(step, effect)),
    turnOn: ({ steps, ...script }) => withLasting(script, steps, effect),
    turnOff: ({ steps, ...script }) => ({
      ...script,
      steps: steps.flatMap((step) => without(step, effect)),
    }),
  })),
  {
    name: "throttle",
    isOn: (script) => script.bucket !== undefined,
    turnOn: (script) => ({ ...script, bucket }),
    turnOff: ({ bucket: _, ...script }) => script,
  },
];

/** Compares two steps, whatever part of their times is used up. */
function isSame({ times: _, ...step }, { times: _times, ...wanted }) {
  return JSON.stringify(sorted(step)) === JSON.stringify(sorted(wanted));
}

const sorted = (fields) =>
  Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1));

const isLasting = ({ times, when }) => times > 1000 && when === undefined;

const has = (step, effect) =>
  Object.entries(effect).every(([field, value]) => step[field] === value);

function withLasting(script, steps, effect) {
  const step = steps.find((one) => isLasting(one) && one.status === undefined);
  const others = steps.filter((one) => one !== step);
  return { ...script, steps: [...others, { ...step, times: always, ...effect }] };
}

function without(step, effect) {
  if (!isLasting(step) || !has(step, effect)) {
    return [step];
  }
  const left = Object.entries(step).filter(([field]) => !Object.hasOwn(effect, field));
  return left.some(([field]) => field !== "times") ? [Object.fromEntries(left)] : [];
}

export function showScript(script) {
  showFaults(script);
  state.script = script;
  for (const { name, isOn: isSwitchedOn } of switches) {
    find(`fault-${name}`)?.setAttribute("aria-checked", isSwitchedOn(script));
  }
  const text = isOn(script)
    ? JSON.stringify({ ...script, on: undefined }, null, 2)
    : t("faults.noScript");
  if (text !== state.text) {
    state.text = text;
    find("fault-script").textContent = visible(text);
  }
}

async function apply(change) {
  const note = find("fault-note");
  try {
    const { steps, rate, bucket: throttle } = await getJson("/_/faults");
    const script = change({ steps, rate, bucket: throttle });
    showScript(await postJson("/_/faults", script));
    note.textContent = "";
  } catch (error) {
    note.textContent = t("common.error", { problem: visible(error.message) });
  }
}

function switchItem({ name, isOn: isSwitchedOn, turnOn, turnOff }) {
  const made = element(
    "button",
    { type: "button", id: `fault-${name}`, role: "switch" },
    t(`faults.${name}`),
  );
  made.setAttribute("aria-checked", isSwitchedOn(state.script));
  made.addEventListener("click", () =>
    apply((script) => (isSwitchedOn(script) ? turnOff(script) : turnOn(script))),
  );
  return element("li", {}, made);
}

export function startSwitches() {
  onLanguage(() => {
    find("fault-script").tabIndex = 0;
    find("fault-switches").replaceChildren(...switches.map(switchItem));
    state.text = undefined;
    showScript(state.script);
  });
  find("own-script").value = JSON.stringify({ steps: [{ times: 2, status: 429 }] }, null, 2);
  find("run-script").addEventListener("click", () =>
    apply(() => JSON.parse(find("own-script").value)),
  );
}

import { element, find } from "../dom.js";
import { onLanguage, t } from "../text/language.js";

/** Functions with a form of their own in the page. */
const withForm = ["bucket", "heartbeat", "redrive"];
const shown = { names: [] };

/** Draws a card for each function that has no form of its own: a JSON event and a button. */
export function showOtherFunctions(invocations, onRun) {
  const names = invocations.filter((name) => !withForm.includes(name));
  // Only when they differ: what somebody is writing outlives a reconnection.
  if (names.join() !== shown.names.join()) {
    shown.names = names;
    find("other-functions").replaceChildren(...names.map((name) => card(name, onRun)));
    label();
  }
}

export function startOtherFunctions() {
  onLanguage(label);
}

function card(name, onRun) {
  const event = element("textarea", { id: `event-of-${name}`, rows: 4, value: "{}" });
  event.spellcheck = false;
  const problem = element("p", { className: "problem", role: "status" });
  const form = element(
    "form",
    { id: `${name}-form` },
    element("h3", {}, name),
    element(
      "span",
      { className: "field" },
      element("label", { htmlFor: event.id, className: "event-label" }),
      event,
    ),
    problem,
    element("button", { type: "submit", className: "run-label" }),
  );
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const parsed = parse(event.value);
    problem.textContent = parsed === undefined ? t("functions.notJson") : "";
    if (parsed !== undefined) {
      onRun(name, { event: parsed });
    }
  });
  return form;
}

function label() {
  for (const made of find("other-functions").querySelectorAll(".event-label")) {
    made.textContent = t("functions.event");
  }
  for (const made of find("other-functions").querySelectorAll(".run-label")) {
    made.textContent = t("functions.runWith");
  }
}

/** An event is an object, as every platform sends it. */
function parse(text) {
  try {
    const event = JSON.parse(text);
    const isObject = typeof event === "object" && event !== null && !Array.isArray(event);
    return isObject ? event : undefined;
  } catch {
    return undefined;
  }
}

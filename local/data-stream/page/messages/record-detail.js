import { copyText } from "../copy.js";
import { button, element, find, textBox, timeInKorea } from "../dom.js";
import { asNumber, onLanguage, t } from "../text/language.js";
import { attributesOf } from "./cloud-event.js";
import { views } from "./record-views.js";

const panel = find("record");
const opened = { entry: undefined, before: undefined, view: "pretty" };

/** Starts the detail panel. Esc and its button close it, and `onClose` returns the focus to where it was. */
export function startDetail(onClose) {
  const close = () => {
    opened.entry = undefined;
    panel.hidden = true;
    panel.parentElement.classList.remove("split");
    onClose();
  };
  find("close-record").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened.entry !== undefined) {
      close();
    }
  });
  onLanguage(show);
}

export function openDetail(entry, before) {
  Object.assign(opened, { entry, before });
  panel.hidden = false;
  panel.parentElement.classList.add("split");
  show();
  find("record-title").focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

function show() {
  const { entry } = opened;
  if (entry === undefined) {
    return;
  }
  find("record-place").replaceChildren(
    element("p", {}, t("record.place", entry), ` · ${timeInKorea(entry.timestamp)}`),
    element("p", { className: "muted" }, t("record.size", { bytes: asNumber(entry.bytes) })),
    element("h4", {}, t("record.key")),
    textBox(entry.key),
  );
  find("record-attributes").replaceChildren(...attributeTable(entry));
  find("record-copies").replaceChildren(...copyButtons(entry));
  showView();
}

function attributeTable({ value }) {
  const attributes = attributesOf(value);
  if (attributes.length === 0) {
    return [];
  }
  const heads = [t("record.attribute"), t("record.attributeValue")];
  const rows = attributes.map(({ name, text }) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, textBox(name, "word")),
      element("td", {}, textBox(text)),
    ),
  );
  const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
  return [
    element("h4", {}, t("record.attributes")),
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)),
  ];
}

function copyButtons(entry) {
  const { cursor, topic, key, value, partition } = entry;
  const fixture = () => JSON.stringify({ topic, partition, key, value }, null, 2);
  const curl = async () => {
    const response = await fetch(`/_/records/${cursor}/curl`);
    const text = await response.text();
    if (!response.ok) {
      throw new Error(text.slice(0, 200));
    }
    return text;
  };
  return [
    button(t("record.copyCurl"), () => copyText(curl)),
    button(t("record.copyFixture"), () => copyText(fixture)),
    button(t("record.copyValue"), () => copyText(() => value)),
  ];
}

function showView() {
  const { entry, before, view } = opened;
  const buttons = Object.keys(views).map((name) => {
    const made = button(t(`record.${name}`), () => {
      opened.view = name;
      showView();
      find(`view-${name}`).focus();
    });
    made.id = `view-${name}`;
    made.setAttribute("aria-pressed", name === view);
    return made;
  });
  find("record-views").replaceChildren(...buttons);
  find("record-value").replaceChildren(...views[view](entry, before));
}

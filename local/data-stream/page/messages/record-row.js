import { element, timeInKorea, visible } from "../dom.js";

/** A row is one line. The browser would cut off more text, and a screen reader would read it all. */
const rowCharactersMax = 200;

/** Creates a row. Its text is also its name for screen readers, so that everybody gets the same words. */
export function recordRow({ cursor, timestamp, topic, partition, offset, key, value, type }) {
  const parts = [
    part("time", timeInKorea(timestamp)),
    part("topic", topic),
    part("place", `${partition} · ${offset}`),
    part("key", key),
    part("type", type),
    part("value", value),
  ];
  const made = element(
    "div",
    { className: "row", id: `record-${cursor}`, role: "option" },
    ...parts.flatMap((one) => [one, " "]),
  );
  made.dataset.cursor = cursor;
  return made;
}

function part(className, text) {
  const shown = text === "" ? "—" : visible(text.slice(0, rowCharactersMax)).replace(/\s+/g, " ");
  return element("span", { className: text === "" ? `${className} muted` : className }, shown);
}

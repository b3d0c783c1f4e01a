import { element, timeInKorea, visible } from "../dom.js";

/** A row is one line: more of a text would only be cut off by the browser, and read aloud at length. */
const rowCharactersMax = 200;

/** Its text is its name for a screen reader: the same words for everybody. */
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

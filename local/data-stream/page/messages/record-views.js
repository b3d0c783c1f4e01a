import { cutNote, element, timeInKorea, visible } from "../dom.js";
import { t } from "../text/language.js";
import { isJson, prettyJson } from "./json-text.js";
import { diffLines, withContext } from "./line-diff.js";

const shownCharactersMax = 200_000;
const hexBytesMax = 2048;
const hexLineBytes = 16;
const marks = { added: "+ ", removed: "− ", same: "  ", gap: "  " };

/** The views of a value. Each returns nodes. */
export const views = {
  pretty: ({ value }) =>
    isJson(value)
      ? [textBlock(visible(prettyJson(value)))]
      : [element("p", { className: "muted" }, t("record.notJson")), textBlock(visible(value))],
  /** Shows the stored text unchanged, except that a long one is shortened. */
  raw: ({ value }) => [textBlock(value)],
  hex: ({ value }) => hexNodes(value),
  diff: (entry, before) => diffNodes(entry, before),
};

function textBlock(text) {
  const block = element("pre", { tabIndex: 0, dir: "ltr" }, text.slice(0, shownCharactersMax));
  block.setAttribute("aria-label", t("records.value"));
  if (text.length > shownCharactersMax) {
    block.append(cutNote(shownCharactersMax, text.length));
  }
  return block;
}

function hexNodes(value) {
  // UTF-8 needs at least half as many bytes as UTF-16 has code units, so this much text is enough.
  const count = new TextEncoder().encode(value).length;
  const bytes = new TextEncoder().encode(value.slice(0, hexBytesMax)).subarray(0, hexBytesMax);
  const lines = [];
  for (let at = 0; at < bytes.length; at += hexLineBytes) {
    lines.push(hexLine(at, bytes.subarray(at, at + hexLineBytes)));
  }
  const note = t("record.hexCut", { shown: hexBytesMax, count });
  return [
    ...(count > hexBytesMax ? [element("p", { className: "muted" }, note)] : []),
    textBlock(lines.join("\n")),
  ];
}

function hexLine(at, bytes) {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const shown = [...bytes].map((byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·",
  );
  return `${at.toString(16).padStart(4, "0")}  ${hex.padEnd(hexLineBytes * 3 - 1)}  ${shown.join("")}`;
}

function diffNodes(entry, before) {
  const note = (text) => [element("p", { className: "muted" }, text)];
  if (before === undefined) {
    return note(t("record.diffNone"));
  }
  const lines = diffLines(comparable(before.value), comparable(entry.value));
  if (lines === undefined) {
    return note(t("record.diffLong"));
  }
  const { partition, offset, timestamp } = before;
  const from = t("record.diffFrom", { partition, offset, time: timeInKorea(timestamp) });
  if (lines.every(({ kind }) => kind === "same")) {
    return [...note(from), ...note(t("record.diffSame"))];
  }
  const block = textBlock("");
  block.className = "diff";
  block.append(
    ...withContext(lines).map(({ kind, text }) =>
      element("span", { className: kind }, `${marks[kind]}${visible(text)}\n`),
    ),
  );
  return [...note(from), block];
}

function comparable(value) {
  const shown = value.slice(0, shownCharactersMax);
  return isJson(shown) ? prettyJson(shown) : shown;
}

// Everything that the page shows may come from strangers, so it becomes text nodes and never markup.
import { t } from "./text/language.js";

const shownCharactersMax = 4000;
const koreaOffsetMs = 9 * 60 * 60 * 1000;
/** Line ends, tabs, and the joiners that Korean, Indic scripts and emoji need. */
const harmless = ["\n", "\t", "\u200c", "\u200d"];
const controlPictures = 0x2400;
const svgNamespace = "http://www.w3.org/2000/svg";

export const find = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
  const { label, ...others } = properties;
  const made = Object.assign(document.createElement(name), others);
  if (label !== undefined) {
    made.dataset.label = label;
  }
  made.append(...children);
  return made;
}

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(svgNamespace, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

export const row = (...cells) => element("tr", { role: "row" }, ...cells);

export const cell = (label, className, ...children) =>
  element("td", { role: "cell", label, className }, ...children);

/**
 * Sets the roles of a table. Rows are stacked on narrow screens, and a browser may then forget that they make a
 * table.
 */
export function keepTableRoles() {
  const roles = {
    table: "table",
    thead: "rowgroup",
    tbody: "rowgroup",
    tr: "row",
    th: "columnheader",
  };
  for (const [name, role] of Object.entries(roles)) {
    for (const found of document.querySelectorAll(`${name}.stacked, .stacked ${name}`)) {
      found.role = role;
    }
  }
}

/** Writes a time in UTC+9, as NAVER Cloud's console does wherever its reader is. */
export function timeInKorea(ms) {
  return new Date(ms + koreaOffsetMs).toISOString().slice(0, 23).replace("T", " ");
}

/**
 * Makes control characters and marks of writing direction visible. Invisible, they could hide or reorder the text
 * beside them.
 */
export function visible(text) {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (mark) => {
    const code = mark.codePointAt(0);
    if (harmless.includes(mark)) {
      return mark;
    }
    const hex = code.toString(16).toUpperCase().padStart(4, "0");
    return code < 0x20 ? String.fromCharCode(code + controlPictures) : `⟨U+${hex}⟩`;
  });
}

export function textBox(text, className = "text") {
  if (text === "") {
    return element("span", { className: "muted" }, t("common.empty"));
  }
  const box = element("div", { className }, visible(text.slice(0, shownCharactersMax)));
  if (text.length > shownCharactersMax) {
    box.append(cutNote(shownCharactersMax, text.length));
  }
  return box;
}

export function cutNote(shown, count) {
  return element("span", { className: "muted" }, ` ${t("common.cut", { shown, count })}`);
}

export function button(label, onClick, properties = {}) {
  const made = element("button", { type: "button", ...properties }, label);
  made.addEventListener("click", onClick);
  return made;
}

/** Fetches JSON. An unsuccessful response becomes an error with the problem that the API names. */
export async function getJson(path, init) {
  const response = await fetch(path, init);
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new Error(told.error ?? `${path}: ${response.status}`);
  }
  return response.status === 204 ? undefined : response.json();
}

export const postJson = (path, value) =>
  getJson(path, { method: "POST", body: JSON.stringify(value) });

/**
 * Draws once per frame for everything that arrived since the last one. A hidden page has no frames, so a timer
 * draws it.
 */
export function onNextFrame(draw) {
  const pending = { is: false };
  return () => {
    if (!pending.is) {
      pending.is = true;
      const run = () => {
        pending.is = false;
        draw();
      };
      if (document.hidden) {
        setTimeout(run, 250);
      } else {
        requestAnimationFrame(run);
      }
    }
  };
}

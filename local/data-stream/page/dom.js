// Everything shown here may come from strangers: it becomes text nodes, never markup.
const shownCharactersMax = 4000;
const koreaOffsetMs = 9 * 60 * 60 * 1000;

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

export const row = (...cells) => element("tr", { role: "row" }, ...cells);

export const cell = (label, className, ...children) =>
  element("td", { role: "cell", label, className }, ...children);

/** On narrow screens rows are stacked, and a browser may forget that they make a table: roles remind it. */
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

/** NAVER's console shows UTC+9, wherever its reader is. */
export function timeInKorea(ms) {
  return new Date(ms + koreaOffsetMs).toISOString().slice(0, 23).replace("T", " ");
}

export function textBox(text) {
  if (text === "") {
    return element("span", { className: "muted" }, "(empty)");
  }
  const box = element("div", { className: "text" }, text.slice(0, shownCharactersMax));
  if (text.length > shownCharactersMax) {
    const note = ` … the first ${shownCharactersMax} of ${text.length} characters`;
    box.append(element("span", { className: "muted" }, note));
  }
  return box;
}

export const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

export async function getJson(path) {
  const response = await fetch(path);
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`);
  }
  return response.json();
}

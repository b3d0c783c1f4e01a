import { en } from "./strings-en.js";
import { ko } from "./strings-ko.js";

const tables = { en, ko };
const storageKey = "language";
const listeners = [];
const chosen = { language: remembered() ?? (navigator.language.startsWith("ko") ? "ko" : "en") };

/** A browser may keep its storage shut: then the choice holds as long as the page. */
function remembered() {
  try {
    const language = localStorage.getItem(storageKey);
    return Object.hasOwn(tables, language ?? "") ? language : undefined;
  } catch {
    return undefined;
  }
}

/** Values are put in once, so that one which looks like a place is never read as one. */
export function t(key, values = {}) {
  const text = tables[chosen.language][key];
  return text.replace(/\{(\w+)\}/g, (place, name) => `${values[name] ?? place}`);
}

export function counted(noun, count) {
  const number = count.toLocaleString(chosen.language);
  return t(`count.${noun}.${count === 1 ? "one" : "other"}`, { count: number });
}

export const asNumber = (count, digits = 0) =>
  count.toLocaleString(chosen.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

/** Called now and on every later choice. */
export function onLanguage(listener) {
  listeners.push(listener);
  listener();
}

export function setLanguage(language) {
  chosen.language = language;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // See `remembered`.
  }
  for (const listener of listeners) {
    listener();
  }
}

export function startLanguage(select) {
  onLanguage(() => {
    document.documentElement.lang = chosen.language;
    document.title = t("page.title");
    select.value = chosen.language;
    translateMarkup();
  });
  select.addEventListener("change", () => setLanguage(select.value));
}

function translateMarkup() {
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = t(element.dataset.text);
  }
  for (const element of document.querySelectorAll("[data-name]")) {
    element.setAttribute("aria-label", t(element.dataset.name));
  }
}

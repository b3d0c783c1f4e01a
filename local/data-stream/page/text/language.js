import { en } from "./strings-en.js";
import { ko } from "./strings-ko.js";

const tables = { en, ko };
const storageKey = "language";
const listeners = [];
const chosen = { language: remembered() ?? (navigator.language.startsWith("ko") ? "ko" : "en") };

/** Returns the stored language. A browser may block its storage; then the choice lasts as long as the page. */
function remembered() {
  try {
    const language = localStorage.getItem(storageKey);
    return Object.hasOwn(tables, language ?? "") ? language : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns a text in the chosen language. Placeholders are replaced in one pass, so that a value which looks like a
 * placeholder stays as it is.
 */
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

/** Calls the listener now and on every later choice. */
export function onLanguage(listener) {
  listeners.push(listener);
  listener();
}

export function setLanguage(language) {
  chosen.language = language;
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // The browser blocks its storage, see `remembered`.
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

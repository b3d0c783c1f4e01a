import { computed, effect, signal } from "@preact/signals";
import { readChoice, storeText } from "../data/stored.ts";
import { deliveries } from "./deliveries.ts";
import { faults } from "./faults.ts";
import { frame } from "./frame.ts";
import { messages } from "./messages.ts";
import { send } from "./send.ts";
import { topics } from "./topics.ts";

const tables = {
  en: { ...frame.en, ...messages.en, ...deliveries.en, ...send.en, ...topics.en, ...faults.en },
  ko: { ...frame.ko, ...messages.ko, ...deliveries.ko, ...send.ko, ...topics.ko, ...faults.ko },
};

export type Language = keyof typeof tables;
export type TextKey = keyof typeof tables.en;
export type TextValues = Readonly<Record<string, string | number>>;

const usual: Language = navigator.language.startsWith("ko") ? "ko" : "en";
export const language = signal<Language>(readChoice("language", ["en", "ko"]) ?? usual);
const table = computed<Readonly<Record<TextKey, string>>>(() => tables[language.value]);

effect(() => {
  document.documentElement.lang = language.value;
  document.title = t("page.title");
});

export function setLanguage(chosen: Language): void {
  storeText("language", chosen);
  language.value = chosen;
}

/**
 * Returns a text in the chosen language. Placeholders are replaced in one pass, so that a value which looks like a
 * placeholder stays as it is.
 */
export function t(key: TextKey, values: TextValues = {}): string {
  return table.value[key].replace(
    /\{(\w+)\}/g,
    (place, name: string) => `${values[name] ?? place}`,
  );
}

/** Returns the text of a key that is put together, such as a status of the API, or the fallback if there is none. */
export function textOr(key: string, fallback: string): string {
  return Object.hasOwn(table.value, key) ? t(key as TextKey) : fallback;
}

export function asNumber(count: number, digits = 0): string {
  return count.toLocaleString(language.value, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export function counted(noun: "records" | "requests" | "partitions", count: number): string {
  return t(`count.${noun}.${count === 1 ? "one" : "other"}`, { count: asNumber(count) });
}

const units = ["B", "KiB", "MiB", "GiB"];

export function asSize(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${asNumber(bytes / 1024 ** power, power > 0 ? 1 : 0)} ${units[power]}`;
}

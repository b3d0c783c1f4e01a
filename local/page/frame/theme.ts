import { effect, signal } from "@preact/signals";
import { readChoice, storeText } from "../data/stored.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const theme = signal<Theme>(readChoice("theme", themes) ?? "system");

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
});

export function nextTheme(): void {
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? "system";
  storeText("theme", next);
  theme.value = next;
}

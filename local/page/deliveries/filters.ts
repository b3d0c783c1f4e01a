import { go, hrefOf, replaceAddress, route } from "../frame/route.ts";
import type { Delivery } from "./delivery.ts";

export const filterNames = ["function", "source", "outcome"] as const;
export type FilterName = (typeof filterNames)[number];
export type Shown = "calls" | "requests";

/** The filters are in the address, so that a link leads to the same list. */
export function filterOf(name: FilterName): string {
  return route.value.search.get(name) ?? "";
}

export function shownList(): Shown {
  return route.value.search.get("show") === "requests" ? "requests" : "calls";
}

export function setSearch(change: Readonly<Record<string, string>>): void {
  const search = new URLSearchParams(route.value.search);
  for (const [name, value] of Object.entries(change)) {
    search.delete(name);
    if (value !== "") {
      search.set(name, value);
    }
  }
  replaceAddress(withSearch(hrefOf("deliveries", ...route.value.path), search));
}

export function hrefOfDelivery(id: string): string {
  return withSearch(hrefOf("deliveries", id), route.value.search);
}

export function closeDelivery(): void {
  go(withSearch(hrefOf("deliveries"), route.value.search));
}

function withSearch(href: string, search: URLSearchParams): string {
  return search.size > 0 ? `${href}?${search}` : href;
}

export function filtered(all: readonly Delivery[]): readonly Delivery[] {
  return all.filter((one) => filterNames.every((name) => ["", one[name]].includes(filterOf(name))));
}

/** Returns what can be chosen: what is there, and what is chosen although it is there no more. */
export function choicesOf(name: FilterName, all: readonly Delivery[]): readonly string[] {
  const values = new Set([...all.map((one) => one[name] ?? ""), filterOf(name)]);
  return [...values]
    .filter((value) => value !== "")
    .toSorted((left, right) => left.localeCompare(right));
}

/** Returns the verdict of the requests to show, or the empty text for all. */
export function verdictOf(): string {
  return route.value.search.get("verdict") ?? "";
}

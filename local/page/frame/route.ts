import { computed, signal } from "@preact/signals";

export const views = ["messages", "deliveries", "topics", "faults"] as const;
export type View = (typeof views)[number];

/** A place of the page: `#/messages/orders/0/3?q=paid` is view `messages`, path `orders`, `0`, `3`. */
export type Route = {
  readonly view: View | "send";
  readonly path: readonly string[];
  readonly search: URLSearchParams;
};

const current = signal(parseHash(location.hash));
export const route = computed(() => current.value);

addEventListener("hashchange", () => {
  current.value = parseHash(location.hash);
});

export function parseHash(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [first, ...rest] = path.split("/").map(decode);
  const view = [...views, "send" as const].find((one) => one === first) ?? "messages";
  return { view, path: rest.filter((part) => part !== ""), search: new URLSearchParams(search) };
}

/** A hash may come from anywhere. Invalid percent-encoding stays as written. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Returns the link to a place, such as `hrefOf("messages", topic, partition, offset)`. */
export function hrefOf(...parts: readonly (string | number)[]): string {
  return `#/${parts.map((part) => encodeURIComponent(part)).join("/")}`;
}

export function go(href: string): void {
  location.hash = href;
}

/** Changes the address without an entry in the history, for what changes while somebody types. */
export function replaceAddress(href: string): void {
  history.replaceState(null, "", href);
  current.value = parseHash(href);
}

import type { FunctionTriggers } from "./host-options.ts";

export type Route =
  | {
      readonly kind: "http";
      readonly name: string;
      /** The path after the function's name, such as `/github`. */
      readonly path: string;
    }
  | { readonly kind: "by-hand"; readonly name: string }
  | { readonly kind: "none"; readonly reason: string };

type Functions = ReadonlyMap<string, { readonly triggers: FunctionTriggers }>;

/** Finds the function of a path: the first segment is its name, and only functions of HTTP take more of them. */
export function routeOf(path: string, functions: Functions): Route {
  const [, name = "", below = ""] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  const found = functions.get(name);
  if (found?.triggers.http === true) {
    return { kind: "http", name, path: below };
  }
  return found === undefined || below !== ""
    ? { kind: "none", reason: helpOf(functions) }
    : { kind: "by-hand", name };
}

function helpOf(functions: Functions): string {
  const names = [...functions];
  const paths = names.map(([name, { triggers }]) =>
    triggers.http === true ? `/${name}/<source>` : `/${name}`,
  );
  return `no such path: a webhook is POST /webhook/<source>, and another function is called by hand with POST and a JSON event (${paths.join(", ")})`;
}

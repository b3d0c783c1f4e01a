import type { Selector } from "../../lib/webhooks/mapping/selectors.ts";
import type { Source } from "../../lib/webhooks/sources/source.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Describes the text that selectors find. A constant that stands first is always found. */
export function toSelected(selectors: readonly Selector[], otherwise: string): JsonSchema {
  const [first] = selectors;
  if (first?.from === "const") {
    return { const: first.text };
  }
  const places = [...selectors.map(toText), otherwise];
  return { type: "string", description: `The first that is there: ${places.join(", ")}.` };
}

function toText(selector: Selector): string {
  switch (selector.from) {
    case "header":
      return `header:${selector.name}`;
    case "const":
      return `const:${selector.text}`;
    case "call":
      return "call";
    default:
      return `${selector.from}:${toPointer(selector.pointer)}`;
  }
}

function toPointer(tokens: readonly string[]): string {
  return tokens.map((one) => `/${one.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The type of a delivery that none of the source's selectors has a type for. */
const received = "webhook.received";

/** Describes the types that a source's filter lets through. */
export function toTypes({
  type,
  typePrefix,
  filter,
}: Pick<Source, "type" | "typePrefix" | "filter">): JsonSchema {
  const [first] = type;
  if (first === undefined) {
    return { const: received };
  }
  if (first.from === "const") {
    return { const: typePrefix + first.text };
  }
  const patterns = filter?.map((pattern) => withPrefix(pattern, typePrefix)) ?? ["*"];
  if (patterns.includes("*")) {
    return { type: "string" };
  }
  const exact = patterns.filter((pattern) => !pattern.endsWith("*"));
  const starts = patterns.filter((pattern) => pattern.endsWith("*"));
  return toUnion([
    ...(exact.length > 0 ? [toConstants(exact)] : []),
    ...starts.map((start) => ({ type: "string", pattern: `^${escaped(start.slice(0, -1))}` })),
  ]);
}

/** A pattern is about the whole type, or about the provider's own word, before which the prefix stands. */
function withPrefix(pattern: string, prefix: string): string {
  const text = pattern.replace(/\*$/, "");
  const isWhole = text.startsWith(prefix) || pattern === received;
  if (isWhole) {
    return pattern;
  }
  // A beginning that is a part of the prefix, or of the type of a delivery without one, lets other types through.
  const isOpen = pattern.endsWith("*") && (prefix.startsWith(text) || received.startsWith(text));
  return isOpen ? "*" : prefix + pattern;
}

function toConstants(values: readonly string[]): JsonSchema {
  const [first, ...others] = [...new Set(values)];
  return others.length === 0 ? { const: first } : { enum: [first, ...others] };
}

function toUnion(schemas: readonly JsonSchema[]): JsonSchema {
  const [first, ...others] = schemas;
  return first !== undefined && others.length === 0 ? first : { anyOf: schemas };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

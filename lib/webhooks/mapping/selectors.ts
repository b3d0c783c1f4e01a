import { firstObject, type JsonDocument, scalarAt } from "../../encoding/json-document.ts";
import { parsePointer } from "../../encoding/json-source.ts";
import { isText } from "../../encoding/unknown-object.ts";
import { toBoundedText, toWellFormed } from "../../encoding/well-formed.ts";
import type { Headers } from "../../model/call.ts";

/** The source of an id, type, key or subject: the delivery, or one element of a split body. */
export type Selector =
  | DeliverySelector
  | { readonly from: "element"; readonly pointer: readonly string[] };

type DeliverySelector =
  | { readonly from: "body"; readonly pointer: readonly string[] }
  /** A value within the body's first member that is an object. Without a pointer: that member's name. */
  | { readonly from: "object"; readonly pointer: readonly string[] }
  | { readonly from: "header"; readonly name: string }
  | { readonly from: "const"; readonly text: string }
  | { readonly from: "call" };

/** A value from a delivery, and the selector that gave it. */
export type Selection = {
  readonly text: string;
  /** The value as the sender wrote it: a hash may stand for it in `text`. */
  readonly given: string;
  readonly selector: Selector;
};

export type SelectorInput = {
  readonly headers: Headers;
  /** The body, if it is JSON. */
  readonly json: JsonDocument | undefined;
  readonly newId: () => string;
};

/** Parses a list of selectors. Returns undefined if one of its items is not a selector. */
export function parseSelectors(texts: unknown): readonly Selector[] | undefined {
  if (!Array.isArray(texts)) {
    return undefined;
  }
  const selectors = texts.map((text: unknown) => (isText(text) ? parseSelector(text) : undefined));
  return selectors.every((selector) => selector !== undefined) ? selectors : undefined;
}

function parseSelector(text: string): Selector | undefined {
  if (text === "call") {
    return { from: "call" };
  }
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1);
  const from = text.slice(0, Math.max(colon, 0));
  switch (from) {
    case "body":
    case "object":
    case "element": {
      const pointer = parsePointer(rest);
      return pointer === undefined ? undefined : { from, pointer };
    }
    case "header":
      return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(rest)
        ? { from: "header", name: rest.toLowerCase() }
        : undefined;
    case "const":
      return rest === "" ? undefined : { from: "const", text: rest };
    default:
      return undefined;
  }
}

/** Returns the first value that is not empty, for the delivery or one of its elements. */
export type SelectorReader = (element?: JsonDocument) => Selection | undefined;

/**
 * Creates a reader for one delivery. A value of the whole delivery is read once, so that ten thousand elements do not
 * read the body ten thousand times.
 */
export function createSelectorReader(
  selectors: readonly Selector[],
  input: SelectorInput,
): SelectorReader {
  let texts: Map<Selector, string | undefined> | undefined;
  const readOnce = (selector: DeliverySelector) => {
    texts ??= new Map();
    if (!texts.has(selector)) {
      texts.set(selector, readSelector(selector, input));
    }
    return texts.get(selector);
  };
  const read = (selector: Selector, element: JsonDocument | undefined) => {
    if (selector.from === "element") {
      return scalarIn(element, selector.pointer);
    }
    return element === undefined ? readSelector(selector, input) : readOnce(selector);
  };
  return (element) => {
    for (const selector of selectors) {
      const given = read(selector, element);
      if (given !== undefined && given !== "") {
        const text = selector.from === "const" ? toWellFormed(given) : toBoundedText(given);
        return { text, given, selector };
      }
    }
    return undefined;
  };
}

function readSelector(
  selector: DeliverySelector,
  { headers, json, newId }: SelectorInput,
): string | undefined {
  switch (selector.from) {
    case "body":
      return scalarIn(json, selector.pointer);
    case "object":
      return objectIn(json, selector.pointer);
    case "header":
      return headers.get(selector.name);
    case "const":
      return selector.text;
    case "call":
      return newId();
  }
}

function objectIn(json: JsonDocument | undefined, pointer: readonly string[]): string | undefined {
  const name = json && firstObject(json);
  return name === undefined || pointer.length === 0 ? name : scalarIn(json, [name, ...pointer]);
}

function scalarIn(json: JsonDocument | undefined, pointer: readonly string[]): string | undefined {
  return json === undefined ? undefined : scalarAt(json, pointer);
}

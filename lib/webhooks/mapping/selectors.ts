import { firstObject, type JsonDocument, scalarAt } from "../../encoding/json-document.ts";
import { parsePointer } from "../../encoding/json-source.ts";
import { sha256Hex } from "../../encoding/sha256.ts";
import { toWellFormed } from "../../encoding/well-formed.ts";
import type { Headers } from "../../model/call.ts";

/** Where an id, type, key or subject is read from: the delivery, or one element of a split body. */
export type Selector =
  | DeliveryPlace
  | { readonly from: "element"; readonly pointer: readonly string[] };

type DeliveryPlace =
  | { readonly from: "body"; readonly pointer: readonly string[] }
  /** Within the body's first member that is an object; without a pointer that member's name. */
  | { readonly from: "object"; readonly pointer: readonly string[] }
  | { readonly from: "header"; readonly name: string }
  | { readonly from: "const"; readonly text: string }
  | { readonly from: "call" };

/** A value read from a delivery, and the place that gave it. */
export type Selection = {
  readonly text: string;
  /** The value as the sender wrote it: a hash may stand for it in `text`. */
  readonly given: string;
  readonly place: Selector;
};

export type SelectorInput = {
  readonly headers: Headers;
  /** The body where it is JSON. */
  readonly json: JsonDocument | undefined;
  readonly newId: () => string;
};

/** Every place of a list, or undefined when the list holds anything else. */
export function parseSelectors(texts: unknown): readonly Selector[] | undefined {
  if (!Array.isArray(texts)) {
    return undefined;
  }
  const places = texts.map((text: unknown) =>
    typeof text === "string" ? parsePlace(text) : undefined,
  );
  return places.includes(undefined) ? undefined : places.filter((place) => place !== undefined);
}

function parsePlace(text: string): Selector | undefined {
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
      return /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(rest)
        ? { from: "header", name: rest.toLowerCase() }
        : undefined;
    case "const":
      return rest === "" ? undefined : { from: "const", text: rest };
    default:
      return undefined;
  }
}

/** Longer values would be copied into every message, and into every element's: a hash stands for them. */
const textCharsMax = 512;

/** Reads the first place that holds a value which is not empty. */
export type SelectorReader = (element?: JsonDocument) => Selection | undefined;

/**
 * A reader for one delivery, whole or element by element. What is the same for every element is
 * read once, so that ten thousand elements do not read the whole body ten thousand times.
 */
export function createSelectorReader(
  places: readonly Selector[],
  readable: SelectorInput,
): SelectorReader {
  const texts = new Map<Selector, string | undefined>();
  const readOnce = (place: DeliveryPlace) => {
    if (!texts.has(place)) {
      texts.set(place, readPlace(place, readable));
    }
    return texts.get(place);
  };
  const read = (place: Selector, element: JsonDocument | undefined) =>
    place.from === "element" ? scalarIn(element, place.pointer) : readOnce(place);
  return (element) => {
    for (const place of places) {
      const given = read(place, element);
      if (given !== undefined && given !== "") {
        const wellFormed = toWellFormed(given);
        return { text: place.from === "const" ? wellFormed : bounded(wellFormed), given, place };
      }
    }
    return undefined;
  };
}

function bounded(text: string): string {
  return text.length > textCharsMax ? sha256Hex(text) : text;
}

function readPlace(
  place: DeliveryPlace,
  { headers, json, newId }: SelectorInput,
): string | undefined {
  switch (place.from) {
    case "body":
      return scalarIn(json, place.pointer);
    case "object":
      return objectIn(json, place.pointer);
    case "header":
      return headers.get(place.name);
    case "const":
      return place.text;
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

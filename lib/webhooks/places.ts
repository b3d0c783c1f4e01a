import type { Headers } from "../event.ts";
import { parsePointer, scalarAt } from "../json-text.ts";

/** Where a key, id or type is read from. */
export type Place =
  | { readonly from: "body"; readonly pointer: readonly string[] }
  | { readonly from: "header"; readonly name: string; readonly prefix?: string }
  | { readonly from: "const"; readonly text: string }
  | { readonly from: "call" };

/** A value read from a delivery, and the place that gave it. */
export type Found = { readonly text: string; readonly from: Place["from"] };

export type Readable = {
  readonly headers: Headers;
  /** The body where it is JSON. */
  readonly json: string | undefined;
  readonly newId: () => string;
};

/** Every place of a list, or undefined when the list holds anything else. */
export function parsePlaces(texts: unknown): readonly Place[] | undefined {
  if (!Array.isArray(texts)) {
    return undefined;
  }
  const places = texts.map((text: unknown) =>
    typeof text === "string" ? parsePlace(text) : undefined,
  );
  return places.includes(undefined) ? undefined : places.filter((place) => place !== undefined);
}

function parsePlace(text: string): Place | undefined {
  if (text === "call") {
    return { from: "call" };
  }
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1);
  switch (text.slice(0, Math.max(colon, 0))) {
    case "body": {
      const pointer = parsePointer(rest);
      return pointer === undefined ? undefined : { from: "body", pointer };
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

/** The first place that holds a value that is not empty. */
export function readPlaces(places: readonly Place[], readable: Readable): Found | undefined {
  for (const place of places) {
    const text = readPlace(place, readable);
    if (text !== undefined && text !== "") {
      return { text, from: place.from };
    }
  }
  return undefined;
}

function readPlace(place: Place, { headers, json, newId }: Readable): string | undefined {
  switch (place.from) {
    case "body":
      return json === undefined ? undefined : scalarAt(json, place.pointer);
    case "header": {
      const value = headers.get(place.name);
      return value === undefined || value === "" ? undefined : `${place.prefix ?? ""}${value}`;
    }
    case "const":
      return place.text;
    case "call":
      return newId();
  }
}

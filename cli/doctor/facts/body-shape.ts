import { isUnknownObject } from "../../../lib/encoding/unknown-object.ts";

/** Types by field name. The only values in it are those in `knownValues`. */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

const depthMax = 8;
const fieldsMax = 50;
const itemShapesMax = 5;
const textsMax = 10_000;

/**
 * Values that are documented and tell nothing of an account: statuses and codes of NAVER Cloud's pages on Data Stream
 * and its API Gateway (https://api.ncloud-docs.com/docs/en/datastream-postproduce and
 * https://api.ncloud-docs.com/docs/pub-data-stream-v1-overview, read 2026-11-30).
 */
const knownValues: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    status:
      "200 201 202 204 400 401 403 404 409 413 415 429 500 503 504 CREATING CREATED PENDING_DELETION DELETE_ERROR DELETED DELETING UNKNOWN",
    detail: "OK",
    code: "0 200",
    errorCode:
      "100 200 210 230 300 400 410 420 430 500 510 900 BadRequest InvalidParameter InvalidState ResourceNotFound AlreadyExists ResourceInUse ResourceQuotaExceeded InsufficientCapacity",
  }).map(([name, values]) => [name, new Set(values.split(" "))]),
);

/** Describes a body without its content. `toShown` replaces names that could be a part of the content. */
export function toBodyShape(body: string, toShown: (name: string) => string): Shape {
  if (body.trim() === "") {
    return "empty";
  }
  const parsed = parse(body);
  if (parsed === undefined) {
    return /^\s*</.test(body) ? "HTML or XML" : "text";
  }
  return toShape(parsed.value, { name: "", depth: 0, toShown });
}

type Place = {
  readonly name: string;
  readonly depth: number;
  readonly toShown: (name: string) => string;
};

function toShape(value: unknown, place: Place): Shape {
  const { name, depth, toShown } = place;
  if (value === null || typeof value !== "object") {
    return toType(value, name);
  }
  if (depth === depthMax) {
    return "deeper";
  }
  if (Array.isArray(value)) {
    return distinct(value.map((item) => toShape(item, { ...place, depth: depth + 1 })));
  }
  const fields = Object.entries(value).slice(0, fieldsMax);
  return Object.fromEntries(
    fields.map(([field, item]) => [
      toShown(field),
      toShape(item, { ...place, name: field, depth: depth + 1 }),
    ]),
  );
}

function toType(value: unknown, name: string): string {
  const type = value === null ? "null" : typeof value;
  const isKnown = knownValues.get(name)?.has(String(value)) === true;
  return isKnown ? `${type} ${value}` : type;
}

function distinct(shapes: readonly Shape[]): readonly Shape[] {
  const byText = new Map(shapes.map((shape) => [JSON.stringify(shape), shape]));
  return [...byText.values()].slice(0, itemShapesMax);
}

/** Returns the texts in a body, any of which may also be a name of a field in another place. */
export function textsOf(body: string): readonly string[] {
  const texts: string[] = [];
  const waiting: unknown[] = [parse(body)?.value];
  while (waiting.length > 0 && texts.length < textsMax) {
    const value = waiting.pop();
    if (typeof value === "string") {
      texts.push(value);
    } else if (Array.isArray(value) || isUnknownObject(value)) {
      waiting.push(...Object.values(value).slice(0, textsMax));
    }
  }
  return texts;
}

function parse(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}

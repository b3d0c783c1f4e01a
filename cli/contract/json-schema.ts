import * as z from "zod";
import { isUnknownObject } from "../../lib/encoding/unknown-object.ts";

/**
 * A schema of JSON Schema draft 7, which AsyncAPI 3.0 takes
 * (https://www.asyncapi.com/docs/reference/specification/v3.0.0#schemaObject, read 2026-11-30).
 */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Returns the JSON Schema of what a Standard Schema accepts. Bytes go out as they came in, so it is that of the input.
 * Returns undefined if the library offers none, or cannot express the schema.
 */
export function toJsonSchema(schema: unknown): JsonSchema | undefined {
  try {
    const converted: unknown = JSON.parse(JSON.stringify(convert(schema)));
    return isUnknownObject(converted) ? converted : undefined;
  } catch {
    return undefined;
  }
}

/** zod/mini offers no conversion of its own, and zod's own fails for dates. zod's function takes both. */
function convert(schema: unknown): unknown {
  const { vendor, jsonSchema } = standardOf(schema);
  return vendor === "zod"
    ? z.toJSONSchema(schema as z.ZodType, {
        ...{ io: "input", target: "draft-7", unrepresentable: "any" },
      })
    : jsonSchema?.input({ target: "draft-07" });
}

/** The part of Standard JSON Schema 1 that is used (https://standardschema.dev/json-schema, read 2026-11-30). */
type Standard = {
  readonly vendor?: unknown;
  readonly jsonSchema?: { readonly input: (options: { readonly target: string }) => unknown };
};

function standardOf(schema: unknown): Standard {
  return (schema as { readonly "~standard": Standard })["~standard"];
}

/** Returns the library of a schema, for messages. */
export function vendorOf(schema: unknown): string {
  const { vendor } = standardOf(schema) ?? {};
  return typeof vendor === "string" && /^[\w@/.-]{1,50}$/.test(vendor) ? vendor : "its library";
}

export const componentPrefix = "#/components/schemas/";

/**
 * Makes components of a schema and of its definitions, because a reference within a document counts from the document's
 * root. The component `name` is the schema itself.
 */
export function toComponents(
  name: string,
  schema: JsonSchema,
): Readonly<Record<string, JsonSchema>> {
  const { definitions, $defs, ...own } = schema;
  const inner = Object.entries({ ...toObject(definitions), ...toObject($defs) });
  const names = new Map(inner.map(([key], index) => [key, toName(name, key, index)]));
  const relocate = (reference: string) => relocated(reference, name, names);
  const components = [
    [name, own] as const,
    ...inner.map(([key, one]) => [names.get(key), one] as const),
  ];
  return Object.fromEntries(components.map(([key, one]) => [key, rewrite(one, relocate)]));
}

function toObject(value: unknown): JsonSchema {
  return isUnknownObject(value) ? value : {};
}

/** Names a definition. Its own name can have any characters, so its number keeps two of them apart. */
function toName(name: string, key: string, index: number): string {
  return `${name}.${index + 1}.${key.replaceAll(/[^A-Za-z0-9_-]/g, "_")}`;
}

function relocated(reference: string, name: string, names: ReadonlyMap<string, string>): string {
  const [, key, rest = ""] = /^#\/(?:definitions|\$defs)\/([^/]+)(.*)$/.exec(reference) ?? [];
  const definition = key === undefined ? undefined : names.get(decode(key));
  if (definition !== undefined) {
    return `${componentPrefix}${definition}${rest}`;
  }
  return reference.startsWith("#") ? `${componentPrefix}${name}${reference.slice(1)}` : reference;
}

function decode(token: string): string {
  return decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Keywords whose values are data and hold no schemas. */
const dataKeywords = ["const", "enum", "default", "examples", "required"];
/** Keywords whose members have names of the user's and are schemas. */
const mapKeywords = ["properties", "patternProperties", "definitions", "$defs", "dependentSchemas"];
/** Keywords that say where a schema is, which the document now does. */
const placeKeywords = ["$schema", "$id", "id"];

type Relocate = (reference: string) => string;

/** Rewrites the references of a schema, wherever a schema can be in it. */
function rewrite(schema: unknown, relocate: Relocate): unknown {
  if (Array.isArray(schema)) {
    return schema.map((one) => rewrite(one, relocate));
  }
  if (!isUnknownObject(schema)) {
    return schema;
  }
  const members = Object.entries(schema).filter(([keyword]) => !placeKeywords.includes(keyword));
  return Object.fromEntries(
    members.map(([keyword, value]) => [keyword, rewriteMember(keyword, value, relocate)]),
  );
}

function rewriteMember(keyword: string, value: unknown, relocate: Relocate): unknown {
  if (keyword === "$ref" && typeof value === "string") {
    return relocate(value);
  }
  if (dataKeywords.includes(keyword)) {
    return value;
  }
  if (mapKeywords.includes(keyword) && isUnknownObject(value)) {
    const schemas = Object.entries(value);
    return Object.fromEntries(schemas.map(([name, one]) => [name, rewrite(one, relocate)]));
  }
  return rewrite(value, relocate);
}

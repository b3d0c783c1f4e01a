import { isUnknownObject } from "../../lib/encoding/unknown-object.ts";
import { componentPrefix, type JsonSchema } from "./json-schema.ts";

export type TypeContext = {
  /** Names of types by the names of components. */
  readonly names: ReadonlyMap<string, string>;
  /** White space before the lines of an object. */
  readonly indent: string;
};

/** Translates a JSON Schema to a TypeScript type. A keyword that TypeScript cannot express is left out, so the type is never narrower. */
export function toType(schema: unknown, context: TypeContext): string {
  return translate(schema, context).text;
}

/** A type. A compound one, a union or intersection, needs parentheses within another type. */
type TypeText = { readonly text: string; readonly isCompound: boolean };

const unknown = simple("unknown");

function simple(text: string): TypeText {
  return { text, isCompound: false };
}

function within({ text, isCompound }: TypeText): string {
  return isCompound ? `(${text})` : text;
}

function translate(schema: unknown, context: TypeContext): TypeText {
  if (schema === false) {
    return simple("never");
  }
  if (!isUnknownObject(schema)) {
    return unknown;
  }
  const { $ref: reference, allOf, anyOf, oneOf } = schema;
  if (typeof reference === "string") {
    return simple(context.names.get(reference.slice(componentPrefix.length)) ?? "unknown");
  }
  const all = listOf(allOf).map((one) => translate(one, context));
  const unions = [anyOf, oneOf].filter(Array.isArray).map((list) => toUnion(list, context));
  return intersect([toOwn(schema, context), ...all, ...unions]);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function intersect(types: readonly TypeText[]): TypeText {
  return join(
    types.filter(({ text }) => text !== "unknown"),
    " & ",
    unknown,
  );
}

function toUnion(schemas: readonly unknown[], context: TypeContext): TypeText {
  return unite(schemas.map((one) => translate(one, context)));
}

function unite(types: readonly TypeText[]): TypeText {
  const isOpen = types.some(({ text }) => text === "unknown");
  return isOpen ? unknown : join(types, " | ", simple("never"));
}

function join(types: readonly TypeText[], operator: string, none: TypeText): TypeText {
  const different = new Map(types.map((type) => [type.text, type]));
  const [first = none, ...others] = different.values();
  return others.length === 0
    ? first
    : { text: [first, ...others].map(within).join(operator), isCompound: true };
}

/** Translates the keywords of a schema that are about its value itself. */
function toOwn(schema: JsonSchema, context: TypeContext): TypeText {
  const { const: constant, enum: constants, not, type = typeBy(schema) } = schema;
  if (Object.hasOwn(schema, "const")) {
    return toLiteral(constant);
  }
  if (Array.isArray(constants)) {
    return unite(constants.map(toLiteral));
  }
  if (isUnknownObject(not) && Object.keys(not).length === 0) {
    return simple("never");
  }
  const types = Array.isArray(type) ? (type as readonly unknown[]) : [type];
  return unite(types.map((one) => simple(toTypeOf(one, schema, context))));
}

/** Guesses the type of a schema that names properties. By itself, it says nothing of other values. */
function typeBy(schema: JsonSchema): string | undefined {
  return Object.hasOwn(schema, "properties") ? "object" : undefined;
}

function toTypeOf(type: unknown, schema: JsonSchema, context: TypeContext): string {
  switch (type) {
    case "string":
    case "number":
    case "boolean":
    case "null":
      return type;
    case "integer":
      return "number";
    case "array":
      return toArray(schema, context);
    case "object":
      return toObject(schema, context);
    default:
      return "unknown";
  }
}

function toLiteral(value: unknown): TypeText {
  const isPlain = value === null || ["string", "number", "boolean"].includes(typeof value);
  return isPlain ? simple(JSON.stringify(value)) : unknown;
}

/** Translates an array. A list of items is a tuple; those beyond `minItems` may be absent. */
function toArray(schema: JsonSchema, context: TypeContext): string {
  const { items, prefixItems, additionalItems = true, minItems = 0 } = schema;
  const isNew = Array.isArray(prefixItems);
  const listed = isNew ? prefixItems : items;
  if (!Array.isArray(listed)) {
    return `${within(translate(items, context))}[]`;
  }
  const rest = isNew ? (items ?? true) : additionalItems;
  const types = listed.map((one: unknown, index) => {
    const type = translate(one, context);
    return index < Number(minItems) ? type.text : `${within(type)}?`;
  });
  const others = rest === false ? [] : [`...${within(translate(rest, context))}[]`];
  return `[${[...types, ...others].join(", ")}]`;
}

/** Translates an object. Its type has only the properties that the schema names, unless the schema says that it is open. */
function toObject(schema: JsonSchema, context: TypeContext): string {
  const { properties, required, additionalProperties = false, patternProperties } = schema;
  const named = Object.entries(isUnknownObject(properties) ? properties : {});
  const others = [
    ...(additionalProperties === false ? [] : [additionalProperties]),
    ...(isUnknownObject(patternProperties) ? Object.values(patternProperties) : []),
  ];
  if (named.length === 0) {
    const value = others.length === 0 ? unknown : toUnion(others, context);
    return `Record<string, ${value.text}>`;
  }
  const inner = { ...context, indent: `${context.indent}  ` };
  const needed = listOf(required);
  const lines = named.map(([name, property]) => {
    const key = `${toKey(name)}${needed.includes(name) ? "" : "?"}`;
    return `${toComment(property, inner.indent)}${inner.indent}${key}: ${toType(property, inner)};\n`;
  });
  // A narrower type of other properties would contradict those that have names.
  const open = others.length > 0 ? `${inner.indent}[name: string]: unknown;\n` : "";
  return `{\n${lines.join("")}${open}${context.indent}}`;
}

function toKey(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Returns a schema's description as a comment before its type. */
export function toComment(schema: unknown, indent: string): string {
  const description = isUnknownObject(schema) ? schema["description"] : undefined;
  return typeof description === "string" && description !== ""
    ? `${indent}/** ${description.replaceAll(/\s+/g, " ").replaceAll("*/", "* /")} */\n`
    : "";
}

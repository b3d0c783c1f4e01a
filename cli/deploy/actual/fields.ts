import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { toPlainText } from "../api/api-failure.ts";

/** Functions that read fields of the API's responses. */

/**
 * Version 2.1 returns a type, version 2.0 a flag `web`. Raw HTTP is documented for web actions only, so the
 * flag `raw-http` means "web" too.
 */
export function readType(content: UnknownObject): string | undefined {
  const type = textIn(content, "type");
  if (type !== undefined) {
    return toPlainText(type)
      .toLowerCase()
      .replace(/ action$/, "");
  }
  if (content["web"] === true || content["raw-http"] === true) {
    return "web";
  }
  return content["web"] === false ? "basic" : undefined;
}

export function objectIn(object: UnknownObject, name: string): UnknownObject {
  const value = object[name];
  return isUnknownObject(value) ? value : {};
}

/** Accepts text too, as numbers are accepted. */
export function flagIn(object: UnknownObject, name: string): boolean | undefined {
  const value = object[name];
  const flag = value === "true" || value === "false" ? value === "true" : value;
  return typeof flag === "boolean" ? flag : undefined;
}

/** Accepts an object, and the list of pairs of `key` and `value` that Apache OpenWhisk has. */
export function parametersIn(object: UnknownObject): UnknownObject | undefined {
  const { parameters } = object;
  if (!Array.isArray(parameters)) {
    return isUnknownObject(parameters) ? parameters : undefined;
  }
  const pairs = parameters.flatMap((one: unknown) =>
    isUnknownObject(one) && typeof one["key"] === "string" ? [[one["key"], one["value"]]] : [],
  );
  return pairs.length === parameters.length ? Object.fromEntries(pairs) : undefined;
}

export function textIn(object: UnknownObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" ? value : undefined;
}

/** Leaves out fields that the platform did not show. */
export function definedIn<Fields extends object>(fields: Fields) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]?: NonNullable<Fields[Key]> };
}

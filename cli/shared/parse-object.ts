import { isUnknownObject, type UnknownObject } from "../../lib/encoding/unknown-object.ts";

/** Undefined where the text is no JSON, or JSON of another kind. */
export function parseObject(text: string): UnknownObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isUnknownObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

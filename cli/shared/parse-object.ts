import { isUnknownObject, type UnknownObject } from "../../lib/encoding/unknown-object.ts";

/** Returns undefined if the text is not a JSON object. */
export function parseObject(text: string): UnknownObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isUnknownObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import { type Bag, isBag } from "../../lib/encoding/unknown-object.ts";

/** Undefined where the text is no JSON, or JSON of another kind. */
export function parseObject(text: string): Bag | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isBag(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

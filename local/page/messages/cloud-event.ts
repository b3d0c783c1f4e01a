import { membersOf } from "../parts/json-text.ts";

export type Attribute = { readonly name: string; readonly text: string };

const payloads = ["data", "data_base64"];
/** An event whose type is not within this much text is listed without a type. */
const scanCharactersMax = 65_536;
const membersMax = 100;

/** Returns the attributes in their order, as written. A value that is not a CloudEvent in JSON has none. */
export function attributesOf(value: string): readonly Attribute[] {
  const attributes: Attribute[] = [];
  for (const { name, start, end } of membersOf(value)) {
    const decoded = decode(name);
    if (!payloads.includes(decoded) && attributes.length < membersMax) {
      attributes.push({ name: decoded, text: decode(value.slice(start, end)) });
    }
  }
  return attributes.some(({ name }) => name === "specversion") ? attributes : [];
}

/** Returns type and id of a CloudEvent. Both are empty for any other value. */
export function eventOf(value: string): { readonly type: string; readonly id: string } {
  const found = new Map<string, string>();
  for (const { name, start, end } of membersOf(value.slice(0, scanCharactersMax))) {
    const decoded = decode(name);
    const isAsked = decoded === "type" || decoded === "id" || decoded === "specversion";
    if (isAsked && !found.has(decoded)) {
      found.set(decoded, decode(value.slice(start, end)));
    }
    if (found.size === 3) {
      break;
    }
  }
  return found.has("specversion")
    ? { type: found.get("type") ?? "", id: found.get("id") ?? "" }
    : { type: "", id: "" };
}

/** Returns the event's data as it was written, or the whole value if it is not a CloudEvent with data. */
export function dataOf(value: string): string {
  let data: string | undefined;
  let isEvent = false;
  for (const { name, start, end } of membersOf(value)) {
    const decoded = decode(name);
    isEvent ||= decoded === "specversion";
    if (payloads.includes(decoded)) {
      data = value.slice(start, end);
    }
    if (isEvent && data !== undefined) {
      return data;
    }
  }
  return value;
}

/** Decodes a text from its quotes and escapes. Other values stay as written. */
function decode(raw: string): string {
  try {
    return raw.startsWith('"') ? `${JSON.parse(raw)}` : raw;
  } catch {
    return raw;
  }
}

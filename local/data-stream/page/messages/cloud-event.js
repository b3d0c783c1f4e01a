import { membersOf } from "./json-text.js";

const payloads = ["data", "data_base64"];
/** An event whose type is not within this much text is listed without a type. */
const scanCharactersMax = 65_536;
const membersMax = 100;

/** Returns the attributes in their order, as written. A value that is not a CloudEvent in JSON has none. */
export function attributesOf(value) {
  const attributes = [];
  for (const { name, start, end } of membersOf(value)) {
    const decoded = decode(name);
    if (!payloads.includes(decoded) && attributes.length < membersMax) {
      attributes.push({ name: decoded, text: decode(value.slice(start, end)) });
    }
  }
  return attributes.some(({ name }) => name === "specversion") ? attributes : [];
}

export function typeOf(value) {
  const found = {};
  for (const { name, start, end } of membersOf(value.slice(0, scanCharactersMax))) {
    const decoded = decode(name);
    if (decoded === "type" || decoded === "specversion") {
      found[decoded] = decode(value.slice(start, end));
    }
    if (found.type !== undefined && found.specversion !== undefined) {
      return found.type;
    }
  }
  return "";
}

/** Decodes a text from its quotes and escapes. Other values stay as written. */
function decode(raw) {
  try {
    const parsed = raw.startsWith('"') ? JSON.parse(raw) : raw;
    return `${parsed}`;
  } catch {
    return raw;
  }
}

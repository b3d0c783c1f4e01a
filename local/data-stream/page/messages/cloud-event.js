import { membersOf } from "./json-text.js";

const payloads = ["data", "data_base64"];
/** An event that does not tell its type within this much is shown without one in the list. */
const scanCharactersMax = 65_536;
const membersMax = 100;

/** Attributes in their order, as written; none when the value is no CloudEvent in the JSON format. */
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

/** Text is shown without its quotes and escapes, everything else as it stands. */
function decode(raw) {
  try {
    const parsed = raw.startsWith('"') ? JSON.parse(raw) : raw;
    return `${parsed}`;
  } catch {
    return raw;
  }
}

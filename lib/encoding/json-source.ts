/**
 * Finds values in JSON text and returns them exactly as they were written. Every function here expects text that
 * `parseJson` accepts.
 */

/** The value that a JSON text says; undefined, which no text says, where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the reference tokens of a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901), or undefined for other text. */
export function parsePointer(pointer: string): readonly string[] | undefined {
  if (pointer !== "" && !pointer.startsWith("/")) {
    return undefined;
  }
  if (/~(?![01])/.test(pointer)) {
    return undefined;
  }
  return pointer
    .split("/")
    .slice(1)
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Returns the exact text of the value that a pointer names. The last of several members with one name counts. */
export function textAt(json: string, pointer: readonly string[]): string | undefined {
  let text: string | undefined = json.trim();
  for (const token of pointer) {
    text = text === undefined ? undefined : childOf(text, token);
  }
  return text;
}

function childOf(text: string, token: string): string | undefined {
  if (text.startsWith("[")) {
    return isIndex(token) ? elementsOf(text)[Number(token)] : undefined;
  }
  return text.startsWith("{") ? memberOf(text, token) : undefined;
}

/** Checks an array index by RFC 6901 section 4: no sign, no leading zero, no `-`. */
export function isIndex(token: string): boolean {
  return /^(0|[1-9]\d{0,8})$/.test(token);
}

/** Returns the exact text of each element of an array, of at most `max` elements. */
export function elementsOf(array: string, max = Infinity): readonly string[] {
  const elements: string[] = [];
  let at = skipBlank(array, 1);
  while (array[at] !== "]" && elements.length < max) {
    const end = endOfValue(array, at);
    elements.push(array.slice(at, end));
    at = skipSeparator(array, end);
  }
  return elements;
}

function memberOf(object: string, name: string): string | undefined {
  let found: string | undefined;
  forEachMember(object, (quoted, text) => {
    if (JSON.parse(quoted) === name) {
      found = text;
    }
  });
  return found;
}

/** Returns the name and the exact text of each member of an object, also of several with one name. */
export function membersOf(object: string): readonly (readonly [name: string, text: string])[] {
  const members: [string, string][] = [];
  forEachMember(object, (quoted, text) => members.push([JSON.parse(quoted) as string, text]));
  return members;
}

function forEachMember(object: string, visit: (quoted: string, text: string) => void): void {
  let at = skipBlank(object, 1);
  while (object[at] !== "}") {
    const nameEnd = endOfString(object, at);
    const valueAt = skipBlank(object, skipBlank(object, nameEnd) + 1);
    const end = endOfValue(object, valueAt);
    visit(object.slice(at, nameEnd), object.slice(valueAt, end));
    at = skipSeparator(object, end);
  }
}

/** Tells whether a part of JSON text that begins with a value is that value only. It builds no value. */
export function isOneValue(text: string): boolean {
  return skipBlank(text, endOfValue(text, skipBlank(text, 0))) === text.length;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) {
    at += 1;
  }
  return at;
}

function skipSeparator(text: string, from: number): number {
  const at = skipBlank(text, from);
  return text[at] === "," ? skipBlank(text, at + 1) : at;
}

function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') {
    return endOfString(text, from);
  }
  if (first === "{" || first === "[") {
    return endOfContainer(text, from);
  }
  let at = from;
  while (at < text.length && !",]} \t\n\r".includes(text[at] ?? "")) {
    at += 1;
  }
  return at;
}

/** Finds the end of a string. Most of a body is strings, so `indexOf` searches for their ends. */
function endOfString(text: string, from: number): number {
  let end = from;
  do {
    end = text.indexOf('"', end + 1);
  } while (isEscaped(text, end));
  return end + 1;
}

/** Tells whether an odd number of backslashes precedes the character. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") {
    before -= 1;
  }
  return (at - before) % 2 === 1;
}

function endOfContainer(text: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const character = text[at];
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (character === "{" || character === "[") {
      depth += 1;
    } else if (character === "}" || character === "]") {
      depth -= 1;
    }
    at += 1;
  } while (depth > 0 && at < text.length);
  return at;
}

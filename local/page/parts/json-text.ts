// These functions read JSON as text. Numbers, escapes and repeated names stay as they were sent, which a parse
// would not keep.

export type JsonToken = { readonly kind: TokenKind; readonly text: string };
export type TokenKind = "name" | "string" | "number" | "word" | "mark";

type Member = { readonly name: string; readonly start: number; readonly end: number };

const indentLevelsMax = 40;
const blank = /\s/;
const literalEnd = /[\s,\]}]/g;

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Formats a text that passes `isJson`. Only blanks between its tokens change. */
export function prettyJson(text: string): string {
  return prettyTokens(text)
    .map((token) => token.text)
    .join("");
}

/** Returns the tokens of a formatted text, with the blanks around them, so that each can have its colour. */
export function prettyTokens(text: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const end = tokenEnd(text, at);
    const token = text.slice(at, end);
    const next = skipBlank(text, end);
    if (isOpening(token) && isClosing(text.charAt(next))) {
      tokens.push({ kind: "mark", text: token + text.charAt(next) });
      at = next + 1;
    } else {
      depth += depthChange(token);
      if (!blank.test(token.charAt(0))) {
        tokens.push(formatted(token, depth, text.charAt(next)));
      }
      at = end;
    }
  }
  return tokens;
}

function depthChange(token: string): number {
  return Number(isOpening(token)) - Number(isClosing(token));
}

function formatted(token: string, depth: number, next: string): JsonToken {
  if (isOpening(token) || token === ",") {
    return { kind: "mark", text: token + lineEnd(depth) };
  }
  if (isClosing(token)) {
    return { kind: "mark", text: lineEnd(depth) + token };
  }
  return token === ":" ? { kind: "mark", text: ": " } : { kind: kindOf(token, next), text: token };
}

const isOpening = (token: string) => token === "{" || token === "[";
const isClosing = (token: string) => token === "}" || token === "]";
const lineEnd = (depth: number) => `\n${"  ".repeat(Math.min(depth, indentLevelsMax))}`;

function kindOf(token: string, next: string): TokenKind {
  if (token.startsWith('"')) {
    return next === ":" ? "name" : "string";
  }
  return /^[-\d]/.test(token) ? "number" : "word";
}

/**
 * Yields the members of the outermost object in their order, names and values as raw text. A reader of the first
 * members does not pay for the others. It ends early if the text is not JSON.
 */
export function* membersOf(text: string): Generator<Member> {
  let at = skipBlank(text, 0);
  if (text[at] !== "{") {
    return;
  }
  at = skipBlank(text, at + 1);
  while (text[at] === '"') {
    const nameEnd = tokenEnd(text, at);
    const name = text.slice(at, nameEnd);
    at = skipBlank(text, nameEnd);
    if (text[at] !== ":") {
      return;
    }
    const start = skipBlank(text, at + 1);
    const end = valueEnd(text, start);
    yield { name, start, end };
    at = skipBlank(text, end);
    at = text[at] === "," ? skipBlank(text, at + 1) : text.length;
  }
}

function valueEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const first = text.charAt(at);
    if (isOpening(first)) {
      depth += 1;
    } else if (isClosing(first)) {
      depth -= 1;
    }
    at = tokenEnd(text, at);
    if (depth <= 0) {
      return at;
    }
  }
  return text.length;
}

function tokenEnd(text: string, at: number): number {
  const first = text.charAt(at);
  if (first === '"') {
    return stringEnd(text, at);
  }
  if ("{}[],:".includes(first)) {
    return at + 1;
  }
  if (blank.test(first)) {
    return skipBlank(text, at);
  }
  literalEnd.lastIndex = at;
  const end = literalEnd.exec(text)?.index ?? text.length;
  return Math.max(end, at + 1);
}

function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(text, at)) {
    at = text.indexOf('"', at + 1);
  }
  return at === -1 ? text.length : at + 1;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === "\\") {
    before -= 1;
  }
  return (at - 1 - before) % 2 === 1;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && blank.test(text.charAt(at))) {
    at += 1;
  }
  return at;
}

// These functions read JSON as text. Numbers, escapes and repeated names stay as they were sent, which a parse
// would not keep.
const indentLevelsMax = 40;
const blank = /\s/;
const literalEnd = /[\s,\]}]/g;

export function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Formats a text that passes `isJson`. Only blanks between its tokens change. */
export function prettyJson(text) {
  const made = { parts: [], depth: 0 };
  let at = 0;
  while (at < text.length) {
    const end = tokenEnd(text, at);
    const token = text.slice(at, end);
    const closing = skipBlank(text, end);
    if ("{[".includes(token) && "}]".includes(text[closing])) {
      made.parts.push(token, text[closing]);
      at = closing + 1;
    } else {
      write(made, token);
      at = end;
    }
  }
  return made.parts.join("");
}

function write(made, token) {
  if ("}]".includes(token)) {
    made.depth -= 1;
    made.parts.push(lineEnd(made), token);
  } else if ("{[".includes(token)) {
    made.depth += 1;
    made.parts.push(token, lineEnd(made));
  } else if (token === ",") {
    made.parts.push(token, lineEnd(made));
  } else if (!blank.test(token[0])) {
    made.parts.push(token === ":" ? ": " : token);
  }
}

const lineEnd = ({ depth }) => `\n${"  ".repeat(Math.min(depth, indentLevelsMax))}`;

/**
 * Yields the members of the outermost object in their order, names and values as raw text. A reader of the first
 * members does not pay for the others. It ends early if the text is not JSON.
 */
export function* membersOf(text) {
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

function valueEnd(text, start) {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const first = text[at];
    if (first === "{" || first === "[") {
      depth += 1;
    } else if (first === "}" || first === "]") {
      depth -= 1;
    }
    at = tokenEnd(text, at);
    if (depth <= 0) {
      return at;
    }
  }
  return text.length;
}

function tokenEnd(text, at) {
  const first = text[at];
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

function stringEnd(text, start) {
  let at = text.indexOf('"', start + 1);
  while (at !== -1 && isEscaped(text, at)) {
    at = text.indexOf('"', at + 1);
  }
  return at === -1 ? text.length : at + 1;
}

function isEscaped(text, at) {
  let before = at - 1;
  while (text[before] === "\\") {
    before -= 1;
  }
  return (at - 1 - before) % 2 === 1;
}

function skipBlank(text, from) {
  let at = from;
  while (at < text.length && blank.test(text[at])) {
    at += 1;
  }
  return at;
}

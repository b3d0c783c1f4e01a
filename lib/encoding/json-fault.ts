/** States of the search: first characters of the tokens that may follow. `0` stands for numbers and words. */
const value = '"0{[';
const name = '"';
const nameOrEnd = '"}';

const blank = /[ \t\n\r]*/y;
const token =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;
/** Matches the start of a string as far as it is valid. */
const stringStart =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*(?:\\(?:u[\da-fA-F]{0,3})?)?/y;

/**
 * Finds the place where text stops being JSON (https://www.rfc-editor.org/rfc/rfc8259). Returns the index of the
 * first wrong character, the length of text that ends too soon, or undefined for valid JSON. The messages of
 * Node.js differ between versions and quote the text.
 */
export function findJsonFault(text: string): number | undefined {
  const closers: string[] = [];
  let state = value;
  let at = 0;
  for (;;) {
    at += lengthAt(blank, text, at);
    if (at === text.length && state === "") {
      return undefined;
    }
    const length = lengthAt(token, text, at);
    const kind = text.charAt(at).replace(/[-\dtfn]/, "0");
    if (length === 0 || !state.includes(kind)) {
      return at + (state.includes('"') ? lengthAt(stringStart, text, at) : 0);
    }
    at += length;
    state = stateAfter(kind, state, closers);
  }
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0].length ?? 0;
}

function stateAfter(kind: string, state: string, closers: string[]): string {
  switch (kind) {
    case "{":
      closers.push("}");
      return nameOrEnd;
    case "[":
      closers.push("]");
      return `${value}]`;
    case ",":
      return closers.at(-1) === "}" ? name : value;
    case ":":
      return value;
    case '"':
      return state === name || state === nameOrEnd ? ":" : afterValue(closers);
    case "0":
      return afterValue(closers);
    default:
      closers.pop();
      return afterValue(closers);
  }
}

function afterValue(closers: readonly string[]): string {
  const closer = closers.at(-1);
  return closer === undefined ? "" : `,${closer}`;
}

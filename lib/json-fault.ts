type State = "value" | "valueOrEnd" | "name" | "nameOrEnd" | "colon" | "next";

/** The tokens that may come in each state, by their first character; `0` stands for numbers and words. */
const follows: Readonly<Record<State, string>> = {
  value: '"0{[',
  valueOrEnd: '"0{[]',
  name: '"',
  nameOrEnd: '"}',
  colon: ":",
  next: ",}]",
};

const blank = /[ \t\n\r]*/y;
const token =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;
/** As much of a string as can still become one. */
const stringStart =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*(?:\\(?:u[\da-fA-F]{0,3})?)?/y;

/**
 * Finds where a text stops being JSON (RFC 8259): the index of the first character that cannot stand there,
 * the text's length where it ends too soon, or undefined. What Node.js says differs between its versions,
 * and quotes the text.
 */
export function findJsonFault(text: string): number | undefined {
  const closers: string[] = [];
  let state: State = "value";
  let at = 0;
  for (;;) {
    at += matchAt(blank, text, at).length;
    const found = matchAt(token, text, at);
    const kind = found.slice(0, 1).replace(/[-\dtfn]/, "0");
    const closer = closers.at(-1);
    if (at === text.length && state === "next" && closer === undefined) {
      return undefined;
    }
    if (!canFollow(kind, state, closer)) {
      return at + (follows[state].includes('"') ? matchAt(stringStart, text, at).length : 0);
    }
    at += found.length;
    state = stateAfter(kind, state, closers);
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

function canFollow(kind: string, state: State, closer: string | undefined): boolean {
  const isInside = closer !== undefined && (kind === "," || kind === closer);
  return kind !== "" && follows[state].includes(kind) && (state !== "next" || isInside);
}

function stateAfter(kind: string, state: State, closers: string[]): State {
  switch (kind) {
    case "{":
      closers.push("}");
      return "nameOrEnd";
    case "[":
      closers.push("]");
      return "valueOrEnd";
    case ",":
      return closers.at(-1) === "}" ? "name" : "value";
    case ":":
      return "value";
    case '"':
      return state === "name" || state === "nameOrEnd" ? "colon" : "next";
    case "0":
      return "next";
    default:
      closers.pop();
      return "next";
  }
}

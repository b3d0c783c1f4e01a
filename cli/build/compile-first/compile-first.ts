import { firstFunctions } from "./first-functions.ts";
import { type BundledFunction, type FunctionNames, findFunctions } from "./functions.ts";
import { type Built, type Piece, readSourceMap } from "./source-map.ts";

/** Replaces the characters from `at` to `end`. */
type Edit = { readonly at: number; readonly end: number; readonly text: string };

/**
 * Writes the functions that a first event runs as function expressions in parentheses. V8 compiles these at once; it
 * parses declarations twice and arrow functions three times. See docs/decisions/0065-compiled-in-the-first-parse.md.
 *
 * Declarations become variables at the beginning of the file, because code before a declaration may call it.
 */
export function compileFirst(built: Built, first: FunctionNames): Built {
  const { original, join } = readSourceMap(built);
  const { program, functions } = findFunctions(built.code, original);
  const chosen = functions.filter(({ name, module = "" }) => first[module]?.includes(name));
  const declared = new Map(
    chosen.flatMap(({ node, outer }) =>
      node.type === "FunctionDeclaration" && outer === undefined ? [[node.start, node]] : [],
    ),
  );
  const edits = chosen.map((one) => toEdits(one, built.code));
  const take = createTake(toOrder(edits));
  const [moved, others]: [Piece[], Piece[]] = [[], []];
  for (const { start, end } of program.body) {
    others.push(...take(start));
    const node = declared.get(start);
    if (node?.id == null) {
      others.push(...take(end));
      continue;
    }
    const { id, async: isAsync, generator } = node;
    const keyword = `${isAsync ? "async " : ""}function${generator ? "*" : ""}`;
    take(id.start);
    moved.push(moved.length === 0 ? "var " : ",", ...take(id.end), `=(${keyword}`);
    moved.push(...take(end), ")");
  }
  others.push(...take(Infinity));
  return join([...moved, moved.length === 0 ? "" : ";", ...others]);
}

/** Returns what the first event of a function runs. For a function of somebody's own that is what any of ours runs. */
export function firstFunctionsOf(name: string): FunctionNames {
  const { every = {}, ...others } = firstFunctions;
  return joinNames([
    every,
    ...(others[name] === undefined ? Object.values(others) : [others[name]]),
  ]);
}

/** Joins lists. Modules and names are in the order of the alphabet. */
export function joinNames(lists: readonly FunctionNames[]): FunctionNames {
  const modules = [...new Set(lists.flatMap(Object.keys))].toSorted();
  const namesIn = (module: string) => new Set(lists.flatMap((list) => list[module] ?? []));
  return Object.fromEntries(modules.map((module) => [module, [...namesIn(module)].toSorted()]));
}

/** Returns the edits that put a function expression into parentheses, or make one of an arrow function. */
function toEdits({ node, isMethod, readsThis }: BundledFunction, code: string): readonly Edit[] {
  const { start, end, body } = node;
  if (node.type === "FunctionExpression" && !isMethod) {
    return [insert(start, "("), insert(end, ")")];
  }
  if (node.type !== "ArrowFunctionExpression" || readsThis) {
    return [];
  }
  const arrow = code.lastIndexOf("=>", body.start);
  const parameters = node.async ? start + 5 + Number(code[start + 5] === " ") : start;
  const isBare = code[parameters] !== "(";
  const space = /[\w$]/.test(code.charAt(arrow + 2)) ? " " : "";
  const [open, close] = node.expression ? [`{return${space}`, "}"] : ["", ""];
  const keyword = node.async ? "(async function" : "(function";
  return [
    { at: start, end: parameters, text: keyword + (isBare ? "(" : "") },
    { at: arrow, end: arrow + 2, text: (isBare ? ")" : "") + open },
    insert(end, `${close})`),
  ];
}

function insert(at: number, text: string): Edit {
  return { at, end: at, text };
}

/** At one place the end of an inner function comes first, and the beginning of an outer one. */
function toOrder(edits: readonly (readonly Edit[])[]): readonly Edit[] {
  const ends = edits.flatMap((of) => of.slice(-1)).toReversed();
  const beginnings = edits.flatMap((of) => of.slice(0, -1));
  return [...ends, ...beginnings].sort((one, other) => one.at - other.at);
}

/** Creates a function that returns the code from where it stopped to a place, with the edits made. */
function createTake(edits: readonly Edit[]): (end: number) => readonly Piece[] {
  let [at, index] = [0, 0];
  return (end) => {
    const pieces: Piece[] = [];
    for (let edit = edits[index]; edit !== undefined && edit.at < end; edit = edits[++index]) {
      pieces.push([at, edit.at], edit.text);
      at = edit.end;
    }
    pieces.push([at, end]);
    at = end;
    return pieces;
  };
}

/** Returns the names of functions, by module, that begin and end at given characters of a bundle. */
export function namesOf(
  built: Built,
  ranges: readonly (readonly [number, number])[],
): FunctionNames {
  const ran = new Set(ranges.map((range) => range.join()));
  const { functions } = findFunctions(built.code, readSourceMap(built).original);
  const names: Record<string, string[]> = {};
  for (const { node, name, module } of functions) {
    if (module !== undefined && ran.has([node.start, node.end].join())) {
      names[module] = [...(names[module] ?? []), name];
    }
  }
  return names;
}

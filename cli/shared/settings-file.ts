import { parse } from "dotenv";

/** A setting in a file, and the line where it begins, counted from 1. */
export type FileSetting = { readonly name: string; readonly value: string; readonly line: number };

/** Describes what is wrong with a line. Never contains a value. */
export type LineProblem = { readonly line: number; readonly text: string };

export type SettingsFile = {
  readonly settings: readonly FileSetting[];
  readonly problems: readonly LineProblem[];
};

/**
 * Reads a settings file by dotenv's rules. dotenv skips lines that it cannot read. Every such line is a
 * problem here, so that no setting is lost silently.
 */
export function parseSettingsFile(text: string): SettingsFile {
  const content = text.replace(/\r\n?/g, "\n");
  const settings: FileSetting[] = [];
  const problems: LineProblem[] = [];
  let line = 1;
  let isWithinValue = false;
  for (let at = 0; at < content.length; ) {
    const { end, name, problem } = readStatement(content, at);
    const statement = content.slice(at, end);
    if (problem !== undefined && !(isWithinValue && problem === unreadable)) {
      problems.push({ line, text: problem });
      isWithinValue = name !== undefined;
    } else if (problem === undefined && name !== undefined) {
      settings.push({ name, value: parse(statement)[name] ?? "", line });
      isWithinValue = false;
    }
    line += countLineEnds(statement) + 1;
    at = end + 1;
  }
  return { settings, problems: [...problems, ...findRepeated(settings)] };
}

/** A statement: one line, or several lines if a quoted value continues. */
type Statement = {
  /** The end of its last line. */
  readonly end: number;
  readonly name?: string;
  readonly problem?: string | undefined;
};

/**
 * Reported once for a value of several lines without quotes, because each of its other lines would be
 * reported too.
 */
const unreadable = "is neither a comment nor NAME=value";

// `$` would also match before a Unicode line end.
const nothing = /[^\S\n]*(?:#.*)?(?![^\n])/y;
const assignment = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:(?=[^\S\n]))[^\S\n]*/y;
const quoted = /(['"`])(?:\\\1|(?!\1)[\s\S])*\1[^\S\n]*(?:#.*)?(?![^\n])/y;
/** An assignment of one of our names, or of a similar one, within a quoted value. */
const swallowed = /\n[^\S\n]*(?:export[^\S\n]+)?([A-Z][A-Z0-9]*_[A-Z0-9_]+)[^\S\n]*=/;

function readStatement(content: string, at: number): Statement {
  const lineEnd = endOfLine(content, at);
  if (content.slice(at, lineEnd).includes("\0")) {
    return { end: lineEnd, problem: "holds a NUL byte" };
  }
  if (matchAt(nothing, content, at) !== undefined) {
    return { end: lineEnd };
  }
  const [head = "", name] = matchAt(assignment, content, at) ?? [];
  if (name === undefined) {
    return { end: lineEnd, problem: unreadable };
  }
  const valueAt = at + head.length;
  const [whole] = matchAt(quoted, content, valueAt) ?? [];
  const end = whole === undefined ? lineEnd : valueAt + whole.length;
  const value = content.slice(valueAt, end);
  const problem = whole === undefined ? findUnquotedProblem(value) : findQuotedProblem(value);
  return { end, name, problem: problem ?? findForeign(content.slice(at, end), name) };
}

function findUnquotedProblem(value: string): string | undefined {
  const [first = ""] = value;
  if (`'"\``.includes(first) && first !== "") {
    return value.includes(first, 1)
      ? `has something behind its closing ${first}: put the value between other quotes`
      : `has an opening ${first} that is never closed`;
  }
  // dotenv ends an unquoted value at the first #.
  const [read = ""] = value.split("#");
  const isCut =
    (first === "{" && !read.trimEnd().endsWith("}")) ||
    (first === "[" && !read.trimEnd().endsWith("]"));
  return isCut
    ? "begins JSON that does not end on this line: put it between single quotes"
    : undefined;
}

function findQuotedProblem(value: string): string | undefined {
  const [, name] = swallowed.exec(value) ?? [];
  return name === undefined
    ? undefined
    : `has a quote that is closed only behind ${name}=, which would be lost`;
}

/**
 * dotenv must read exactly this setting from the statement. A Unicode line end or `__proto__` makes it read
 * another one.
 */
function findForeign(statement: string, name: string): string | undefined {
  const names = Object.keys(parse(statement));
  return names.length === 1 && names[0] === name ? undefined : unreadable;
}

function findRepeated(settings: readonly FileSetting[]): readonly LineProblem[] {
  const lines = new Map<string, number>();
  return settings.flatMap(({ name, line }) => {
    const before = lines.get(name);
    lines.set(name, line);
    return before === undefined ? [] : [{ line, text: `sets ${name} again, after line ${before}` }];
  });
}

function matchAt(pattern: RegExp, content: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(content) ?? undefined;
}

function endOfLine(content: string, at: number): number {
  const end = content.indexOf("\n", at);
  return end === -1 ? content.length : end;
}

function countLineEnds(text: string): number {
  return text.split("\n").length - 1;
}

import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { logLevels } from "../../../lib/model/log.ts";
import { type Page, toPage } from "../../shared/page.ts";
import { parseObject } from "../../shared/parse-object.ts";
import { textIn } from "../actual/fields.ts";
import { endingWords, wordsOf } from "./code-words.ts";
import { toPrintable } from "./printable-text.ts";

/** One line of a log, made harmless. */
export type LogLine = {
  readonly text: string;
  readonly isError: boolean;
  /** The meaning of a code. */
  readonly explained?: string;
  readonly page?: Page;
};

type Hide = (text: string) => string;

/** The form of Apache OpenWhisk: time, stream, text. */
const withStream = /^\S{1,40}\s+(stdout|stderr):\s?(.*)$/s;

/** Reads a line of a log: one of our own, which is JSON, or of anybody's. An object is a line too. */
export function readLogLine(line: unknown, hide: Hide): LogLine {
  const text = typeof line === "string" ? line : (JSON.stringify(line) ?? String(line));
  const [, stream, rest = text] = withStream.exec(text) ?? [];
  const own = readOwnLine(parseObject(rest), hide);
  return own ?? { text: toPrintable(rest, hide), isError: stream === "stderr" };
}

/** Our own lines have a level and a message; an ending has a code, if it went wrong. */
function readOwnLine(fields: UnknownObject | undefined, hide: Hide): LogLine | undefined {
  const { level, message, at: _at, page: _page, ...facts } = fields ?? {};
  if (!levels.includes(level) || typeof message !== "string") {
    return undefined;
  }
  const isEnding = message === "call ended";
  const words = isEnding ? endingText(facts) : factsText(facts);
  return {
    text: toPrintable(`${level} ${message}${words}`, hide),
    isError: level === "error",
    ...explain(facts),
  };
}

const levels: readonly unknown[] = logLevels;

/** Shows the counts that are not zero, and the duration. */
function endingText({ ending, code, reason, ms, ...counts }: UnknownObject): string {
  const shown = Object.entries(counts).filter(
    ([, count]) => typeof count === "number" && count !== 0,
  );
  const parts = [
    ...(ending === undefined ? [] : [toText(ending)]),
    ...(code === undefined ? [] : [toText(code)]),
    ...shown.map(([name, count]) => `${name} ${toText(count)}`),
    ...(ms === undefined ? [] : [`${toText(ms)} ms`]),
    ...(reason === undefined ? [] : [toText(reason)]),
  ];
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function factsText(facts: UnknownObject): string {
  const parts = Object.entries(facts).map(([name, value]) => `${name}=${toText(value)}`);
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The reason of a dead letter begins with its code. */
function explain(facts: UnknownObject): Pick<LogLine, "explained" | "page"> {
  const inReason = /^[A-Z_]{3,40}(?=:)/.exec(textIn(facts, "reason") ?? "")?.[0];
  const code = textIn(facts, "code") ?? inReason ?? "";
  const words = wordsOf(code);
  if (words !== undefined) {
    return { explained: words, page: toPage(code) };
  }
  const ended = endingWords.get(textIn(facts, "ending") ?? "");
  return ended === undefined ? {} : { explained: ended };
}

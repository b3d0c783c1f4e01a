import { commandText } from "../shared/command-text.ts";
import { type Page, toPage } from "../shared/page.ts";
import type { ProduceTally, StopReason } from "./deliver-windows.ts";
import type { Input } from "./input/input.ts";

const refusalsShownMax = 20;

/** Makes the result for machines. `stopped` says why the run ended before its input did. */
export function toResult(
  tally: ProduceTally,
  stop: StopReason | undefined,
  goOn: string | undefined,
) {
  const { nextLine: _, ...counts } = tally;
  return {
    ok: stop === undefined && tally.refused === 0,
    ...counts,
    stopped: stop === undefined ? null : describe(stop),
    goOn: goOn ?? null,
    page: pagesOf(tally, stop)[0],
  };
}

/** Returns the page of the reason why the run ended, and then a page for each code of a refused line. */
export function pagesOf({ refusals }: ProduceTally, stop: StopReason | undefined): readonly Page[] {
  const codes = refusals.map(({ code }) => code);
  return (stop === undefined ? codes : [describe(stop).code, ...codes]).map(toPage);
}

function describe(stop: StopReason): { readonly code: string; readonly reason: string } {
  switch (stop.kind) {
    case "interrupted":
      return { code: "INTERRUPTED", reason: "interrupted" };
    case "input":
      return { code: "INPUT", reason: stop.error.message };
    case "failed": {
      const { line, offset } = stop.position;
      return { code: stop.code, reason: `line ${line} (byte ${offset}): ${stop.reason}` };
    }
  }
}

/** Makes the remarks for people that go beside the one-line summary. */
export function toRemarks(
  tally: ProduceTally,
  stop: StopReason | undefined,
  goOn: string | undefined,
): string {
  const { refusals, refused, uncertain, nextOffset, nextLine } = tally;
  const shown = refusals.slice(0, refusalsShownMax);
  const more = refused - shown.length;
  return [
    ...shown.map(
      ({ line, offset, code, reason }) => `line ${line} (byte ${offset}): ${code}: ${reason}`,
    ),
    ...(more > 0 ? [`and ${more} more lines were refused`] : []),
    ...(uncertain > 0
      ? [
          `${uncertain} attempts had no answer that says how they ended: those messages may be there twice`,
        ]
      : []),
    ...(stop === undefined ? [] : toStopRemarks(stop)),
    ...(stop === undefined
      ? []
      : [
          `every line before byte ${nextOffset} (line ${nextLine}) is acknowledged or refused for good;`,
          "later ones can be on the topic too: going on may send them a second time",
          `go on: ${goOn}`,
        ]),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function toStopRemarks(stop: StopReason): readonly string[] {
  const { code, reason } = describe(stop);
  const after = stop.kind === "input" ? stop.error.endOffset : undefined;
  return [
    stop.kind === "interrupted" ? "interrupted" : `stopped: ${code}: ${reason}`,
    ...(after === undefined ? [] : [`to leave this line out, go on from byte ${after}`]),
  ];
}

export function toSummary({ delivered, refused, failed, nextOffset }: ProduceTally): string {
  return `delivered ${delivered}, refused ${refused}, failed ${failed}, next offset ${nextOffset}\n`;
}

/** Returns the command that continues from another byte. With a checkpoint it is the same command. */
export function toResumeCommand(argv: readonly string[], input: Input, nextOffset: number): string {
  const withCheckpoint = argv.some((one) => /^--checkpoint(=|$)/.test(one));
  const kept = argv.filter(
    (one, index) => !(/^--from-offset(=|$)/.test(one) || argv[index - 1] === "--from-offset"),
  );
  const offset = withCheckpoint ? [] : ["--from-offset", String(nextOffset)];
  const command = commandText("produce", [...kept, ...offset].map(quote).join(" "));
  return input.name === "-" ? `${command} # with the same input piped in again` : command;
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  if (hiddenCharacters.test(word)) {
    return `$'${word.replaceAll(/['\\]/g, "\\$&").replaceAll(new RegExp(hiddenCharacters, "gu"), toBytes)}'`;
  }
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Characters that a terminal obeys or does not show, so that the command could not be pasted. */
const hiddenCharacters = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Writes a character as bytes, which bash, zsh and ksh read alike in any locale. */
function toBytes(character: string): string {
  return Buffer.from(character).toString("hex").replaceAll(/../g, "\\x$&");
}

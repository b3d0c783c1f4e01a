import { type Page, toPage } from "../shared/page.ts";
import type { Stop, Tally } from "./deliver-windows.ts";
import type { Input } from "./input/input.ts";

const refusalsShownMax = 20;

/** Names that machines read; `stopped` is why the run ended before its input did. */
export function toResult(tally: Tally, stop: Stop | undefined, goOn: string | undefined) {
  const { nextLine: _, ...counts } = tally;
  return {
    ok: stop === undefined && tally.refused === 0,
    ...counts,
    stopped: stop === undefined ? null : describe(stop),
    goOn: goOn ?? null,
    page: pagesOf(tally, stop)[0],
  };
}

/** Why the run ended, then each code of a refused line. */
export function pagesOf({ refusals }: Tally, stop: Stop | undefined): readonly Page[] {
  const codes = refusals.map(({ code }) => code);
  return (stop === undefined ? codes : [describe(stop).code, ...codes]).map(toPage);
}

function describe(stop: Stop): { readonly code: string; readonly reason: string } {
  switch (stop.kind) {
    case "interrupted":
      return { code: "INTERRUPTED", reason: "interrupted" };
    case "input":
      return { code: "INPUT", reason: stop.error.message };
    case "failed": {
      const { line, offset } = stop.place;
      return { code: stop.code, reason: `line ${line} (byte ${offset}): ${stop.reason}` };
    }
  }
}

/** For people, beside the one line of the result. */
export function toRemarks(tally: Tally, stop: Stop | undefined, goOn: string | undefined): string {
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

function toStopRemarks(stop: Stop): readonly string[] {
  const { code, reason } = describe(stop);
  const after = stop.kind === "input" ? stop.error.endOffset : undefined;
  return [
    stop.kind === "interrupted" ? "interrupted" : `stopped: ${code}: ${reason}`,
    ...(after === undefined ? [] : [`to leave this line out, go on from byte ${after}`]),
  ];
}

export function toSummary({ delivered, refused, failed, nextOffset }: Tally): string {
  return `delivered ${delivered}, refused ${refused}, failed ${failed}, next offset ${nextOffset}\n`;
}

/** The same command from another byte on; with a checkpoint, the very same command. */
export function toGoOn(argv: readonly string[], input: Input, nextOffset: number): string {
  const withCheckpoint = argv.some((one) => /^--checkpoint(=|$)/.test(one));
  const kept = argv.filter(
    (one, index) => !(/^--from-offset(=|$)/.test(one) || argv[index - 1] === "--from-offset"),
  );
  const offset = withCheckpoint ? [] : ["--from-offset", String(nextOffset)];
  const command = ["npm", "run", "produce", "--", ...kept, ...offset].map(quote).join(" ");
  return input.name === "-" ? `${command} # with the same input piped in again` : command;
}

/** As a POSIX shell wants it. */
function quote(word: string): string {
  if (unseen.test(word)) {
    return `$'${word.replaceAll(/['\\]/g, "\\$&").replaceAll(new RegExp(unseen, "gu"), toBytes)}'`;
  }
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What would be obeyed or not be seen where the line is shown, and could not be pasted. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** By bytes, which bash, zsh and ksh read alike in any locale. */
function toBytes(character: string): string {
  return Buffer.from(character).toString("hex").replaceAll(/../g, "\\x$&");
}

import { printableJson } from "./printable.ts";
import type { RequestEntry } from "./request-log.ts";

/** A target may be 16 KB long: what is said of it on the terminal is not. */
const shownCharactersMax = 400;

/**
 * One line on the terminal for a refused request. What the caller chose is in it as JSON only, so that it
 * is one line whatever it holds. The diagnosis it is made of has neither the secret nor a signature.
 */
export function refusalLine({ method, path, status, ...said }: RequestEntry): string {
  const { reason, fix, diagnosis } = said;
  const parts = [
    `refused ${method} ${printableJson(path)} with ${status}: ${reason}`,
    ["likely mistake", diagnosis?.likelyMistake],
    ["fix", fix],
    ["expected string to sign", diagnosis && shown(diagnosis.expectedStringToSign)],
  ];
  return parts
    .map((part) => (typeof part === "string" ? part : named(part)))
    .filter((part) => part !== "")
    .join(" | ");
}

function named([name, text]: readonly (string | undefined)[]): string {
  return text === undefined ? "" : `${name}: ${text}`;
}

function shown(text: string): string {
  return printableJson(text.slice(0, shownCharactersMax));
}

import { printableJson } from "./printable.ts";
import type { RequestEntry } from "./request-log.ts";

/** A request target may be 16 KB long, so the terminal shows only its beginning. */
const shownCharactersMax = 400;

/**
 * Returns the terminal's line for a refused request. Texts that the caller chose are written as JSON, so that it is
 * always one line. The diagnosis holds neither the secret nor a signature.
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

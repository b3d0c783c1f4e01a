import { isDeepStrictEqual } from "node:util";

const maskSigns = /^[*＊•●∗]+$|[*＊•●∗]{3}/;

/** Settings are bound as text and never empty, so anything else in the place of one is not its value. */
export function isMasked(from: unknown, to: string | undefined, isBoundByUs: boolean): boolean {
  if (to !== undefined && isSameValue(from, to)) {
    return false;
  }
  if (typeof from === "string") {
    return maskSigns.test(from) || (from === "" && isBoundByUs);
  }
  return isBoundByUs && !isReadableType(from, to);
}

/** A number in the place of text that is a number was put by somebody, and can be read. */
function isReadableType(from: unknown, to: string | undefined): boolean {
  return (
    (typeof from === "number" &&
      to !== undefined &&
      to.trim() !== "" &&
      !Number.isNaN(Number(to))) ||
    (typeof from === "boolean" && (to === "true" || to === "false"))
  );
}

/**
 * Compares a value with the text that was sent. No page says if the API returns JSON text as
 * text.
 */
export function isSameValue(from: unknown, to: string): boolean {
  if (typeof from === "string") {
    return from === to;
  }
  try {
    return isDeepStrictEqual(from, JSON.parse(to));
  } catch {
    return false;
  }
}

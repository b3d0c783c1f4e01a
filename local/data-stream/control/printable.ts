/** Matches characters that a terminal obeys or a reader does not see: controls, separators, bidirectional marks. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Writes JSON with visible characters only, so that it is safe to print and to paste. The value stays the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(hidden, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

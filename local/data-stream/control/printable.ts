/** What a terminal would obey or a reader would not see: controls, separators, bidirectional marks. */
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** JSON that means the same and holds nothing but visible characters: safe to print, and to paste. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(hidden, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

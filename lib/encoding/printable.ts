/**
 * What a terminal obeys or a reader does not see: DEL and the C1 controls, marks of direction and of format, the
 * separators of lines and paragraphs. The other controls, which JSON escapes itself, are not in it.
 */
const hidden = /[\x7f-\x9f\p{Cf}\u2028\u2029]/gu;

/** Escapes hidden characters as JSON does: what is JSON means the same. */
export function escapeHidden(text: string): string {
  return text.replaceAll(hidden, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

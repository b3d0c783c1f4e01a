/**
 * Matches characters that control a terminal or that a reader does not see: DEL, the C1 controls, direction and
 * format characters, line and paragraph separators. JSON escapes the other controls itself. It is no literal, because V8
 * makes the sets of `\p` when it parses a file that has one, and few texts need it.
 */
const hidden = "[\x7f-\x9f\\p{Cf}\u2028\u2029]";

/** Escapes hidden characters as JSON does, so JSON keeps its meaning. */
export function escapeHidden(text: string): string {
  return /^[ -~]*$/.test(text) ? text : text.replaceAll(new RegExp(hidden, "gu"), escapeUnits);
}

function escapeUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

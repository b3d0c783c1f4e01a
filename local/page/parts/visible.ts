/** Line ends, tabs, and the joiners that Korean, Indic scripts and emoji need. */
const harmless = ["\n", "\t", "\u200c", "\u200d"];
const controlPictures = 0x2400;

/**
 * Makes control characters and marks of writing direction visible. Invisible, they could hide or reorder the text
 * beside them.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (mark) => {
    const code = mark.codePointAt(0) ?? 0;
    if (harmless.includes(mark)) {
      return mark;
    }
    const hex = code.toString(16).toUpperCase().padStart(4, "0");
    return code < 0x20 ? String.fromCharCode(code + controlPictures) : `⟨U+${hex}⟩`;
  });
}

/** Returns the beginning of a text in one line, for a row of a list. */
export function oneLine(text: string, charactersMax: number): string {
  return visible(text.slice(0, charactersMax)).replace(/\s+/g, " ");
}

// Line ends and tabs are escaped too, because a parser would turn them into other blanks.
const special = /[&<>"'\p{Cc}\uFFFE\uFFFF]/gu;
const named: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/**
 * Escapes a text. As in S3, characters that XML 1.0 cannot hold become references too; `encoding-type=url` exists
 * for such keys.
 */
export function escapeXml(text: string): string {
  return text.replace(
    special,
    (found) => named[found] ?? `&#x${(found.codePointAt(0) ?? 0).toString(16)};`,
  );
}

export function xmlDocument(root: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}`;
}

const characters: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(named).map(([character, reference]) => [reference, character]),
);

/** Returns the text of an element, with every reference replaced by its character. */
export function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|\w+);/gi, (reference, decimal, hex) => {
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return characters[reference] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : reference);
  });
}

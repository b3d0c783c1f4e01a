// Line ends and tabs are escaped too: a parser would turn them into other blanks.
const special = /[&<>"'\p{Cc}\uFFFE\uFFFF]/gu;
const named: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** As S3 does, also what XML 1.0 cannot hold becomes a reference: `encoding-type=url` is there for such keys. */
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

/** The text of an element, in which every `&` begins a reference. */
export function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|\w+);/gi, (reference, decimal, hex) => {
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return characters[reference] ?? (code <= 0x10ffff ? String.fromCodePoint(code) : reference);
  });
}

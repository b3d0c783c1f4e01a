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

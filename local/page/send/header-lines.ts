/** Reads headers that are written one per line, as `name: value`. Lines without a name are left out. */
export function parseHeaders(text: string): Readonly<Record<string, string>> {
  const headers = text.split("\n").map((line) => {
    const at = line.indexOf(":");
    return at < 0
      ? ([line.trim(), ""] as const)
      : ([line.slice(0, at).trim(), line.slice(at + 1).trim()] as const);
  });
  return Object.fromEntries(headers.filter(([name]) => name !== ""));
}

export function showHeaders(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map((header) => header.join(": "))
    .join("\n");
}

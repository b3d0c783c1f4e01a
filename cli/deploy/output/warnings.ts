/** A warning that may concern several functions. Its line is the names, then the text. */
export type Warning = { readonly about: readonly string[]; readonly text: string };

/** Returns each warning once, after the names of all that it concerns. */
export function toWarningLines(warnings: readonly (string | Warning)[]): readonly string[] {
  const aboutByText = new Map<string, Set<string>>();
  for (const warning of warnings) {
    const { about, text } = typeof warning === "string" ? { about: [], text: warning } : warning;
    aboutByText.set(text, new Set([...(aboutByText.get(text) ?? []), ...about]));
  }
  return [...aboutByText].map(([text, about]) => `${[...about].join(", ")}${text}`);
}

/** Merges lines of the form `resource: note` that have one note. */
export function mergeNotes(lines: readonly string[]): readonly string[] {
  return toWarningLines(
    lines.map((line) => {
      const end = line.indexOf(": ");
      return end < 0 ? line : { about: [line.slice(0, end)], text: line.slice(end) };
    }),
  );
}

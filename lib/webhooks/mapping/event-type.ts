/** The CloudEvents type, and the provider's own word for it, both as the sender wrote them. */
export type EventType = { readonly type: string; readonly word: string };

/** Tells whether a filter accepts an event. A pattern is a whole type, or a prefix that ends in `*`. */
export function isWanted(
  { type, word }: EventType,
  filter: readonly string[] | undefined,
): boolean {
  return filter?.some((pattern) => matches(type, pattern) || matches(word, pattern)) ?? true;
}

function matches(text: string, pattern: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

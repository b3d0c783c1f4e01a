/** The type of an event, and the provider's own word for it, both as the sender wrote them. */
export type EventType = { readonly type: string; readonly word: string };

/** Whether a filter lets an event through. A pattern ends in `*` or is meant whole. */
export function isWanted(
  { type, word }: EventType,
  filter: readonly string[] | undefined,
): boolean {
  return filter?.some((pattern) => matches(type, pattern) || matches(word, pattern)) ?? true;
}

function matches(text: string, pattern: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

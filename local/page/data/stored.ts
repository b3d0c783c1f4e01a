/** Returns a text that was stored. A browser may block its storage: then nothing is stored. */
export function readText(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storeText(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // The browser blocks its storage: the text lasts as long as the page.
  }
}

/** Returns a stored choice if it is one of the known ones. */
export function readChoice<T extends string>(name: string, known: readonly T[]): T | undefined {
  const stored = readText(name);
  return known.find((one) => one === stored);
}

/** Returns a stored choice if it is one of the known ones. A browser may block its storage: then nothing is stored. */
export function readChoice<T extends string>(name: string, known: readonly T[]): T | undefined {
  try {
    const stored = localStorage.getItem(name);
    return known.find((one) => one === stored);
  } catch {
    return undefined;
  }
}

/** Stores a choice. If the browser blocks its storage, the choice lasts as long as the page. */
export function storeChoice(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // See above: the choice is in memory.
  }
}

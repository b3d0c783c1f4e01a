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

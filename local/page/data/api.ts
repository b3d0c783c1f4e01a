/** Fetches JSON. An unsuccessful response becomes an error with the problem that the API names. */
export async function getJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  if (!response.ok) {
    const told = (await response.json().catch(() => ({}))) as { error?: string };
    throw new Error(told.error ?? `${path}: ${response.status}`);
  }
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export function postJson<T>(path: string, value: unknown): Promise<T> {
  return getJson<T>(path, { method: "POST", body: JSON.stringify(value) });
}

export async function getText(path: string): Promise<string> {
  const response = await fetch(path);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text.slice(0, 200));
  }
  return text;
}

export function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

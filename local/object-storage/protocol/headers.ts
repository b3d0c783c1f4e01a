import type { IncomingMessage } from "node:http";

export type HeaderMap = ReadonlyMap<string, string>;

/** Reads all headers. `request.headers` does not serve: Node drops repeated headers or joins them with a blank. */
export function readHeaders({ rawHeaders }: IncomingMessage): HeaderMap {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

import type { IncomingMessage } from "node:http";
import type { Payload } from "./read-payload.ts";

/** One HTTP request to the S3 API, its body read. */
export type S3Call = {
  readonly method: string;
  /** Path and query exactly as they came. */
  readonly target: string;
  /** Names in lower case; a repeated header's values are joined by commas, as SigV4 signs them. */
  readonly headers: Headers;
  readonly payload: Payload;
};

export type Headers = ReadonlyMap<string, string>;

/** Not `request.headers`: Node leaves repeated ones out, or joins them with a blank. */
export function toHeaders({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

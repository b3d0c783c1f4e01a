import { readFetchRequest } from "../../lib/adapters/http-request.ts";
import type { HttpBody, HttpEvent } from "../../lib/model/call.ts";

/**
 * Headers in any case: a `Headers`, a Map, a list of names and values, or an object such as Node's `request.headers`. The
 * values of a repeated name are joined with `, `.
 */
export type HeadersInput =
  | Iterable<readonly [string, string | readonly string[]]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A received request. `body` must be exactly as it was received, because a parsed body cannot be verified. */
export type WebhookDelivery = {
  /** Default: `POST`. */
  readonly method?: string | undefined;
  /** The URL, or path and query. Only the query counts, for sources that sign or read it. */
  readonly url?: string | undefined;
  readonly headers: HeadersInput;
  readonly body: string | Uint8Array | ArrayBuffer;
};

/** Reads a delivery of any form, or returns why it cannot be read. A `Request` is cloned. */
export async function readDelivery(given: Request | WebhookDelivery): Promise<HttpEvent | string> {
  const method = String(given.method ?? "POST").toUpperCase();
  if (isRequest(given)) {
    const isUnread = !given.bodyUsed && given.body?.locked !== true;
    return isUnread ? readFetchRequest(given.clone(), method) : unreadable;
  }
  const headers = toHeaders(given.headers);
  const body = toBody(given.body);
  if (headers === undefined || body === undefined) {
    return headers === undefined ? wrongHeaders : unreadable;
  }
  return { kind: "http", method, path: "", query: toQuery(given.url), headers, body };
}

function toQuery(url: unknown): string {
  return /^[^?#]*\?([^#]*)/.exec(String(url))?.[1] ?? "";
}

/** The reason for a body that was parsed, is missing, or was read by others. */
export const unreadable = "the body must be text or bytes, as received and unread";
const wrongHeaders = "headers must be a Headers, an object, or a list of names with their values";

function isRequest(given: Request | WebhookDelivery): given is Request {
  return "bodyUsed" in given && typeof given.clone === "function";
}

function toBody(body: unknown): HttpBody | undefined {
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body;
    return { kind: "exact", bytes: Buffer.from(buffer, byteOffset, byteLength) };
  }
  return typeof body === "string" || body instanceof ArrayBuffer
    ? { kind: "exact", bytes: Buffer.from(body as string) }
    : undefined;
}

/** Returns undefined for another form, such as Node's `rawHeaders`, a list in which names and values alternate. */
function toHeaders(given: unknown): ReadonlyMap<string, string> | undefined {
  const pairs = toPairs(given ?? {});
  if (!pairs.every(isPair)) {
    return undefined;
  }
  const headers = new Map<string, string>();
  for (const [name, value] of pairs.filter(hasValue)) {
    const key = name.toLowerCase();
    headers.set(key, [headers.get(key) ?? [], value].flat().join(", "));
  }
  return headers;
}

function toPairs(given: unknown): readonly unknown[] {
  if (typeof given !== "object" || given === null) {
    return [given];
  }
  return Symbol.iterator in given ? [...(given as Iterable<unknown>)] : Object.entries(given);
}

function isPair(pair: unknown): pair is readonly [string, unknown] {
  return Array.isArray(pair) && typeof pair[0] === "string";
}

function hasValue([, value]: readonly [string, unknown]): boolean {
  return value !== undefined && value !== null;
}

import { readFetchRequest } from "../../lib/adapters/http-request.ts";
import type { HttpEvent } from "../../lib/model/call.ts";

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
    return readRequest(given, method);
  }
  const headers = toHeaders(given.headers ?? {});
  if (headers === undefined) {
    return "headers must be a Headers, an object, or a list of pairs";
  }
  const bytes = toBytes(given.body);
  const query = /^[^?#]*\?([^#]*)/.exec(given.url ?? "")?.[1] ?? "";
  return bytes === undefined
    ? unreadable
    : { kind: "http", method, path: "", query, headers, body: { kind: "exact", bytes } };
}

/** The reason for a body that was parsed, is missing, or was read by others. */
const unreadable = "the body must be text or bytes, as received and unread";

async function readRequest(request: Request, method: string): Promise<HttpEvent | string> {
  const isTaken = request.bodyUsed || request.body?.locked;
  const event = isTaken ? undefined : await readFetchRequest(request.clone(), method);
  return event?.body.kind === "exact" ? event : unreadable;
}

function isRequest(given: Request | WebhookDelivery): given is Request {
  return "bodyUsed" in given && typeof given.clone === "function";
}

function toBytes(body: unknown): Buffer | undefined {
  if (ArrayBuffer.isView(body)) {
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }
  return typeof body === "string" || body instanceof ArrayBuffer
    ? Buffer.from(body as string)
    : undefined;
}

/** Returns undefined for another form, such as Node's `rawHeaders`, a list in which names and values alternate. */
function toHeaders(given: HeadersInput): ReadonlyMap<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const pair of toPairs(given)) {
    const [name, value] = Array.isArray(pair) ? pair : [];
    if (typeof name !== "string") {
      return undefined;
    }
    if (value !== undefined && value !== null) {
      const key = name.toLowerCase();
      headers.set(key, [headers.get(key) ?? [], value].flat().join(", "));
    }
  }
  return headers;
}

/** A value that is no object makes one pair, which is none. */
function toPairs(given: HeadersInput): Iterable<unknown> {
  if (Object(given) !== given) {
    return [given];
  }
  return Symbol.iterator in given ? (given as Iterable<unknown>) : Object.entries(given);
}

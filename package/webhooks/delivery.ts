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
  readonly body: string | Uint8Array;
};

/** Reads a delivery. A `Request` is cloned. Never throws for a body of a wrong form. */
export async function readDelivery(given: Request | WebhookDelivery): Promise<HttpEvent> {
  const method = String(given.method ?? "POST").toUpperCase();
  if (isRequest(given)) {
    const event = given.bodyUsed ? undefined : await readFetchRequest(given.clone(), method);
    return event ?? withoutBody(method);
  }
  return {
    ...{ kind: "http", method, path: "" },
    query: /^[^?#]*\?([^#]*)/.exec(given.url ?? "")?.[1] ?? "",
    headers: toHeaders(given.headers ?? {}),
    body: toBody(given.body),
  };
}

/** A request whose body was read by others. */
function withoutBody(method: string): HttpEvent {
  const body: HttpBody = { kind: "malformed" };
  return { kind: "http", method, path: "", query: "", headers: new Map(), body };
}

function isRequest(given: Request | WebhookDelivery): given is Request {
  return "bodyUsed" in given && typeof given.clone === "function";
}

function toBody(body: unknown): HttpBody {
  if (ArrayBuffer.isView(body)) {
    const { buffer, byteOffset, byteLength } = body;
    return { kind: "exact", bytes: Buffer.from(buffer, byteOffset, byteLength) };
  }
  return typeof body === "string"
    ? { kind: "exact", bytes: Buffer.from(body) }
    : { kind: "parsed" };
}

function toHeaders(given: HeadersInput): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  const pairs = Symbol.iterator in given ? given : Object.entries(given);
  for (const [name, value] of pairs as Iterable<readonly [string, unknown]>) {
    if (value !== undefined && value !== null) {
      const key = name.toLowerCase();
      headers.set(key, [headers.get(key) ?? [], value].flat().join(", "));
    }
  }
  return headers;
}

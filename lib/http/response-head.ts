import type { ReceivedResponse } from "../effects/transport.ts";

/** An error whose message is `notHttp`, or the system's code for a connection that ended too soon. */
export class ParseError extends Error {}

/** Code of text that is not an HTTP/1.1 response. */
export const notHttp = "EPROTO";

/** Limit of a head and of trailers, which is that of Node.js. */
export const fieldBytesMax = 16 * 1024;

export const headEnd = "\r\n\r\n";

/** `framing`: the fields that tell where the response ends, each as `name:value,` in lower case. */
type Framing = { readonly framing: string; readonly isLast: boolean };
export type Head = Framing & Pick<ReceivedResponse, "status" | "headers">;

export function fail(code: string): never {
  throw new ParseError(code);
}

/** Matches text that must have a form. */
export function match(form: RegExp, text: string): readonly string[] {
  return form.exec(text) ?? fail(notHttp);
}

/**
 * Matches a status line and fields (RFC 9112 section 5): no folded lines, no control characters, no space before the
 * colon. It rejects 101, because no switch of protocols was requested.
 */
const headForm =
  /^HTTP\/1\.([01]) ((?!101)[1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;

export function toHead(text: string): Head {
  const { 1: minor, 2: code } = match(headForm, text);
  const headers = Object.create(null) as Record<string, string>;
  let framing = "";
  let isLast = minor === "0";
  for (const line of text.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] ??= value;
    if (name === "content-length" || name === "transfer-encoding") {
      framing += `${name}:${value.toLowerCase()},`;
    }
    isLast ||= name === "connection" && value.toLowerCase().includes("close");
  }
  return { status: Number(code), headers, framing, isLast };
}

const framingForm = /^(?:content-length:(\d{1,15}),|transfer-encoding:(chunked),)?$/;

/**
 * Returns the length of the body in bytes by RFC 9112 section 6.3. It is infinite if the body ends with the connection.
 * Two framings, or one twice, are an error, because they do not tell where the response ends.
 */
export function framingOf(method: string, { status, framing }: Head): number | "chunked" {
  const { 1: length = Infinity, 2: chunked } = match(framingForm, framing);
  if (method === "HEAD" || status === 204 || status === 304) {
    return 0;
  }
  return chunked === undefined ? Number(length) : "chunked";
}

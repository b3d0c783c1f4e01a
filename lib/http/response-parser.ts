import { codingsOf, decodeContent } from "../encoding/content-coding.ts";

/**
 * Reads one HTTP/1.1 answer (RFC 9112), strictly: what two readers could take in two ways is an error.
 * A generator that is given what comes as text, a character for each byte (latin1), and `undefined` for
 * its end; throws `ReadError`.
 */
export type ParserSteps<T> = Generator<undefined, T, string | undefined>;

export type ParsedResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncated: boolean;
  /** Whether another request may follow on the same connection. */
  readonly isReusable: boolean;
};

/** Its message is `notHttp`, or a system's code for a connection that ended too soon. */
export class ParseError extends Error {}

/** What came is no answer of HTTP/1.1. */
export const notHttp = "EPROTO";

/** Of a head, and of the trailers: as much as Node.js takes. */
const fieldBytesMax = 16 * 1024;
const interimResponsesMax = 10;

/** What came and is not read yet, and what was read of the body, both a character for each byte. */
type Input = { rest: string; body: string; readonly bodyBytesMax: number };
/** `framing`: the fields that tell where an answer ends, each as `name:value,`. */
type Framing = { readonly framing: string; readonly isLast: boolean };
type Head = Framing & Pick<ParsedResponse, "status" | "headers">;

/** `isBinary`: the body is given as it came, a character for each byte. */
type BodyOptions = { readonly bodyBytesMax: number; readonly isBinary: boolean };

export function* parseResponse(
  method: string,
  bodyBytesMax: number,
  isBinary = false,
): ParserSteps<ParsedResponse> {
  const input: Input = { rest: (yield) ?? fail("ECONNRESET"), body: "", bodyBytesMax };
  let head = toHead(takeUntil(headEnd, input) ?? (yield* readHead(input)));
  for (let interim = 1; head.status < 200; interim += 1) {
    head = interim > interimResponsesMax ? fail(notHttp) : toHead(yield* readHead(input));
  }
  const { status, headers, isLast } = head;
  const framing = framingOf(method, head);
  const truncated = yield* framing === "chunked" ? readChunks(input) : readBytes(input, framing);
  const isDelimited = !truncated && framing !== Infinity && input.rest === "";
  // A 204 that announces a body may send it later: as the answer to somebody else's request.
  const isReusable =
    isDelimited && !isLast && !(status === 204 && /[1-9]|chunked/i.test(head.framing));
  const bytes = input.body.slice(0, bodyBytesMax);
  const coding = truncated ? undefined : headers["content-encoding"];
  const text = toText(bytes, { coding, bodyBytesMax, isBinary });
  return { status, headers, isReusable, truncated, ...text };
}

/** Whose UTF-8 is a byte for each character. */
const ascii = /^[\t\n\r -~]*$/;

/**
 * Nobody asked for a content coding, and proxies add one all the same. A body that is not of its coding stays as it
 * came: a proxy that decodes may leave the header.
 */
function toText(
  bytes: string,
  { coding, bodyBytesMax, isBinary }: { coding: string | undefined } & BodyOptions,
) {
  if (coding === undefined) {
    const isText = isBinary || ascii.test(bytes);
    return { body: isText ? bytes : Buffer.from(bytes, "latin1").toString() };
  }
  const encoded = Buffer.from(bytes, "latin1");
  const decoded = decodeContent(encoded, codingsOf(coding), bodyBytesMax);
  return decoded === "tooLarge"
    ? { body: "", truncated: true }
    : { body: Buffer.from(decoded ?? encoded).toString(isBinary ? "latin1" : "utf8") };
}

function fail(code: string): never {
  throw new ParseError(code);
}

/** What a form finds in a text that has to be of it. */
function match(form: RegExp, text: string): readonly string[] {
  return form.exec(text) ?? fail(notHttp);
}

/** What comes before the next `end`, which is taken with it; undefined while that is not there. */
function takeUntil(end: string, input: Input, max = fieldBytesMax): string | undefined {
  const { rest } = input;
  const at = rest.indexOf(end);
  if (at > max || (at < 0 && rest.length >= max + end.length)) {
    fail(notHttp);
  }
  input.rest = at < 0 ? rest : rest.slice(at + end.length);
  return at < 0 ? undefined : rest.slice(0, at);
}

function* readUntil(end: string, input: Input, max = fieldBytesMax): ParserSteps<string> {
  for (;;) {
    const text = takeUntil(end, input, max);
    if (text !== undefined) {
      return text;
    }
    input.rest += (yield) ?? fail("ECONNRESET");
  }
}

const headEnd = "\r\n\r\n";
const headStart = "HTTP/1.";

/**
 * What can never be a head is an error at once: a server of TLS, HTTP/2 or bare line feeds may send no more, and
 * would pass for one that is slow or gone.
 */
function* readHead(input: Input): ParserSteps<string> {
  for (;;) {
    const text = takeUntil(headEnd, input);
    if (text !== undefined) {
      return text;
    }
    const isHead = headStart.startsWith(input.rest.slice(0, headStart.length));
    if (!isHead || /(?:^|[^\r])\n/.test(input.rest)) {
      fail(notHttp);
    }
    input.rest += (yield) ?? fail("ECONNRESET");
  }
}

/**
 * A status line and fields (RFC 9112 section 5): no folded lines, no control characters, no space before
 * the colon. No switch of protocols (101), which nobody asked for.
 */
const headForm =
  /^HTTP\/1\.([01]) ((?!101)[1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
const chunkLine = /^([0-9a-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/i;

function toHead(text: string): Head {
  const [, minor, code] = match(headForm, text);
  const headers = Object.create(null) as Record<string, string>;
  let framing = "";
  let isLast = minor === "0";
  for (const line of text.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] ??= value;
    if (name === "content-length" || name === "transfer-encoding") {
      framing += `${name}:${value},`;
    }
    isLast ||= name === "connection" && /close/i.test(value);
  }
  return { status: Number(code), headers, framing, isLast };
}

const framingForm = /^(?:content-length:(\d{1,15}),|transfer-encoding:(chunked),)?$/i;

/**
 * RFC 9112 section 6.3: a length in bytes, infinite where the end of the connection is the end of the body.
 * Two framings, or one twice, do not tell where the answer ends.
 */
function framingOf(method: string, { status, framing }: Head): number | "chunked" {
  const [, length = Infinity, chunked] = match(framingForm, framing);
  if (method === "HEAD" || status === 204 || status === 304) {
    return 0;
  }
  return chunked === undefined ? Number(length) : "chunked";
}

/** Says whether it stopped because enough was read. */
function* readBytes(input: Input, count: number): ParserSteps<boolean> {
  for (let left = count; ; ) {
    const part = input.rest.slice(0, left);
    input.rest = input.rest.slice(part.length);
    input.body += part;
    left -= part.length;
    if (left === 0 || input.body.length > input.bodyBytesMax) {
      return input.body.length > input.bodyBytesMax;
    }
    const text = yield;
    if (text === undefined && count === Infinity) {
      return false;
    }
    input.rest = text ?? fail("ECONNRESET");
  }
}

/** Trailers are checked as a head is, and dropped. */
function* readChunks(input: Input): ParserSteps<boolean> {
  for (;;) {
    const [, size = ""] = match(chunkLine, yield* readUntil("\r\n", input));
    if (/^0+$/.test(size)) {
      // With the end of this line before them, trailers end as a head does, none at all included.
      input.rest = `\r\n${input.rest}`;
      const { framing } = toHead(`HTTP/1.1 200${yield* readUntil(headEnd, input)}`);
      return framing === "" ? false : fail(notHttp);
    }
    if (yield* readBytes(input, Number.parseInt(size, 16))) {
      return true;
    }
    yield* readUntil("\r\n", input, 0);
  }
}

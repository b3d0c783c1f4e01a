import type { HttpRequest, ReceivedResponse } from "../effects/transport.ts";
import { codingsOf, decodeContent } from "../encoding/content-coding.ts";
import {
  fail,
  fieldBytesMax,
  framingOf,
  type Head,
  headEnd,
  match,
  notHttp,
  toHead,
} from "./response-head.ts";

/**
 * Parses one HTTP/1.1 response (https://www.rfc-editor.org/rfc/rfc9112) strictly: text that two parsers could read
 * differently is an error. The generator receives text with one character per byte (latin1), and `undefined` for the
 * end of the connection. It throws `ParseError`.
 */
export type ParserSteps<T> = Generator<undefined, T, string | undefined>;

export type ParsedResponse = {
  readonly response: ReceivedResponse;
  /** True if another request may follow on the same connection. */
  readonly isReusable: boolean;
};

const interimResponsesMax = 10;

/** `rest`: received and not parsed yet. `body`: parsed. Both have one character per byte. */
type Input = { rest: string; body: string; readonly bodyBytesMax: number };
/** The properties of a request that decide about its response. */
export type ResponseForm = Pick<HttpRequest, "method" | "responseBytesMax" | "isBinary">;

/** Default limit of a response body. A response of the produce API is under 1 KiB. */
const responseBytesMaxDefault = 64 * 1024;

/** Parses the response to a request. */
export function* parseResponse(form: ResponseForm): ParserSteps<ParsedResponse> {
  const bodyBytesMax = bytesMaxOf(form);
  const input: Input = { rest: (yield) ?? fail("ECONNRESET"), body: "", bodyBytesMax };
  let head = toHead(takeUntil(headEnd, input) ?? (yield* readHead(input)));
  for (let interim = 1; head.status < 200; interim += 1) {
    head = interim > interimResponsesMax ? fail(notHttp) : toHead(yield* readHead(input));
  }
  const framing = framingOf(form.method, head);
  const truncated = yield* framing === "chunked" ? readChunks(input) : readBytes(input, framing);
  const isDelimited = !truncated && framing !== Infinity && input.rest === "";
  const body = { bytes: input.body.slice(0, bodyBytesMax), truncated, isDelimited };
  return toResponse(head, body, form);
}

export function bytesMaxOf({ responseBytesMax = responseBytesMaxDefault }: ResponseForm): number {
  return responseBytesMax;
}

type ReceivedBody = {
  readonly bytes: string;
  readonly truncated: boolean;
  /** True if the body ended where the head said. */
  readonly isDelimited: boolean;
};

export function toResponse(
  { status, headers, framing, isLast }: Head,
  { bytes, truncated, isDelimited }: ReceivedBody,
  form: ResponseForm,
): ParsedResponse {
  // A 204 that announces a body may send it later, where it would look like the response to the next request.
  const isReusable = isDelimited && !isLast && !(status === 204 && /[1-9]|chunked/.test(framing));
  const coding = truncated ? undefined : headers["content-encoding"];
  const text = toText(bytes, coding, form);
  return { response: { kind: "response", status, headers, truncated, ...text }, isReusable };
}

/** Matches text whose UTF-8 has one byte per character. */
const ascii = /^[\t\n\r -~]*$/;

/**
 * Decodes the body. No content coding was requested, but some proxies add one. A body that is not in its coding stays
 * unchanged, because a proxy that decodes may leave the header.
 */
function toText(bytes: string, coding: string | undefined, form: ResponseForm) {
  const { isBinary = false } = form;
  if (coding === undefined) {
    const isText = isBinary || ascii.test(bytes);
    return { body: isText ? bytes : Buffer.from(bytes, "latin1").toString() };
  }
  const encoded = Buffer.from(bytes, "latin1");
  const decoded = decodeContent(encoded, codingsOf(coding), bytesMaxOf(form));
  return decoded === "tooLarge"
    ? { body: "", truncated: true }
    : { body: Buffer.from(decoded ?? encoded).toString(isBinary ? "latin1" : "utf8") };
}

/** Removes and returns the text before the next `end`, and removes `end`. Returns undefined if `end` has not come yet. */
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

const headStart = "HTTP/1.";

/**
 * Reads a head. Text that can never become one is an error at once: a server that speaks TLS, HTTP/2 or bare line feeds
 * may send no more and would look slow or gone.
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

const chunkLine = /^([0-9a-fA-F]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/;

/** Reads body bytes. Returns true if it stopped because the limit was reached. */
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

/** Reads chunks. Trailers are checked as a head is, and dropped. Returns true if the limit was reached. */
function* readChunks(input: Input): ParserSteps<boolean> {
  for (;;) {
    const [, size = ""] = match(chunkLine, yield* readUntil("\r\n", input));
    if (/^0+$/.test(size)) {
      // With the line end before them, trailers end as a head does, even if there are none.
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

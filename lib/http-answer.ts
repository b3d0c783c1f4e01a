/**
 * Reads one HTTP/1.1 answer (RFC 9112), strictly: what two readers could take in two ways is an error.
 * A generator that is given what comes as text, a character for each byte (latin1), and `undefined` for
 * its end; throws `NoAnswer`.
 */
export type Steps<T> = Generator<undefined, T, string | undefined>;

export type ReadAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly truncated: boolean;
  /** Whether another request may follow on the same connection. */
  readonly isReusable: boolean;
};

export class NoAnswer extends Error {}

/** Of a head, and of the trailers: as much as Node.js takes. */
const fieldBytesMax = 16 * 1024;
const interimAnswersMax = 10;

/** What came and is not read yet, and what was read of the body, both a character for each byte. */
type Input = { rest: string; body: string; readonly bodyBytesMax: number };
type Head = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The fields that tell where an answer ends: one at most. */
  readonly framing: string;
  readonly isLast: boolean;
};
/** A length in bytes, infinite where the end of the connection is the end of the body. */
type Framing = number | "chunked";

/** An answer that comes in one piece, as nearly all do, takes no generator but this one. */
export function* readAnswer(method: string, bodyBytesMax: number): Steps<ReadAnswer> {
  const input: Input = { rest: (yield) ?? fail("ECONNRESET"), body: "", bodyBytesMax };
  let head = toHead(takeUntil(headEnd, input) ?? (yield* readUntil(headEnd, input)));
  for (let interim = 1; head.status < 200; interim += 1) {
    const next = interim > interimAnswersMax ? fail("EPROTO") : yield* readUntil(headEnd, input);
    head = toHead(next);
  }
  const { status, headers, isLast } = head;
  const framing = framingOf(method, head);
  if (framing === "chunked") {
    yield* readChunks(input);
  } else if (takeBytes(input, framing) > 0) {
    yield* readBytes(input, framing - input.body.length);
  }
  const truncated = isFull(input);
  const isDelimited = !truncated && framing !== Infinity && input.rest === "";
  const body = decodeUtf8(input.body.slice(0, bodyBytesMax));
  return { status, headers, body, truncated, isReusable: isDelimited && !isLast };
}

function decodeUtf8(bytes: string): string {
  return /^[\t\n\r -~]*$/.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString();
}

function fail(code: string): never {
  throw new NoAnswer(code);
}

/** What a form finds in a text that has to be of it. */
function match(form: RegExp, text: string): readonly string[] {
  return form.exec(text) ?? fail("EPROTO");
}

/** What comes before the next `end`, which is taken with it; undefined while that is not there. */
function takeUntil(end: string, input: Input, max = fieldBytesMax): string | undefined {
  const { rest } = input;
  const at = rest.indexOf(end);
  if (at > max || (at < 0 && rest.length >= max + end.length)) {
    fail("EPROTO");
  }
  input.rest = at < 0 ? rest : rest.slice(at + end.length);
  return at < 0 ? undefined : rest.slice(0, at);
}

function* readUntil(end: string, input: Input, max = fieldBytesMax): Steps<string> {
  for (;;) {
    const text = takeUntil(end, input, max);
    if (text !== undefined) {
      return text;
    }
    input.rest += (yield) ?? fail("ECONNRESET");
  }
}

const headEnd = "\r\n\r\n";
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

/** RFC 9112 section 6.3. Two framings, or one twice, do not tell where the answer ends. */
function framingOf(method: string, { status, framing }: Head): Framing {
  const [, length = Infinity, chunked] = match(framingForm, framing);
  if (method === "HEAD" || status === 204 || status === 304) {
    return 0;
  }
  return chunked === undefined ? Number(length) : "chunked";
}

/** More came than is read. */
function isFull({ body, bodyBytesMax }: Input): boolean {
  return body.length > bodyBytesMax;
}

/** Takes what is there of so many bytes; says how many are to come, none where enough was read. */
function takeBytes(input: Input, count: number): number {
  const part = input.rest.slice(0, count);
  input.rest = input.rest.slice(part.length);
  input.body += part;
  return isFull(input) ? 0 : count - part.length;
}

function* readBytes(input: Input, count: number): Steps<void> {
  for (let left = takeBytes(input, count); left > 0; left = takeBytes(input, left)) {
    const text = yield;
    if (text === undefined && count === Infinity) {
      return;
    }
    input.rest = text ?? fail("ECONNRESET");
  }
}

/** Trailers are checked as a head is, and dropped. */
function* readChunks(input: Input): Steps<void> {
  for (;;) {
    const [, size = ""] = match(chunkLine, yield* readUntil("\r\n", input));
    if (/^0+$/.test(size)) {
      // With the end of this line before them, trailers end as a head does, none at all included.
      input.rest = `\r\n${input.rest}`;
      const { framing } = toHead(`HTTP/1.1 200${yield* readUntil(headEnd, input)}`);
      return framing === "" ? undefined : fail("EPROTO");
    }
    yield* readBytes(input, Number.parseInt(size, 16));
    if (isFull(input)) {
      return;
    }
    yield* readUntil("\r\n", input, 0);
  }
}

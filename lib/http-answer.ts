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
/** `framing`: the fields that tell where an answer ends, each as `name:value,`. */
type Framing = { readonly framing: string; readonly isLast: boolean };
type Head = Framing & Pick<ReadAnswer, "status" | "headers">;

/** `isBinary`: the body is given as it came, a character for each byte. */
export function* readAnswer(
  method: string,
  bodyBytesMax: number,
  isBinary = false,
): Steps<ReadAnswer> {
  const input: Input = { rest: (yield) ?? fail("ECONNRESET"), body: "", bodyBytesMax };
  let head = toHead(takeUntil(headEnd, input) ?? (yield* readUntil(headEnd, input)));
  for (let interim = 1; head.status < 200; interim += 1) {
    head = interim > interimAnswersMax ? fail("EPROTO") : toHead(yield* readUntil(headEnd, input));
  }
  const { status, headers, isLast } = head;
  const framing = framingOf(method, head);
  const truncated = yield* framing === "chunked" ? readChunks(input) : readBytes(input, framing);
  const isDelimited = !truncated && framing !== Infinity && input.rest === "";
  const bytes = input.body.slice(0, bodyBytesMax);
  const body = isBinary || ascii.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString();
  return { status, headers, body, truncated, isReusable: isDelimited && !isLast };
}

/** Whose UTF-8 is a byte for each character. */
const ascii = /^[\t\n\r -~]*$/;

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
function* readBytes(input: Input, count: number): Steps<boolean> {
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
function* readChunks(input: Input): Steps<boolean> {
  for (;;) {
    const [, size = ""] = match(chunkLine, yield* readUntil("\r\n", input));
    if (/^0+$/.test(size)) {
      // With the end of this line before them, trailers end as a head does, none at all included.
      input.rest = `\r\n${input.rest}`;
      const { framing } = toHead(`HTTP/1.1 200${yield* readUntil(headEnd, input)}`);
      return framing === "" ? false : fail("EPROTO");
    }
    if (yield* readBytes(input, Number.parseInt(size, 16))) {
      return true;
    }
    yield* readUntil("\r\n", input, 0);
  }
}

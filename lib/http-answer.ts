/**
 * Reads one HTTP/1.1 answer (RFC 9112), strictly: what two readers could take in two ways is an error.
 * A generator that is given the bytes as they come, and `undefined` for their end; throws `NoAnswer`.
 */
export type Steps<T> = Generator<undefined, T, Buffer | undefined>;

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

/** What was received and is not read yet, what was read of the body, and how much more of it is wanted. */
type Input = { rest: Buffer; readonly parts: Buffer[]; bodyBytesLeft: number };
type Fields = readonly (readonly [name: string, value: string])[];
type Head = { readonly status: number; readonly isLast: boolean; readonly fields: Fields };
/** A length in bytes, infinite where the end of the connection is the end of the body. */
type Framing = number | "chunked";

export function* readAnswer(method: string, bodyBytesMax: number): Steps<ReadAnswer> {
  const input: Input = { rest: Buffer.alloc(0), parts: [], bodyBytesLeft: bodyBytesMax };
  const { status, fields, isLast } = yield* readHead(input);
  const framing = framingOf(method, status, fields);
  const truncated = yield* framing === "chunked" ? readChunks(input) : readBytes(input, framing);
  const isDelimited = !truncated && framing !== Infinity && input.rest.length === 0;
  const headers = Object.fromEntries(fields.toReversed());
  const body = Buffer.concat(input.parts).toString("utf8", 0, bodyBytesMax);
  return { status, headers, body, truncated, isReusable: isDelimited && !isLast };
}

function fail(code: string): never {
  throw new NoAnswer(code);
}

/** What a form finds in a line that has to be of it. */
function match(form: RegExp, line: string): readonly string[] {
  return form.exec(line) ?? fail("EPROTO");
}

/** What comes before the next `end`, which is taken with it: `max` characters at most. */
function* readUntil(end: string, input: Input, max: number): Steps<string> {
  for (;;) {
    const at = input.rest.indexOf(end, 0, "latin1");
    if (at > max || (at < 0 && input.rest.length >= max + end.length)) {
      fail("EPROTO");
    }
    if (at >= 0) {
      const text = input.rest.toString("latin1", 0, at);
      input.rest = input.rest.subarray(at + end.length);
      return text;
    }
    const bytes = (yield) ?? fail("ECONNRESET");
    input.rest = input.rest.length === 0 ? bytes : Buffer.concat([input.rest, bytes]);
  }
}

/** No switch of protocols (101), which nobody asked for. */
const statusLine = /^HTTP\/1\.([01]) ((?!101)[1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** No folded lines, no control characters, no space before the colon (RFC 9112 section 5). */
const fieldLine = /^([!#$%&'*+.^_`|~0-9a-z-]+):([\t\x20-\x7e\x80-\xff]*)$/i;
const chunkLine = /^([0-9a-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** The final head. Interim ones (1xx) may come before it. */
function* readHead(input: Input): Steps<Head> {
  for (let interim = 0; interim <= interimAnswersMax; interim += 1) {
    const head = yield* readUntil("\r\n\r\n", input, fieldBytesMax);
    const [first = "", ...lines] = head.split("\r\n");
    const [, minor, code] = match(statusLine, first);
    const status = Number(code);
    const fields = lines.map(toField);
    if (status >= 200) {
      const isClosed = fields.some(([name, text]) => name === "connection" && /close/i.test(text));
      return { status, isLast: isClosed || minor === "0", fields };
    }
  }
  return fail("EPROTO");
}

function toField(line: string): Fields[number] {
  const [, name = "", value = ""] = match(fieldLine, line);
  return [name.toLowerCase(), value.trim()];
}

const isFraming = ([name]: Fields[number]) =>
  name === "content-length" || name === "transfer-encoding";

const framingForm = /^(?:content-length:(\d{1,15})|transfer-encoding:(chunked))?$/i;

/** RFC 9112 section 6.3. Two framings, or one twice, do not tell where the answer ends. */
function framingOf(method: string, status: number, fields: Fields): Framing {
  const given = fields.filter(isFraming).map((field) => field.join(":"));
  const [, length = Infinity, chunked] = match(framingForm, given.join());
  if (method === "HEAD" || status === 204 || status === 304) {
    return 0;
  }
  return chunked === undefined ? Number(length) : "chunked";
}

/** Says whether it stopped because enough was read. */
function* readBytes(input: Input, count: number): Steps<boolean> {
  for (let left = count; left > 0; ) {
    if (input.rest.length === 0) {
      const bytes = yield;
      if (bytes === undefined && count === Infinity) {
        break;
      }
      input.rest = bytes ?? fail("ECONNRESET");
    }
    const part = input.rest.subarray(0, left);
    input.rest = input.rest.subarray(part.length);
    left -= part.length;
    input.parts.push(part);
    input.bodyBytesLeft -= part.length;
    if (input.bodyBytesLeft < 0) {
      return true;
    }
  }
  return false;
}

/** Trailers are checked and dropped. */
function* readChunks(input: Input): Steps<boolean> {
  for (;;) {
    const [, size = ""] = match(chunkLine, yield* readUntil("\r\n", input, fieldBytesMax));
    if (/^0+$/.test(size)) {
      // With the end of this line before them, trailers end as a head does, none at all included.
      input.rest = Buffer.concat([Buffer.from("\r\n"), input.rest]);
      const trailers = (yield* readUntil("\r\n\r\n", input, fieldBytesMax)).split("\r\n");
      return trailers.slice(1).map(toField).some(isFraming) ? fail("EPROTO") : false;
    }
    if (yield* readBytes(input, Number.parseInt(size, 16))) {
      return true;
    }
    yield* readUntil("\r\n", input, 0);
  }
}

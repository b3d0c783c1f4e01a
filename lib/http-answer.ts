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

/** What was received and is not read yet. */
type Input = { rest: Buffer };
type Field = readonly [name: string, value: string];
type Head = {
  readonly status: number;
  readonly isLast: boolean;
  readonly fields: readonly Field[];
};
/** A length in bytes, or how the end of the body shows. */
type Framing = number | "chunked" | "untilEnd";
/** Takes a part of the body and says whether that is enough. */
type Keep = (part: Buffer) => boolean;

export function* readAnswer(method: string, bodyBytesMax: number): Steps<ReadAnswer> {
  const input = { rest: Buffer.alloc(0) };
  const { status, fields, isLast } = yield* readHead(input);
  const framing = framingOf(method, status, fields);
  const parts: Buffer[] = [];
  let bytes = 0;
  const truncated = yield* readBody(input, framing, (part) => {
    parts.push(part);
    bytes += part.length;
    return bytes > bodyBytesMax;
  });
  const isDelimited = !truncated && framing !== "untilEnd" && input.rest.length === 0;
  return {
    ...{ status, truncated, isReusable: isDelimited && !isLast },
    headers: Object.fromEntries(fields.toReversed()),
    body: Buffer.concat(parts).toString("utf8", 0, bodyBytesMax),
  };
}

function* readMore(input: Input): Steps<void> {
  const bytes = yield;
  if (bytes === undefined) {
    throw new NoAnswer("ECONNRESET");
  }
  input.rest = input.rest.length === 0 ? bytes : Buffer.concat([input.rest, bytes]);
}

/** A line of `max` characters at most, without its end: CRLF, and nothing else. */
function* readLine(input: Input, max: number): Steps<string> {
  for (;;) {
    const at = input.rest.subarray(0, max + 2).indexOf("\r\n");
    if (at >= 0) {
      const line = input.rest.toString("latin1", 0, at);
      input.rest = input.rest.subarray(at + 2);
      return line;
    }
    if (input.rest.length >= max + 2) {
      throw new NoAnswer("EPROTO");
    }
    yield* readMore(input);
  }
}

/** What a form finds in a line that has to be of it. */
function match(form: RegExp, line: string): readonly string[] {
  const found = form.exec(line);
  if (found === null) {
    throw new NoAnswer("EPROTO");
  }
  return found;
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** No folded lines, no control characters, no space before the colon (RFC 9112 section 5). */
const fieldLine = /^([!#$%&'*+.^_`|~0-9a-z-]+):([\t\x20-\x7e\x80-\xff]*)$/i;
const chunkLine = /^([0-9a-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** The final head. Interim ones (1xx) may come before it, but no switch of protocols. */
function* readHead(input: Input): Steps<Head> {
  for (let interim = 0; interim <= interimAnswersMax; interim += 1) {
    const [, minor, status] = match(statusLine, yield* readLine(input, fieldBytesMax));
    const fields = yield* readFields(input);
    if (Number(status) >= 200) {
      const isClosed = fields.some(([name, text]) => name === "connection" && /close/i.test(text));
      return { status: Number(status), isLast: isClosed || minor === "0", fields };
    }
    if (status === "101") {
      break;
    }
  }
  throw new NoAnswer("EPROTO");
}

function* readFields(input: Input): Steps<readonly Field[]> {
  const fields: Field[] = [];
  for (let left = fieldBytesMax; ; ) {
    const line = yield* readLine(input, left);
    if (line === "") {
      return fields;
    }
    const [, name = "", value = ""] = match(fieldLine, line);
    fields.push([name.toLowerCase(), value.trim()]);
    left -= Math.min(left, line.length);
  }
}

/** RFC 9112 section 6.3. Two framings, or one twice, do not tell where the answer ends. */
function framingOf(method: string, status: number, fields: readonly Field[]): Framing {
  const [given, another] = fields.filter(isFraming);
  const [name, value] = given ?? ["", ""];
  const isLength = name === "content-length" && /^\d{1,15}$/.test(value);
  const isChunked = name === "transfer-encoding" && value.toLowerCase() === "chunked";
  if (another !== undefined || (given !== undefined && !isLength && !isChunked)) {
    throw new NoAnswer("EPROTO");
  }
  if (method === "HEAD" || status === 204 || status === 304) {
    return 0;
  }
  const otherwise = isChunked ? "chunked" : "untilEnd";
  return isLength ? Number(value) : otherwise;
}

function isFraming([name]: Field): boolean {
  return name === "content-length" || name === "transfer-encoding";
}

/** Says whether it stopped because enough was kept. */
function* readBody(input: Input, framing: Framing, keep: Keep): Steps<boolean> {
  if (framing === "untilEnd") {
    for (let part: Buffer | undefined = input.rest; part !== undefined; part = yield) {
      if (keep(part)) {
        return true;
      }
    }
    return false;
  }
  return yield* framing === "chunked" ? readChunks(input, keep) : readBytes(input, framing, keep);
}

function* readBytes(input: Input, count: number, keep: Keep): Steps<boolean> {
  for (let left = count; left > 0; ) {
    if (input.rest.length === 0) {
      yield* readMore(input);
    }
    const part = input.rest.subarray(0, left);
    input.rest = input.rest.subarray(part.length);
    left -= part.length;
    if (keep(part)) {
      return true;
    }
  }
  return false;
}

/** Trailers are checked and dropped. */
function* readChunks(input: Input, keep: Keep): Steps<boolean> {
  for (;;) {
    const [, size = ""] = match(chunkLine, yield* readLine(input, fieldBytesMax));
    const count = Number.parseInt(size, 16);
    if (count === 0) {
      if ((yield* readFields(input)).some(isFraming)) {
        throw new NoAnswer("EPROTO");
      }
      return false;
    }
    if (yield* readBytes(input, count, keep)) {
      return true;
    }
    yield* readLine(input, 0);
  }
}

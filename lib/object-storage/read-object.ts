import { createHash, type Hash } from "node:crypto";
import type { ReceivedResponse } from "../effects/transport.ts";
import { sha256Hex } from "../encoding/sha256.ts";
import { headerOf } from "../http/response.ts";
import {
  hashHeader,
  type ObjectName,
  objectBytesMax,
  type ResponseCheck,
  type StorageClient,
  type StorageFailure,
  type StorageResult,
  toFailure,
  tooLarge,
} from "./client.ts";

/** A larger object is read in parts of this size. */
export const partBytesMax = 512 * 1024;
/** Largest object that is accepted from a storage without range requests. */
const wholeBytesMax = 8 * partBytesMax;

/** The text of an object. */
export type ObjectContent = {
  /** Size of the whole object in bytes. */
  readonly size: number;
  /** Reads the text in pieces, from the start each time. The last item is a failure if the rest cannot be read. */
  readonly texts: () => AsyncIterable<StorageResult<string>>;
};

/** Receives the text of a large object in pieces, and returns the reason why the object is not accepted. */
export type TextCheck = (text: string) => StorageFailure | undefined;

/**
 * Reads an object. A large one is read to its end first, which proves that it is complete, is text and passes the check.
 */
export async function readObject(
  client: StorageClient,
  object: ObjectName,
  {
    size: sizeListed,
    check = () => undefined,
  }: { readonly size: number; readonly check?: TextCheck },
): Promise<StorageResult<ObjectContent>> {
  if (sizeListed > objectBytesMax) {
    return tooLarge;
  }
  if (sizeListed > partBytesMax) {
    return readLarge(client, object, { sizeListed, check });
  }
  const whole = await client(
    { method: "GET", ...object, responseBytesMax: partBytesMax, isBinary: true },
    isWholeOf(sizeListed),
  );
  if (whole.ok || whole.status !== tooLarge.status) {
    return toContent(whole);
  }
  // More than was listed is no content of ours, and many such objects at once would need too much memory.
  return Number.isNaN(sizeListed) ? readLarge(client, object, { sizeListed, check }) : otherContent;
}

function toContent(whole: StorageResult<ReceivedResponse>): StorageResult<ObjectContent> {
  if (!whole.ok) {
    return whole;
  }
  const { body } = whole.value;
  const text = decode(createDecoder(), body, false);
  if (text === undefined) {
    return noText;
  }
  const only = async function* (): AsyncGenerator<StorageResult<string>> {
    yield { ok: true, value: text };
  };
  return { ok: true, value: { size: body.length, texts: only } };
}

type Decoder = InstanceType<typeof TextDecoder>;

/** Creates a strict UTF-8 decoder, which drops a byte order mark. */
function createDecoder(): Decoder {
  return new TextDecoder("utf-8", { fatal: true });
}

function decode(decoder: Decoder, body: string, isPart: boolean): string | undefined {
  try {
    return decoder.decode(toBytes(body), { stream: isPart });
  } catch {
    return undefined;
  }
}

let scratch: Buffer | undefined;

/** Returns the bytes of a body, valid until the next call. The memory is allocated once. */
function toBytes(body: string): Buffer {
  scratch ??= Buffer.allocUnsafeSlow(partBytesMax);
  return body.length > scratch.length
    ? Buffer.from(body, "latin1")
    : scratch.subarray(0, scratch.write(body, "latin1"));
}

/**
 * Accepts content with the hash of its upload. Without a hash it accepts a storage's 200 of the listed size, because a
 * connection that closes early can look like the end of the content.
 */
function isWholeOf(sizeListed: number): ResponseCheck {
  return (response) => {
    const { status, body } = response;
    const hash = headerOf(response, hashHeader);
    return hash === undefined
      ? status === 200 && isFromStorage(response) && isOfSize(body.length, sizeListed)
      : hash === sha256Hex(toBytes(body));
  };
}

/** A listing may omit the size. */
function isOfSize(size: number, sizeListed: number): boolean {
  return Number.isNaN(sizeListed) || size === sizeListed;
}

function isFromStorage(response: ReceivedResponse): boolean {
  return (
    headerOf(response, "etag") !== undefined &&
    !headerOf(response, "content-type")?.includes("html")
  );
}

async function readLarge(
  client: StorageClient,
  object: ObjectName,
  { sizeListed, check }: { readonly sizeListed: number; readonly check: TextCheck },
): Promise<StorageResult<ObjectContent>> {
  const first = await readPart(client, object, { from: 0, sizeListed });
  if (!first.ok || first.value.status === 200) {
    return !first.ok && first.status === tooLarge.status ? withoutParts : toContent(first);
  }
  const size = sizeOf(first.value);
  if (size > objectBytesMax) {
    return tooLarge;
  }
  const expected = headerOf(first.value, hashHeader);
  if (expected === undefined && !isOfSize(size, sizeListed)) {
    return otherContent;
  }
  const whole = { size, etag: headerOf(first.value, "etag"), hash: createHash("sha256") };
  const failure = await checkAll(readTexts(client, object, whole), check);
  if (failure !== undefined) {
    return failure;
  }
  const texts = () => readTexts(client, object, { ...whole, hash: undefined });
  return [undefined, whole.hash.digest("hex")].includes(expected)
    ? { ok: true, value: { size, texts } }
    : otherContent;
}

/** Reads all texts. Returns the first failure of the reading or of the check. */
async function checkAll(
  texts: AsyncIterable<StorageResult<string>>,
  check: TextCheck,
): Promise<StorageFailure | undefined> {
  for await (const text of texts) {
    const failure = text.ok ? check(text.value) : text;
    if (failure !== undefined) {
      return failure;
    }
  }
  return undefined;
}

const noText = toFailure(415, "the object is no text in UTF-8");
const otherContent = toFailure(422, "the content is not what was put");
const changed = toFailure(412, "the object is another one by now");
const withoutParts = toFailure(416, "a large object comes in no parts");

type WholeObject = {
  readonly size: number;
  readonly etag: string | undefined;
  /** Receives all bytes. */
  readonly hash: Hash | undefined;
};

async function* readTexts(
  client: StorageClient,
  object: ObjectName,
  whole: WholeObject,
): AsyncGenerator<StorageResult<string>> {
  const decoder = createDecoder();
  for (let from = 0; from < whole.size; from += partBytesMax) {
    const part = await readPart(client, object, { from, sizeListed: whole.size });
    if (!part.ok || !isPartOf(part.value, whole, from)) {
      yield part.ok ? changed : part;
      return;
    }
    const { body } = part.value;
    whole.hash?.update(toBytes(body));
    const text = decode(decoder, body, from + partBytesMax < whole.size);
    if (text === undefined) {
      yield noText;
      return;
    }
    yield { ok: true, value: text };
  }
}

function isPartOf(part: ReceivedResponse, { size, etag }: WholeObject, from: number): boolean {
  const isSame = headerOf(part, "etag") === etag && sizeOf(part) === size;
  return isSame && part.body.length === Math.min(partBytesMax, size - from);
}

function readPart(
  client: StorageClient,
  object: ObjectName,
  { from, sizeListed }: { readonly from: number; readonly sizeListed: number },
): Promise<StorageResult<ReceivedResponse>> {
  const range = `bytes=${from}-${from + partBytesMax - 1}`;
  const isWhole = isWholeOf(sizeListed);
  return client(
    {
      ...{ method: "GET", ...object, responseBytesMax: wholeBytesMax, isBinary: true },
      headers: new Map([["range", range]]),
    },
    (response) => (response.status === 206 ? isPart(response, from) : isWhole(response)),
  );
}

function isPart(response: ReceivedResponse, from: number): boolean {
  return (
    isFromStorage(response) && contentRange(response)?.[1] === String(from) && sizeOf(response) > 0
  );
}

/** Parses `bytes 0-99/1234` (https://www.rfc-editor.org/rfc/rfc9110#section-14.4). */
function contentRange(response: ReceivedResponse): RegExpExecArray | null {
  return /^bytes (\d+)-\d+\/(\d+)$/.exec(headerOf(response, "content-range") ?? "");
}

function sizeOf(response: ReceivedResponse): number {
  return Number(contentRange(response)?.[2] ?? Number.NaN);
}

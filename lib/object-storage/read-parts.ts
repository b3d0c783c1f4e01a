import { createHash, type Hash } from "node:crypto";
import type { ReceivedResponse } from "../effects/transport.ts";
import { headerOf } from "../http/response.ts";
import {
  hashHeader,
  type ObjectName,
  objectBytesMax,
  type StorageClient,
  type StorageFailure,
  type StorageResult,
  toFailure,
  tooLarge,
} from "./client.ts";
import {
  createDecoder,
  decode,
  isFromStorage,
  isOfSize,
  isWholeOf,
  noText,
  type ObjectContent,
  otherContent,
  partBytesMax,
  type TextCheck,
  toBytes,
  toContent,
} from "./object-content.ts";

/** Largest object that is accepted from a storage without range requests. */
const wholeBytesMax = 8 * partBytesMax;

const changed = toFailure(412, "the object is another one by now");
const withoutParts = toFailure(416, "a large object comes in no parts");

/** Reads an object in parts, from its start to its end first. */
export async function readLarge(
  client: StorageClient,
  object: ObjectName,
  { sizeListed, check }: { readonly sizeListed: number; readonly check: TextCheck },
): Promise<StorageResult<ObjectContent>> {
  const first = await readPart(client, object, { from: 0, sizeListed });
  if (!first.ok || first.value.status === 200) {
    return !first.ok && first.status === tooLarge.status ? withoutParts : toContent(first, check);
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

import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { sha256Hex } from "../sha256.ts";
import {
  type Answer,
  type Ask,
  hashHeader,
  headerOf,
  type NotStored,
  type ObjectName,
  objectBytesMax,
  type Proof,
  type Stored,
  tooLarge,
} from "./request.ts";

/** An object that is not larger is read at once, a larger one in parts of this size. */
export const partBytesMax = 2 * 1024 * 1024;
/** A storage that does not know parts gives all of an object: that much is taken. */
const wholeBytesMax = 4 * partBytesMax;

/** The content of an object. */
export type ObjectContent = {
  /** Of everything. */
  readonly size: number;
  /** Its parts in order, once more each time; the last one is a failure where the rest cannot be read. */
  readonly parts: () => AsyncIterable<Stored<Buffer>>;
};

/** Reads an object of text, and a large one a first time to the end: then it is known to be whole, and text. */
export async function readObject(
  ask: Ask,
  object: ObjectName,
  sizeListed: number,
): Promise<Stored<ObjectContent>> {
  if (sizeListed > objectBytesMax) {
    return tooLarge;
  }
  const whole =
    sizeListed > partBytesMax
      ? tooLarge
      : await ask(
          { method: "GET", ...object, answerBytesMax: partBytesMax, isBinary: true },
          isWhole,
        );
  return !whole.ok && whole.status === tooLarge.status ? readLarge(ask, object) : toContent(whole);
}

function toContent(whole: Stored<Answer>): Stored<ObjectContent> {
  if (!whole.ok) {
    return whole;
  }
  const bytes = Buffer.from(whole.value.body, "latin1");
  if (!isUtf8(bytes)) {
    return noText;
  }
  const only = async function* (): AsyncGenerator<Stored<Buffer>> {
    yield { ok: true, value: bytes };
  };
  return { ok: true, value: { size: bytes.length, parts: only } };
}

/** Says whether it is what was put, or put there by somebody else and still no page. */
const isWhole: Proof = (answer) => {
  const hash = headerOf(answer, hashHeader);
  return hash === undefined
    ? isStorages(answer)
    : hash === sha256Hex(Buffer.from(answer.body, "latin1"));
};

function isStorages(answer: Answer): boolean {
  return (
    headerOf(answer, "etag") !== undefined && !headerOf(answer, "content-type")?.includes("html")
  );
}

async function readLarge(ask: Ask, object: ObjectName): Promise<Stored<ObjectContent>> {
  const first = await readPart(ask, object, 0);
  if (!first.ok || first.value.status === 200) {
    return !first.ok && first.status === tooLarge.status ? withoutParts : toContent(first);
  }
  const size = sizeOf(first.value);
  if (size > objectBytesMax) {
    return tooLarge;
  }
  const etag = headerOf(first.value, "etag");
  const content = { size, parts: () => readParts(ask, object, { size, etag }) };
  const failure = await check(content, headerOf(first.value, hashHeader));
  return failure ?? { ok: true, value: content };
}

/** Says what is wrong with a content: not to be read, other bytes than were put, or no text. */
async function check(
  { parts }: ObjectContent,
  hashExpected: string | undefined,
): Promise<NotStored | undefined> {
  const hash = createHash("sha256");
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const part of parts()) {
      if (!part.ok) {
        return part;
      }
      hash.update(part.value);
      decoder.decode(part.value, { stream: true });
    }
    decoder.decode();
  } catch {
    return noText;
  }
  return [undefined, hash.digest("hex")].includes(hashExpected) ? undefined : otherContent;
}

/** A status stands for an answer that no other try would change. */
function notStored(status: number, reason: string): NotStored {
  return { ok: false, status, reason: `object storage: ${reason}` };
}

const noText = notStored(415, "the object is no text in UTF-8");
const otherContent = notStored(422, "the content is not what was put");
const changed = notStored(412, "the object is another one by now");
const withoutParts = notStored(416, "a large object comes in no parts");

type Whole = { readonly size: number; readonly etag: string | undefined };

async function* readParts(
  ask: Ask,
  object: ObjectName,
  { size, etag }: Whole,
): AsyncGenerator<Stored<Buffer>> {
  for (let from = 0; from < size; from += partBytesMax) {
    const part = await readPart(ask, object, from);
    if (!part.ok) {
      yield part;
      return;
    }
    const bytes = Buffer.from(part.value.body, "latin1");
    const isSame = headerOf(part.value, "etag") === etag && sizeOf(part.value) === size;
    if (!isSame || bytes.length !== Math.min(partBytesMax, size - from)) {
      yield changed;
      return;
    }
    yield { ok: true, value: bytes };
  }
}

function readPart(ask: Ask, object: ObjectName, from: number): Promise<Stored<Answer>> {
  const range = `bytes=${from}-${from + partBytesMax - 1}`;
  return ask(
    {
      ...{ method: "GET", ...object, answerBytesMax: wholeBytesMax, isBinary: true },
      headers: new Map([["range", range]]),
    },
    (answer) => (answer.status === 206 ? isPart(answer, from) : isWhole(answer)),
  );
}

function isPart(answer: Answer, from: number): boolean {
  return isStorages(answer) && contentRange(answer)?.[1] === String(from) && sizeOf(answer) > 0;
}

/** `bytes 0-99/1234` (RFC 9110, section 14.4). */
function contentRange(answer: Answer): RegExpExecArray | null {
  return /^bytes (\d+)-\d+\/(\d+)$/.exec(headerOf(answer, "content-range") ?? "");
}

function sizeOf(answer: Answer): number {
  return Number(contentRange(answer)?.[2] ?? Number.NaN);
}

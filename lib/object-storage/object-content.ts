import type { ReceivedResponse } from "../effects/transport.ts";
import { sha256Hex } from "../encoding/sha256.ts";
import { headerOf } from "../http/response.ts";
import {
  hashHeader,
  type ResponseCheck,
  type StorageFailure,
  type StorageResult,
  toFailure,
} from "./client.ts";

/** A larger object is read in parts of this size. */
export const partBytesMax = 512 * 1024;

/** The text of an object. */
export type ObjectContent = {
  /** Size of the whole object in bytes. */
  readonly size: number;
  /** Reads the text in pieces, from the start each time. The last item is a failure if the rest cannot be read. */
  readonly texts: () => AsyncIterable<StorageResult<string>>;
};

/** Receives the text of an object in pieces, and returns the reason why the object is not accepted. */
export type TextCheck = (text: string) => StorageFailure | undefined;

export const noText = toFailure(415, "the object is no text in UTF-8");
export const otherContent = toFailure(422, "the content is not what was put");

/** Returns the content of a response that has all of it. */
export function toContent(
  whole: StorageResult<ReceivedResponse>,
  check: TextCheck,
): StorageResult<ObjectContent> {
  if (!whole.ok) {
    return whole;
  }
  const { body } = whole.value;
  const text = decode(createDecoder(), body, false);
  if (text === undefined) {
    return noText;
  }
  const failure = check(text);
  if (failure !== undefined) {
    return failure;
  }
  const only = async function* (): AsyncGenerator<StorageResult<string>> {
    yield { ok: true, value: text };
  };
  return { ok: true, value: { size: body.length, texts: only } };
}

type Decoder = InstanceType<typeof TextDecoder>;

/** Creates a strict UTF-8 decoder, which drops a byte order mark. */
export function createDecoder(): Decoder {
  return new TextDecoder("utf-8", { fatal: true });
}

export function decode(decoder: Decoder, body: string, isPart: boolean): string | undefined {
  try {
    return decoder.decode(toBytes(body), { stream: isPart });
  } catch {
    return undefined;
  }
}

let scratch: Buffer | undefined;

/** Returns the bytes of a body, valid until the next call. The memory is allocated once. */
export function toBytes(body: string): Buffer {
  scratch ??= Buffer.allocUnsafeSlow(partBytesMax);
  return body.length > scratch.length
    ? Buffer.from(body, "latin1")
    : scratch.subarray(0, scratch.write(body, "latin1"));
}

/**
 * Accepts content with the hash of its upload. Without a hash it accepts a storage's 200 of the listed size, because a
 * connection that closes early can look like the end of the content.
 */
export function isWholeOf(sizeListed: number): ResponseCheck {
  return (response) => {
    const { status, body } = response;
    const hash = headerOf(response, hashHeader);
    return hash === undefined
      ? status === 200 && isFromStorage(response) && isOfSize(body.length, sizeListed)
      : hash === sha256Hex(toBytes(body));
  };
}

/** A listing may omit the size. */
export function isOfSize(size: number, sizeListed: number): boolean {
  return Number.isNaN(sizeListed) || size === sizeListed;
}

export function isFromStorage(response: ReceivedResponse): boolean {
  return (
    headerOf(response, "etag") !== undefined &&
    !headerOf(response, "content-type")?.includes("html")
  );
}

import { InvalidInput } from "../control/checked-input.ts";

/**
 * The limit counts key and value, or the whole body. The limits page says 1 MB an item and not what
 * counts (https://guide.ncloud-docs.com/docs/datastream-spec, read 2026-11-30).
 */
export type CountedSize = "message" | "body";

export const itemBytesMax = 1024 * 1024;
/** JSON writes a byte as six characters at most. Names, topic and partition need some space too. */
const escapedBytesMax = 6;
const frameBytesMax = 64 * 1024;

/** Returns the size limit of a body. A body with a message of the allowed size is always within it. */
export function bodyBytesMax(counted: CountedSize): number {
  return counted === "body" ? itemBytesMax : itemBytesMax * escapedBytesMax + frameBytesMax;
}

/** Parses STANDIN_SIZE. The default is the body, because that is what a gateway would count. */
export function parseCountedSize(text: string | undefined): CountedSize {
  if (text === undefined || text === "" || text === "body") {
    return "body";
  }
  if (text === "message") {
    return "message";
  }
  throw new InvalidInput("STANDIN_SIZE must be message or body");
}

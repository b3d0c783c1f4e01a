import { InvalidInput } from "../control/checked-input.ts";

/** The page says 1 MB an item, and not what counts towards it: key and value, or the body as it is sent. */
export type CountedSize = "message" | "body";

export const itemBytesMax = 1024 * 1024;
/** JSON writes a byte as six characters at most; names, topic and partition take their part. */
const escapedBytesMax = 6;
const frameBytesMax = 64 * 1024;

/** The bound of a body that is read: whatever holds an item of the allowed size is within it. */
export function bodyBytesMax(counted: CountedSize): number {
  return counted === "body" ? itemBytesMax : itemBytesMax * escapedBytesMax + frameBytesMax;
}

/** The text of STANDIN_SIZE; a gateway would count the body. */
export function parseCountedSize(text: string | undefined): CountedSize {
  if (text === undefined || text === "" || text === "body") {
    return "body";
  }
  if (text === "message") {
    return "message";
  }
  throw new InvalidInput("STANDIN_SIZE must be message or body");
}

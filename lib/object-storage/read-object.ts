import {
  type ObjectName,
  objectBytesMax,
  type StorageClient,
  type StorageResult,
  tooLarge,
} from "./client.ts";
import {
  isWholeOf,
  type ObjectContent,
  otherContent,
  partBytesMax,
  type TextCheck,
  toContent,
} from "./object-content.ts";
import { readLarge } from "./read-parts.ts";

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
    return toContent(whole, check);
  }
  // More than was listed is no content of ours, and many such objects at once would need too much memory.
  return Number.isNaN(sizeListed) ? readLarge(client, object, { sizeListed, check }) : otherContent;
}

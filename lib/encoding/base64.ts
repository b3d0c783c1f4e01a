/** Characters of a group, and the bytes that they stand for. */
const groupChars = 4;
const groupBytes = 3;

/** Decodes strict base64: standard alphabet, padding, unused bits zero. Returns undefined for any other text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return isCanonical(text, bytes) ? bytes : undefined;
}

/**
 * Tells whether the bytes encode to the text. Node.js skips foreign characters, so a text with one gives too few bytes. It
 * decodes three kinds of text that are not skipped: of the alphabet for URLs, of characters outside ASCII, and with unused
 * bits in the last group.
 */
function isCanonical(text: string, bytes: Buffer): boolean {
  const groups = Math.ceil(bytes.length / groupBytes);
  const last = Math.max(0, groups - 1);
  return (
    text.length === groups * groupChars &&
    Buffer.byteLength(text) === text.length &&
    !text.includes("-") &&
    !text.includes("_") &&
    bytes.toString("base64", last * groupBytes) === text.slice(last * groupChars)
  );
}

/** Decodes strict base64 whose padding may be missing, also of the alphabet for URLs (RFC 4648 section 5). */
export function decodeUnpaddedBase64(text: string): Buffer | undefined {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  const base64Unit = 4;
  const length = Math.ceil(text.length / base64Unit) * base64Unit;
  return decodeBase64(text.includes("=") ? standard : standard.padEnd(length, "="));
}

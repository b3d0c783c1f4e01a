/** Decodes strict base64: standard alphabet, padding, unused bits zero. Returns undefined for any other text. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

/** Decodes strict base64 whose padding may be missing, also of the alphabet for URLs (RFC 4648 section 5). */
export function decodeUnpaddedBase64(text: string): Buffer | undefined {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  const base64Unit = 4;
  const length = Math.ceil(text.length / base64Unit) * base64Unit;
  return decodeBase64(text.includes("=") ? standard : standard.padEnd(length, "="));
}

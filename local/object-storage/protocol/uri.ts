import { S3Error } from "./s3-error.ts";

/**
 * Percent-encodes as Signature Version 4 requires: every byte but `A-Z a-z 0-9 - . _ ~` becomes `%XY`. The text
 * holds one byte a character (Latin-1), as Node reads a request line.
 */
export function uriEncode(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9\-._~]/g, (byte) => {
    const hex = byte.charCodeAt(0).toString(16).toUpperCase();
    return `%${hex.padStart(2, "0")}`;
  });
}

export function uriDecode(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) {
    throw new S3Error("InvalidURI");
  }
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Decodes a query. A plus sign is a blank, as in forms, and a real plus sign is sent as `%2B`. */
export function queryDecode(text: string): string {
  return uriDecode(text.replaceAll("+", "%20"));
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes bytes as UTF-8, which names of objects are in. */
export function decodeUtf8(bytes: string): string {
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw new S3Error("InvalidURI", "Names are UTF-8.");
  }
}

/**
 * Form-encodes a text and keeps its slashes, as S3 does for `encoding-type=url` and for object names in its events.
 */
export function formEncode(text: string): string {
  const bytes = Buffer.from(text).toString("latin1");
  return uriEncode(bytes).replaceAll("%2F", "/").replaceAll("%20", "+");
}

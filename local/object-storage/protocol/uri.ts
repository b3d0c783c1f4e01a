import { S3Error } from "./s3-error.ts";

/**
 * Percent-encoding as SigV4 has it: every byte but `A-Z a-z 0-9 - . _ ~` becomes `%XY`. Text stands for
 * bytes here, one character each (Latin-1), which is how Node reads a request line.
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

/** In a query a plus sign is a blank, as forms have it; a real one is sent as `%2B`. */
export function queryDecode(text: string): string {
  return uriDecode(text.replaceAll("+", "%20"));
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that decoded bytes stand for: names of objects are UTF-8. */
export function decodeUtf8(bytes: string): string {
  try {
    return utf8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw new S3Error("InvalidURI", "Names are UTF-8.");
  }
}

/** Form encoding that keeps slashes: of S3's `encoding-type=url`, and of object names in its events. */
export function formEncode(text: string): string {
  const bytes = Buffer.from(text).toString("latin1");
  return uriEncode(bytes).replaceAll("%2F", "/").replaceAll("%20", "+");
}

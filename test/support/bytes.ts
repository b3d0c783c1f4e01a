import fc from "fast-check";

/** Returns the bytes of a message's data, in whichever of its three forms they are. */
export function dataOf(value: string, isJson: boolean): Buffer {
  const event = JSON.parse(value) as { data?: unknown; data_base64?: string };
  if (event.data_base64 !== undefined) {
    return Buffer.from(event.data_base64, "base64");
  }
  if (!isJson) {
    return Buffer.from(typeof event.data === "string" ? event.data : "");
  }
  // The data is not parsed. Its text is between its name and the event's last brace.
  return Buffer.from(value.slice(value.indexOf(',"data":') + ',"data":'.length, -1));
}

/** Generates bodies that parsers, decoders and templates are likely to change. */
export const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 100 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc.base64String({ maxLength: 100 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc.constantFrom(
    new Uint8Array([0xef, 0xbb, 0xbf]),
    new Uint8Array([0]),
    new Uint8Array(Buffer.from("a\r\n\u2028b\u0000 ")),
    new Uint8Array(Buffer.from("YQ==\n")),
    new Uint8Array(Buffer.from("{body}{timestamp}$&$1")),
  ),
);

/**
 * Generates JSON text as senders write it, with blanks, number forms and escapes that a rewrite would lose.
 */
export const jsonBodies = fc
  .tuple(fc.json(), fc.constantFrom("", " ", "\n", "\t "), fc.constantFrom("1.0", "1e400", "-0"))
  .map(([json, blank, number]) => `${blank}{"a":${json}, "a" :${number},"\\u0062":1}${blank}`);

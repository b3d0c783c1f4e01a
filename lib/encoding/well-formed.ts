import { sha256Hex } from "./sha256.ts";

/**
 * Returns text that every client reads and hashes alike. Clients encode lone surrogates differently, and control
 * characters (C0, DEL, C1) break lines and terminals. Text with one of them is replaced by the SHA-256 of its JSON
 * form, so that different texts stay different.
 */
export function toWellFormed(text: string): string {
  // Names what is allowed: V8 would make the sets of `\p{Cc}` and `\p{Cs}` in each parse.
  const isForeign = /[^ -~\xa0-\ud7ff\ue000-\u{10ffff}]/u.test(text);
  return isForeign ? sha256Hex(JSON.stringify(text)) : text;
}

/** Limit of an id, type, key or subject. It is copied into every message of a delivery. */
const textCharsMax = 512;

/** Returns well-formed text, or the SHA-256 of a text that is too long. */
export function toBoundedText(text: string): string {
  const wellFormed = toWellFormed(text);
  return wellFormed.length > textCharsMax ? sha256Hex(wellFormed) : wellFormed;
}

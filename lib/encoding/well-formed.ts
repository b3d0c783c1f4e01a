import { sha256Hex } from "./sha256.ts";

/**
 * Text that every client reads and hashes alike. Half characters (lone surrogates) become `?` or U+FFFD
 * in some and not in others, and control characters (C0, DEL, C1) break lines and terminals: text with
 * one of them is replaced by the SHA-256 of its JSON form, which tells such texts apart.
 */
export function toWellFormed(text: string): string {
  return /[\p{Cc}\p{Cs}]/u.test(text) ? sha256Hex(JSON.stringify(text)) : text;
}

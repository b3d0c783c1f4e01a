import type { SignatureScheme } from "./signature-schemes.ts";

export type SignedTime = {
  /** The text of the header, which is signed as it is. */
  readonly text: string;
  readonly ms: number | undefined;
};

const millisecondsFrom = 1e11;

export function signedTimeOf(
  headers: Readonly<Record<string, string>>,
  { header, separator, timestampHeader, timestampPrefix }: SignatureScheme,
): SignedTime {
  const item = (headers[header] ?? "")
    .split(separator ?? /[,;]/)
    .find((one) => timestampPrefix !== undefined && one.trim().startsWith(timestampPrefix));
  const text = item?.trim().slice(timestampPrefix?.length) ?? headers[timestampHeader ?? ""] ?? "";
  return { text, ms: toMs(text) };
}

function toMs(text: string): number | undefined {
  if (/^\d{1,13}$/.test(text)) {
    return Number(text) < millisecondsFrom ? Number(text) * 1000 : Number(text);
  }
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Returns other texts of the time that a sender may have signed, with the mistake. */
export function otherTimes(text: string): readonly (readonly [string, string])[] {
  const inMs = "It signed the time in milliseconds and sent it in seconds.";
  const inSeconds = "It signed the time in seconds and sent it in milliseconds.";
  return [
    ...(/^\d{10}$/.test(text) ? [[`${text}000`, inMs] as const] : []),
    ...(/^\d{13}$/.test(text) ? [[text.slice(0, 10), inSeconds] as const] : []),
  ];
}

export type AgeLimits = { readonly nowMs: number; readonly toleranceSeconds: number };

/** Says how far a signed time is outside what the source takes; undefined if it is within. */
export function findAgeProblem(
  ms: number | undefined,
  { nowMs, toleranceSeconds }: AgeLimits,
): string | undefined {
  const age = ms === undefined ? 0 : Math.floor(nowMs / 1000) - Math.floor(ms / 1000);
  if (Math.abs(age) <= toleranceSeconds) {
    return undefined;
  }
  const distance = `${Math.abs(age)} s ${age > 0 ? "old" : "in the future"}`;
  return `The signed time is ${distance}, and the source takes ${toleranceSeconds} s.`;
}

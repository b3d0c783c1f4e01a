import type { Diagnosis } from "./diagnose-signature.ts";

export type RequestLine = { readonly method: string; readonly target: string };

const timestampFix =
  "Send and sign milliseconds since 1970: 13 digits, as Date.now() gives them, the same text in both places.";

/** Maps the number of digits to the unit of a present-day timestamp, for units other than milliseconds. */
const unitsByDigits: ReadonlyMap<number, string> = new Map([
  [10, "seconds"],
  [16, "microseconds"],
  [19, "nanoseconds"],
]);

/**
 * Diagnoses a timestamp. The text of the header is not repeated: it may be a secret that was put there by mistake.
 */
export function diagnoseTimestamp(request: RequestLine, timestamp: string): Diagnosis {
  return {
    expectedStringToSign: `${request.method} ${request.target}\n{epoch milliseconds}\n{access key}`,
    likelyMistake: timestampMistake(timestamp),
    fix: timestampFix,
  };
}

function timestampMistake(timestamp: string): string {
  const unit = /^\d+$/.test(timestamp) ? unitsByDigits.get(timestamp.length) : undefined;
  if (unit !== undefined) {
    return `The timestamp is in ${unit} instead of milliseconds.`;
  }
  if (/^\d{10}\.\d+$/.test(timestamp)) {
    return "The timestamp is in seconds with a fraction instead of milliseconds.";
  }
  return /^\d{4}-\d{2}-\d{2}/.test(timestamp)
    ? "The timestamp is a date in words instead of epoch milliseconds."
    : "The timestamp is not in epoch milliseconds.";
}

/** Diagnoses an access key. It is not repeated either: a secret key may stand in its place. */
export function diagnoseAccessKey(request: RequestLine, isSecret: boolean): Diagnosis {
  const expectedStringToSign = `${request.method} ${request.target}\n{timestamp}\n{access key}`;
  return isSecret
    ? {
        expectedStringToSign,
        likelyMistake: "The secret key and the access key are swapped.",
        fix: "Put the access key into x-ncp-iam-access-key and key the HMAC with the secret key.",
      }
    : {
        expectedStringToSign,
        likelyMistake: "The access key is not one that the emulator knows.",
        fix: "Use an access key that the emulator was started with.",
      };
}

/** Diagnoses a clock. `aheadMs` says how far the timestamp is ahead of the emulator's clock. */
export function diagnoseClock(expectedStringToSign: string, aheadMs: number): Diagnosis {
  const distance = inWords(Math.abs(aheadMs));
  return {
    expectedStringToSign,
    likelyMistake:
      aheadMs > 0
        ? `The caller's clock is ${distance} ahead of the emulator's.`
        : `The caller's clock is ${distance} behind the emulator's, or the request was signed that long ago.`,
    fix: "Set the clock, or correct it by the Date header of this response, and sign anew for every attempt.",
  };
}

function inWords(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const used = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return used.join(" ");
}

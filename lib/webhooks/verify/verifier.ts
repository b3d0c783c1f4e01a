import type { Headers } from "../../model/call.ts";

/** One delivery as its sender may have signed it. */
export type SignedRequest = {
  /** Absent: POST. The body of a GET is its query. */
  readonly method?: string;
  readonly headers: Headers;
  /** The raw bytes, before anything parsed them. */
  readonly body: Uint8Array;
};

export type Verification =
  | {
      readonly ok: true;
      /** Position of the secret that matched, from 0; tells how far a rotation has come. */
      readonly secretIndex: number | undefined;
      /** The signed time in epoch milliseconds, if the scheme has one. */
      readonly timestampMs?: number;
    }
  /** `reason` is for the log; the sender is never told which check failed. */
  | { readonly ok: false; readonly reason: string };

/** What a sender proves: that it made the body, that it made the whole request, or nothing. */
export type Coverage = "body" | "request" | "nothing";

export type Verifier = {
  readonly covers: Coverage;
  /** The headers that hold the proof. */
  readonly proofHeaders?: readonly string[];
  /** The header that a signature covers beside the body: there an id cannot be forged. */
  readonly signedHeader?: string | undefined;
  /** Whether a delivery carries a signed time, so that an old one can be told. */
  readonly signsTime?: boolean;
  /** What a secret has to be, where the scheme fixes it. */
  readonly secretForm?: { readonly fits: (secret: string) => boolean; readonly text: string };
  /** Total: whatever the bytes and headers, it gives a verdict and never throws. */
  readonly verify: (delivery: SignedRequest, secrets: readonly string[]) => Verification;
};

/** Whether a proof was found, which no secret made. */
export function isMismatch(reason: string): boolean {
  return reason.startsWith(madeWith);
}

export function notVerified(reason: string): Verification {
  return { ok: false, reason };
}

type VerificationOptions = { readonly timestampMs?: number | undefined; readonly orElse?: string };

const madeWith = "the proof was made with ";

/** The verdict of a scheme that tries one secret after the other. `orElse`: another cause of a mismatch. */
export function toVerification(
  secretIndex: number,
  count: number,
  { timestampMs, orElse = ", or the body was changed on the way" }: VerificationOptions = {},
): Verification {
  if (secretIndex === -1) {
    const secrets = count === 1 ? "another secret" : `none of the ${count} secrets`;
    return notVerified(madeWith + secrets + orElse);
  }
  return timestampMs === undefined
    ? { ok: true, secretIndex }
    : { ok: true, secretIndex, timestampMs };
}

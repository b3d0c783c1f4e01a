import type { Headers } from "../../model/call.ts";

/** The parts of a delivery that its sender may have signed. */
export type SignedRequest = {
  /** Absent: POST. The body of a GET is its query. */
  readonly method?: string;
  /** Undecoded, without the question mark. */
  readonly query?: string;
  readonly headers: Headers;
  /** The raw, unparsed bytes. */
  readonly body: Uint8Array;
};

export type Verification =
  | {
      readonly ok: true;
      /** Position of the secret that matched, from 0. It shows the progress of a rotation. */
      readonly secretIndex: number | undefined;
      /** The signed time in epoch milliseconds, if the scheme has one. */
      readonly timestampMs?: number | undefined;
    }
  /** `reason` is for the log only. The sender does not learn which check failed. */
  | { readonly ok: false; readonly reason: string };

/** The part of a request that a verification authenticates. */
export type Coverage = "body" | "request" | "nothing";

export type Verifier = {
  readonly covers: Coverage;
  /** The headers with the signature or credentials. */
  readonly proofHeaders?: readonly string[];
  /** The header that the signature covers beside the body, in which an id cannot be forged. */
  readonly signedHeader?: string | undefined;
  /** True if a delivery carries a signed time, by which a replay is recognized. */
  readonly signsTime?: boolean;
  /** Required form of a secret, if the scheme has one. */
  readonly secretForm?:
    | { readonly fits: (secret: string) => boolean; readonly text: string }
    | undefined;
  /** Verifies a request. It never throws, whatever the bytes and headers. */
  readonly verify: (delivery: SignedRequest, secrets: readonly string[]) => Verification;
};

/** Tells whether a well-formed signature was found that no secret made. */
export function isMismatch(reason: string): boolean {
  return reason.startsWith(madeWith);
}

export function notVerified(reason: string): Verification {
  return { ok: false, reason };
}

export function headerMissing(name: string): Verification {
  return notVerified(`the header ${name} is missing`);
}

type VerificationOptions = { readonly timestampMs?: number | undefined; readonly orElse?: string };

const madeWith = "the proof was made with ";

/** Makes the verification by the secret at a position, or by none (-1). `orElse` names another cause of a mismatch. */
export function toVerification(
  secretIndex: number,
  { length }: readonly string[],
  { timestampMs, orElse = ", or the body was changed on the way" }: VerificationOptions = {},
): Verification {
  if (secretIndex === -1) {
    const maker = length === 1 ? "another secret" : `none of the ${length} secrets`;
    return notVerified(madeWith + maker + orElse);
  }
  return timestampMs === undefined
    ? { ok: true, secretIndex }
    : { ok: true, secretIndex, timestampMs };
}

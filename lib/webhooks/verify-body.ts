import type { HttpEvent } from "../event.ts";
import type { RefusalCode } from "../outcome.ts";
import { type BodyEncoding, isJsonType, likeliest, readingsOf } from "./body.ts";
import type { Source } from "./source.ts";
import type { Verification } from "./verifier.ts";

export type VerifiedBody = Extract<Verification, { ok: true }> & { readonly body: Uint8Array };
export type Unverified = {
  readonly ok: false;
  readonly code: RefusalCode;
  readonly reason: string;
};

/**
 * The bytes of a delivery that its sender vouches for. Their size is looked at first, and nothing is
 * parsed before they are verified.
 */
export function verifyBody(
  { headers, body }: HttpEvent,
  source: Source,
  encoding: BodyEncoding,
): VerifiedBody | Unverified {
  const contentType = headers.get("content-type") ?? "";
  const readings = readingsOf(body, contentType, encoding);
  const [first] = readings;
  if (first === undefined) {
    const reason = "the body is not text, or not the base64 it has to be";
    return { ok: false, code: "BODY_NOT_BASE64", reason };
  }
  const fitting = readings.filter((bytes) => fits(bytes, source));
  if (fitting.length === 0) {
    return tooLarge(source);
  }
  const verified = verifyFirst(fitting, headers, source);
  if (!verified.ok) {
    // No reading that fits is signed: the delivery may well be the one that is too large.
    return fits(first, source) ? unauthenticated(source, verified.reason) : tooLarge(source);
  }
  if (source.verifier.covers === "body") {
    return verified;
  }
  // Credentials tell nothing of the body: it is what its type makes likely.
  const [likely = first] = likeliest(readings, isJsonType(contentType));
  return fits(likely, source) ? { ...verified, body: likely } : tooLarge(source);
}

function fits(bytes: Uint8Array, { bodyBytesMax }: Source): boolean {
  return bytes.length <= bodyBytesMax;
}

function tooLarge({ bodyBytesMax }: Source): Unverified {
  return { ok: false, code: "BODY_TOO_LARGE", reason: `the body is over ${bodyBytesMax} bytes` };
}

function unauthenticated({ name }: Source, why: string): Unverified {
  return { ok: false, code: "UNAUTHENTICATED", reason: `source ${name}: ${why}` };
}

/** The first reading that the sender's proof fits. */
function verifyFirst(
  readings: readonly Uint8Array[],
  headers: HttpEvent["headers"],
  { verifier, secrets }: Source,
): VerifiedBody | Extract<Verification, { ok: false }> {
  let reason = "no body";
  for (const body of readings) {
    const verification = verifier.verify({ headers, body }, secrets);
    if (verification.ok) {
      return { ...verification, body };
    }
    reason = verification.reason;
  }
  return { ok: false, reason };
}

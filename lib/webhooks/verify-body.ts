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
  const readings = () => readingsOf(body, contentType, encoding);
  let firstRefusal: Unverified | undefined;
  for (const bytes of readings()) {
    const verified = verifyReading(bytes, headers, source);
    if (verified.ok) {
      return source.verifier.covers === "body"
        ? verified
        : withLikeliestBody(verified, { source, readings: [...readings()], contentType });
    }
    firstRefusal ??= verified;
  }
  return firstRefusal ?? notBase64;
}

type Read = {
  readonly source: Source;
  readonly readings: readonly Uint8Array[];
  readonly contentType: string;
};

/** Credentials tell nothing of the body: it is what its type makes likely. */
function withLikeliestBody(
  verified: VerifiedBody,
  { source, readings, contentType }: Read,
): VerifiedBody | Unverified {
  const [body = verified.body] = likeliest(readings, isJsonType(contentType));
  return fits(body, source) ? { ...verified, body } : tooLarge(source);
}

const notBase64: Unverified = {
  ok: false,
  code: "BODY_NOT_BASE64",
  reason: "the body is not text, or not the base64 it has to be",
};

function verifyReading(
  body: Uint8Array,
  headers: HttpEvent["headers"],
  source: Source,
): VerifiedBody | Unverified {
  if (!fits(body, source)) {
    return tooLarge(source);
  }
  const verification = source.verifier.verify({ headers, body }, source.secrets);
  return verification.ok
    ? { body, ...verification }
    : {
        ok: false,
        code: "UNAUTHENTICATED",
        reason: `source ${source.name}: ${verification.reason}`,
      };
}

function fits(bytes: Uint8Array, { bodyBytesMax }: Source): boolean {
  return bytes.length <= bodyBytesMax;
}

function tooLarge({ bodyBytesMax }: Source): Unverified {
  return { ok: false, code: "BODY_TOO_LARGE", reason: `the body is over ${bodyBytesMax} bytes` };
}

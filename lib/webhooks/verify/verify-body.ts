import { codingsOf, decodeContent } from "../../encoding/content-coding.ts";
import type { HttpEvent } from "../../model/call.ts";
import { type Refusal, refusal } from "../../model/result.ts";
import type { Source } from "../sources/source.ts";
import { type BodyEncoding, formOf, likeliest, readingsOf, signedReadingsOf } from "./body.ts";
import type { Verification } from "./verifier.ts";

type Verified = Extract<Verification, { ok: true }>;

export type VerifiedBody = Omit<Verified, "ok"> & {
  /** The body without its content codings. */
  readonly body: Uint8Array;
  /** The bytes that the signature covers, which are the same in every replay. */
  readonly provenBytes: Uint8Array;
};

/**
 * Verifies a delivery and returns its body, or refuses it. It checks the size first and parses nothing before the body is verified.
 */
export function verifyBody(
  event: HttpEvent,
  source: Source,
  encoding: BodyEncoding,
): VerifiedBody | Refusal {
  const contentType = event.headers.get("content-type") ?? "";
  const codings = codingsOf(event.headers.get("content-encoding"));
  // A body with a content coding is binary, whatever its type.
  const sentType = codings.length > 0 ? "" : contentType;
  const isSigned = source.verifier.covers === "body";
  const readings = () => (isSigned ? signedReadingsOf : readingsOf)(event.body, sentType, encoding);
  const decode = (bytes: Uint8Array) => decodeContent(bytes, codings, source.bodyBytesMax);
  let firstRefusal: Refusal | undefined;
  for (const bytes of readings()) {
    const verified = verifyReading(bytes, event, { source, decode });
    if (!("kind" in verified)) {
      return isSigned
        ? verified
        : withLikeliestBody(verified, { source, readings: [...readings()], contentType, decode });
    }
    firstRefusal ??= verified;
  }
  return event.body.kind === "malformed" ? notBase64 : (firstRefusal ?? notBase64);
}

type Decode = (bytes: Uint8Array) => ReturnType<typeof decodeContent>;

type LikelyBodyInput = {
  readonly source: Source;
  readonly readings: readonly Uint8Array[];
  readonly contentType: string;
  readonly decode: Decode;
};

/** Picks the reading that the headers suggest, because credentials do not authenticate the body. */
function withLikeliestBody(
  verified: VerifiedBody,
  { source, readings, contentType, decode }: LikelyBodyInput,
): VerifiedBody | Refusal {
  const decoded = readings.map(decode).filter((bytes) => bytes !== undefined);
  if (decoded.includes("tooLarge")) {
    return tooLarge(source);
  }
  const known = decoded.filter((bytes) => typeof bytes === "object");
  const hasForm = formOf(contentType, source.bodyType === "json");
  const [body = verified.body] = likeliest(known.length > 0 ? known : readings, hasForm);
  return fits(body, source) ? { ...verified, body, provenBytes: body } : tooLarge(source);
}

const notBase64 = refusal(
  "BODY_NOT_BASE64",
  "the body is not text, or not the base64 it has to be",
);

type ReadingContext = { readonly source: Source; readonly decode: Decode };

/** Verifies both the encoded and the decoded body, because senders sign one or the other. */
function verifyReading(
  received: Uint8Array,
  { method, query, headers }: HttpEvent,
  { source, decode }: ReadingContext,
): VerifiedBody | Refusal {
  if (!fits(received, source)) {
    return tooLarge(source);
  }
  const verify = (body: Uint8Array) =>
    source.verifier.verify({ method, query, headers, body }, source.secrets);
  const verification = verify(received);
  const decoded = decode(received);
  if (decoded === "tooLarge") {
    return tooLarge(source);
  }
  const body = decoded ?? received;
  if (verification.ok) {
    return toVerifiedBody(body, received, verification);
  }
  const second = body === received ? verification : verify(body);
  return second.ok
    ? toVerifiedBody(body, body, second)
    : refusal("UNAUTHENTICATED", `source ${source.name}: ${verification.reason}`);
}

/** Names the fields: a spread in its place takes longer than all of them in every event. */
function toVerifiedBody(
  body: Uint8Array,
  provenBytes: Uint8Array,
  { secretIndex, timestampMs }: Verified,
): VerifiedBody {
  return { body, provenBytes, secretIndex, timestampMs };
}

function fits(bytes: Uint8Array, { bodyBytesMax }: Source): boolean {
  return bytes.length <= bodyBytesMax;
}

function tooLarge({ bodyBytesMax }: Source): Refusal {
  return refusal("BODY_TOO_LARGE", `the body is over ${bodyBytesMax} bytes (bodyBytesMax)`);
}

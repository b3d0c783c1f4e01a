import { createHmac, timingSafeEqual } from "node:crypto";

export const hmacAlgorithms = ["sha1", "sha256", "sha512"] as const;
export type HmacAlgorithm = (typeof hmacAlgorithms)[number];

export const signatureEncodings = ["hex", "base64", "base64url"] as const;
export type SignatureEncoding = (typeof signatureEncodings)[number];

/** A signature algorithm. */
export type Signing = {
  /** Length of its signatures, or the least and the greatest. */
  readonly bytes: readonly [number, number?];
  /** Tells whether `secret` made a signature over the joined parts. */
  readonly signedBy: (
    secret: string,
    parts: readonly Uint8Array[],
  ) => (signature: Uint8Array) => boolean;
};

const digestBytes: Readonly<Record<HmacAlgorithm, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** HMAC (https://www.rfc-editor.org/rfc/rfc2104). `keyOf` makes the key of a secret; undefined matches nothing. */
export function hmac(
  algorithm: HmacAlgorithm,
  keyOf: (secret: string) => string | Uint8Array | undefined = (secret) => secret,
): Signing {
  return {
    bytes: [digestBytes[algorithm]],
    signedBy: (secret, parts) => {
      const key = keyOf(secret);
      if (key === undefined) {
        return () => false;
      }
      const mac = createHmac(algorithm, key);
      for (const part of parts) {
        mac.update(part);
      }
      // Node.js takes longer for bytes, whose memory it does not share with other buffers.
      const digest = Buffer.from(mac.digest("binary"), "binary");
      return (signature) => timingSafeEqual(digest, signature);
    },
  };
}

/** Decodes hex; undefined for any other text. */
export function decodeHex(text: string): Buffer | undefined {
  return /^([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, "hex") : undefined;
}

/**
 * Decodes a signature; undefined if the text is not the canonical form of that many bytes. The padding of base64url is
 * optional (https://www.rfc-editor.org/rfc/rfc4648#section-5).
 */
export function decodeSignature(
  text: string,
  encoding: SignatureEncoding,
  { 0: min, 1: max = min }: Signing["bytes"],
): Uint8Array | undefined {
  const signature = Buffer.from(text, encoding);
  // Buffer.from stops at the first foreign character. Encoding the result again shows whether it did.
  const isCanonical = signature.toString(encoding) === toCanonical(text, encoding);
  return isCanonical && signature.length >= min && signature.length <= max ? signature : undefined;
}

function toCanonical(text: string, encoding: SignatureEncoding): string {
  switch (encoding) {
    case "hex":
      return text.toLowerCase();
    case "base64":
      return text;
    case "base64url":
      return text.replace(/={1,2}$/, "");
  }
}

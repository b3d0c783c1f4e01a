import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";

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
      const digest = mac.digest();
      return (signature) => timingSafeEqual(digest, signature);
    },
  };
}

export const ed25519KeyBytes = 32;

/** Ed25519 (https://www.rfc-editor.org/rfc/rfc8032). `keyOf` decodes the 32 bytes of the public key. */
export function ed25519(keyOf: (secret: string) => Uint8Array | undefined): Signing {
  return {
    bytes: [64],
    signedBy: (secret, parts) => {
      const key = keyOf(secret);
      if (key?.length !== ed25519KeyBytes) {
        return () => false;
      }
      const publicKey = toPublicKey(key);
      const signed = Buffer.concat(parts);
      return (signature) => verify(null, signed, publicKey, signature);
    },
  };
}

function toPublicKey(bytes: Uint8Array): KeyObject {
  const x = Buffer.from(bytes).toString("base64url");
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

/**
 * Decodes a signature; undefined if the text is not the canonical form of that many bytes. The padding of base64url is
 * optional (https://www.rfc-editor.org/rfc/rfc4648#section-5).
 */
export function decodeSignature(
  text: string,
  encoding: SignatureEncoding,
  [min, max = min]: Signing["bytes"],
): Uint8Array | undefined {
  const signature = Buffer.from(text, encoding);
  const given = { hex: text.toLowerCase(), base64: text, base64url: text.replace(/={1,2}$/, "") };
  // Buffer.from stops at the first foreign character. Encoding the result again shows whether it did.
  const isCanonical = signature.toString(encoding) === given[encoding];
  return isCanonical && signature.length >= min && signature.length <= max ? signature : undefined;
}

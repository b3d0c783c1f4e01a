import { createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";

export const hmacAlgorithms = ["sha1", "sha256", "sha512"] as const;
export type HmacAlgorithm = (typeof hmacAlgorithms)[number];

export const signatureEncodings = ["hex", "base64"] as const;
export type SignatureEncoding = (typeof signatureEncodings)[number];

/** One way to sign: how long its signatures are, and which of them a secret made. */
export type Signing = {
  readonly signatureBytes: number;
  /** Tells of a signature whether `secret` made it over the parts, read as one text. */
  readonly signedBy: (
    secret: string,
    parts: readonly Uint8Array[],
  ) => (signature: Uint8Array) => boolean;
};

const digestBytes: Readonly<Record<HmacAlgorithm, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** HMAC (RFC 2104). `keyOf` makes the key of a secret; a secret without one signs nothing. */
export function hmac(
  algorithm: HmacAlgorithm,
  keyOf: (secret: string) => string | Uint8Array | undefined = (secret) => secret,
): Signing {
  return {
    signatureBytes: digestBytes[algorithm],
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

/** Ed25519 (RFC 8032). `keyOf` gives the 32 bytes of the public key that stands as the secret. */
export function ed25519(keyOf: (secret: string) => Uint8Array | undefined): Signing {
  return {
    signatureBytes: 64,
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

/** The bytes of a signature, or undefined when the text is no canonical form of as many bytes. */
export function decodeSignature(
  text: string,
  encoding: SignatureEncoding,
  bytes: number,
): Uint8Array | undefined {
  const signature = Buffer.from(text, encoding);
  // Buffer.from stops at the first foreign character: encoding it again shows whether it did.
  const canonical = signature.toString(encoding);
  const given = encoding === "hex" ? text.toLowerCase() : text;
  return signature.length === bytes && canonical === given ? signature : undefined;
}

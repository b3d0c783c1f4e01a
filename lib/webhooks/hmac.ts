import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export const hmacAlgorithms = ["sha1", "sha256", "sha512"] as const;
export type HmacAlgorithm = (typeof hmacAlgorithms)[number];

export const hmacEncodings = ["hex", "base64"] as const;
export type HmacEncoding = (typeof hmacEncodings)[number];

const digestBytes: Readonly<Record<HmacAlgorithm, number>> = { sha1: 20, sha256: 32, sha512: 64 };

export type HmacScheme = { readonly algorithm: HmacAlgorithm; readonly encoding: HmacEncoding };

/** The bytes of a digest in the scheme's encoding, or undefined when the text is not one. */
export function decodeDigest(text: string, scheme: HmacScheme): Buffer | undefined {
  const digest = Buffer.from(text, scheme.encoding);
  // Buffer.from stops at the first foreign character: encoding it again shows whether it did.
  const canonical = digest.toString(scheme.encoding);
  const given = scheme.encoding === "hex" ? text.toLowerCase() : text;
  return digest.length === digestBytes[scheme.algorithm] && canonical === given
    ? digest
    : undefined;
}

/** Position of the secret under which `digest` is the HMAC of `signed`, or undefined. */
export function findSecret(
  digest: Buffer,
  { signed, algorithm }: { readonly signed: Uint8Array; readonly algorithm: HmacAlgorithm },
  secrets: readonly string[],
): number | undefined {
  const index = secrets.findIndex((secret) =>
    timingSafeEqual(createHmac(algorithm, secret).update(signed).digest(), digest),
  );
  return index === -1 ? undefined : index;
}

/** Position of the secret that equals `given`. Hashing first hides their lengths too. */
export function findEqual(given: string, secrets: readonly string[]): number | undefined {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  const givenHash = hash(given);
  const index = secrets.findIndex((secret) => timingSafeEqual(hash(secret), givenHash));
  return index === -1 ? undefined : index;
}

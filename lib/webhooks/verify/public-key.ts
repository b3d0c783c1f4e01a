import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import { decodeUnpaddedBase64 } from "../../encoding/base64.ts";
import { decodeHex, type Signing } from "./signature.ts";

export const publicKeyAlgorithms = ["ed25519", "ecdsa-sha256", "rsa-sha256"] as const;

type PublicKey = {
  readonly signing: Signing;
  /** Parses a secret; undefined if it is no public key for the algorithm. */
  readonly keyOf: (secret: string) => KeyObject | undefined;
};

/** The type of a key, and the length of its signatures. */
type KeyForm = Pick<Signing, "bytes"> & { readonly keyType: string };

/** Makes the verification of an algorithm whose secrets are public keys. */
export function publicKey(algorithm: (typeof publicKeyAlgorithms)[number]): PublicKey {
  // The curve P-256 in DER has two numbers of 1 to 33 bytes.
  const keyForms: Readonly<Record<typeof algorithm, KeyForm>> = {
    ed25519: { keyType: "ed25519", bytes: [64] },
    "ecdsa-sha256": { keyType: "ecprime256v1", bytes: [8, 72] },
    "rsa-sha256": { keyType: "rsa", bytes: [128, 1_024] },
  };
  const { keyType, bytes } = keyForms[algorithm];
  // One entry for each secret of the source: to parse a key takes longer than to verify with it.
  const keys = new Map<string, KeyObject | undefined>();
  const keyOf = (secret: string) => {
    const key = keys.get(secret) ?? parseKey(secret, keyType);
    keys.set(secret, key);
    return key;
  };
  const digest = keyType === algorithm ? null : "sha256";
  const signedBy: Signing["signedBy"] = (secret, parts) => {
    const key = keyOf(secret);
    const signed = Buffer.concat(parts);
    return (signature) =>
      key !== undefined &&
      forms.some((form) => verify(digest, signed, { key, ...form }, signature));
  };
  return { keyOf, signing: { bytes, signedBy } };
}

/** Both forms of ECDSA and both of RSA, because senders seldom say which. Ed25519 has one form and ignores these. */
const forms = [
  { dsaEncoding: "der", padding: constants.RSA_PKCS1_PADDING },
  { dsaEncoding: "ieee-p1363", padding: constants.RSA_PKCS1_PSS_PADDING },
] as const;

/** The DER of an Ed25519 key before its 32 bytes (https://www.rfc-editor.org/rfc/rfc8410#section-4). */
const ed25519Der = "302a300506032b6570032100";
const ed25519HexDigits = 64;
/** Shorter keys are unsafe, and longer ones are in no use. */
const rsaBitsMin = 1_024;
const rsaBitsMax = 8_192;

/**
 * Parses a public key: PEM, whose line breaks an environment variable may hold as `\n` or as blanks, or the base64 or hex
 * of its DER or of the 32 bytes of an Ed25519 key. Returns undefined for anything else, a private key included.
 */
function parseKey(secret: string, keyType: string): KeyObject | undefined {
  const text = secret.replace(
    /^-+BEGIN (RSA )?PUBLIC KEY-+|-+END (RSA )?PUBLIC KEY-+[\\rn\s]*$|^(v1a,)?whpk_|\\+[rn]|\s/g,
    "",
  );
  const hex = (decodeHex(text) ?? decodeUnpaddedBase64(text))?.toString("hex") ?? "";
  const der = hex.length === ed25519HexDigits ? ed25519Der + hex : hex;
  try {
    const key = createPublicKey({
      key: Buffer.from(der, "hex"),
      format: "der",
      type: secret.includes("RSA P") ? "pkcs1" : "spki",
    });
    const { namedCurve = "", modulusLength = rsaBitsMin } = key.asymmetricKeyDetails ?? {};
    const isOutside = modulusLength < rsaBitsMin || modulusLength > rsaBitsMax;
    return !isOutside && key.asymmetricKeyType + namedCurve === keyType ? key : undefined;
  } catch {
    return undefined;
  }
}

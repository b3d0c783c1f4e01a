import { createPrivateKey, createPublicKey, sign } from "node:crypto";

const seedBytes = 32;
/**
 * The PKCS #8 prefix before the 32 bytes of an Ed25519 private key:
 * https://www.rfc-editor.org/rfc/rfc8410#section-7.
 */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

export type Ed25519KeyPair = {
  readonly publicKeyHex: string;
  /**
   * The public key in the form of Standard Webhooks:
   * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (read 2026-11-30).
   */
  readonly publicKeyStandard: string;
  readonly sign: (content: Uint8Array) => Buffer;
};

/** Derives the key pair from 32 bytes of text, such as STANDIN_SIGNING_KEY. Returns undefined for another length. */
export function ed25519KeyPairOf(seed: string): Ed25519KeyPair | undefined {
  const bytes = Buffer.from(seed);
  if (bytes.length !== seedBytes) {
    return undefined;
  }
  const key = Buffer.concat([pkcs8Prefix, bytes]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const publicKey = spki.subarray(-seedBytes);
  return {
    publicKeyHex: publicKey.toString("hex"),
    publicKeyStandard: `whpk_${publicKey.toString("base64")}`,
    sign: (content) => sign(null, content, privateKey),
  };
}

import { createPrivateKey, createPublicKey, sign } from "node:crypto";

const seedBytes = 32;
/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");

export type Ed25519KeyPair = {
  readonly publicKeyHex: string;
  /** As Standard Webhooks 1.0 writes a public key. */
  readonly publicKeyStandard: string;
  readonly sign: (text: string) => Buffer;
};

/** The pair that grows out of 32 bytes of text, such as STANDIN_SIGNING_KEY's; nothing for another length. */
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
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

import { createSecretKey, type KeyObject } from "node:crypto";

/** A Sub Account's key pair. The secret key is a KeyObject, which prints nothing of its value. */
export type KeyPair = {
  readonly accessKey: string;
  readonly secretKey: KeyObject;
};

export function createKeyPair(accessKey: string, secretKey: string): KeyPair {
  return { accessKey, secretKey: createSecretKey(secretKey, "utf8") };
}

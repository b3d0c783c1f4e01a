import { createSecretKey, type KeyObject } from "node:crypto";

/** A Sub Account's key pair. The secret half is an object that prints as nothing. */
export type KeyPair = {
  readonly accessKey: string;
  readonly secretKey: KeyObject;
};

export function createKeyPair(accessKey: string, secretKey: string): KeyPair {
  return { accessKey, secretKey: createSecretKey(secretKey, "utf8") };
}

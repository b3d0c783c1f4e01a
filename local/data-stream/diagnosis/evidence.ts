import type { SignatureInputV2 } from "../produce/signature.ts";

export type SignatureEvidence = {
  readonly signed: SignatureInputV2;
  readonly secretKey: string;
  readonly otherSecretKeys: readonly string[];
  readonly signature: string;
  readonly host: string;
  /** The body as Latin-1 text: one character a byte. */
  readonly body: string;
};

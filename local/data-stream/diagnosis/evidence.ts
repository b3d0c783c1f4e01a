import type { Signed } from "../produce/signature.ts";

export type Evidence = {
  readonly signed: Signed;
  readonly secretKey: string;
  readonly otherSecretKeys: readonly string[];
  readonly signature: string;
  readonly host: string;
  /** As Latin-1 text: one character a byte. */
  readonly body: string;
};

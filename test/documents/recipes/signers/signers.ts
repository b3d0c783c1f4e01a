import { developerTools } from "./developer-tools.ts";
import type { Signer } from "./signer.ts";

/** The signer of every recipe. */
export const signers: readonly Signer[] = [...developerTools];

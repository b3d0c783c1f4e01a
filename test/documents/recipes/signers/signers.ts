import { commerce } from "./commerce.ts";
import { communication } from "./communication.ts";
import { content } from "./content.ts";
import { developerTools } from "./developer-tools.ts";
import { models } from "./models.ts";
import { scheduling } from "./scheduling.ts";
import type { Signer } from "./signer.ts";

/** The signer of every recipe. */
export const signers: readonly Signer[] = [
  ...commerce,
  ...communication,
  ...content,
  ...developerTools,
  ...models,
  ...scheduling,
];

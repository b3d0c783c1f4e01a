import { alerts } from "./alerts.ts";
import { commerce } from "./commerce.ts";
import { communication } from "./communication.ts";
import { content } from "./content.ts";
import { developerTools } from "./developer-tools.ts";
import { messagesAndMail } from "./messages-and-mail.ts";
import { models } from "./models.ts";
import { moneyAndContracts } from "./money-and-contracts.ts";
import { repositories } from "./repositories.ts";
import { scheduling } from "./scheduling.ts";
import { signInAndData } from "./sign-in-and-data.ts";
import type { Signer } from "./signer.ts";

/** The signer of every recipe. */
export const signers: readonly Signer[] = [
  ...alerts,
  ...commerce,
  ...communication,
  ...content,
  ...developerTools,
  ...messagesAndMail,
  ...models,
  ...moneyAndContracts,
  ...repositories,
  ...scheduling,
  ...signInAndData,
];

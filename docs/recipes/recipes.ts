import { alerts } from "./alerts.ts";
import { commerce } from "./commerce.ts";
import { communication } from "./communication.ts";
import { content } from "./content.ts";
import { developerTools } from "./developer-tools.ts";
import { messagesAndMail } from "./messages-and-mail.ts";
import { models } from "./models.ts";
import { moneyAndContracts } from "./money-and-contracts.ts";
import type { Recipe } from "./recipe.ts";
import { repositories } from "./repositories.ts";
import { scheduling } from "./scheduling.ts";
import { signInAndData } from "./sign-in-and-data.ts";

/** Every recipe, in the order of the names. */
export const recipes: readonly Recipe[] = [
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
].toSorted((a, b) => (a.name < b.name ? -1 : 1));

import { type Problem, problemsWith } from "../../model/settings.ts";
import { isPlaceholder } from "../../settings/placeholder.ts";
import type { Verifier } from "../verify/verifier.ts";
import { verifyTokenOf } from "./challenge-options.ts";

/** The lists of WEBHOOK_SECRETS by source. A wrong list is absent. */
export type SecretSettings = Readonly<Record<string, readonly string[] | undefined>>;

/** The lists of one source. A wrong one is absent. */
type SecretLists = {
  /** The source's secrets as they are written. */
  readonly given: readonly string[] | undefined;
  readonly secrets: readonly string[] | undefined;
  readonly tokens: readonly string[] | undefined;
};

export function readLists(name: string, all: SecretSettings | undefined): SecretLists {
  const given = secretsOf(name, all);
  const trim = (secret: string) => secret.trim();
  const tokens = secretsOf(verifyTokenOf(name), all)?.map(trim);
  return { given, secrets: given?.map(trim), tokens };
}

export function secretsIn({ secrets = [], tokens = [] }: SecretLists) {
  return { secrets, verifyTokens: tokens };
}

/** Reads own properties only, because a source may be called `constructor`. */
function secretsOf(name: string, lists: SecretSettings | undefined) {
  return lists === undefined || Object.hasOwn(lists, name) ? lists?.[name] : [];
}

/** Warns of characters that were probably copied with a secret. Quotes are kept, because a secret may have them. */
export function warningsAboutCopies(
  name: string,
  secrets: readonly string[] = [],
): readonly string[] {
  const about = (is: boolean, text: string) =>
    is ? [`WEBHOOK_SECRETS: a secret of the source ${name} is ${text}`] : [];
  return [
    about(
      secrets.some((secret) => secret !== secret.trim()),
      "taken without the blanks around it",
    ),
    about(
      secrets.some((secret) => /^\s*(["'`]).*\1\s*$/.test(secret)),
      "in quotes, which are taken as a part of it",
    ),
  ].flat();
}

export function checkSecrets(
  name: string,
  { covers, secretForm }: Verifier,
  secrets: readonly string[] | undefined,
): readonly Problem[] {
  if (covers === "nothing" || secrets === undefined) {
    return [];
  }
  const isFit = (secret: string) => isPlaceholder(secret) || secretForm?.fits(secret) !== false;
  return problemsWith("WEBHOOK_SECRETS", [
    secrets.length === 0 && `has no secret for the source ${name}`,
    !secrets.every(isFit) && `of the source ${name} must be ${secretForm?.text}`,
  ]);
}

/** Finds placeholders among secrets. They stand in public documents, so any reader could sign with them. */
export function findFaults(
  name: string,
  { covers }: Verifier,
  { secrets = [], tokens = [] }: SecretLists,
): readonly Problem[] {
  const find = (whose: string, list: readonly string[]) => {
    const number = list.findIndex(isPlaceholder) + 1;
    return (
      number > 0 &&
      `of the source ${whose} holds a placeholder, no secret: number ${number} of ${list.length}`
    );
  };
  return problemsWith("WEBHOOK_SECRETS", [
    covers !== "nothing" && find(name, secrets),
    find(verifyTokenOf(name), tokens),
  ]);
}

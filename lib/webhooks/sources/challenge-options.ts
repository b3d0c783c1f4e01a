import { type Problem, problemsWith } from "../../model/settings.ts";
import { type Challenge, type ChallengeName, challenges } from "../challenges/challenges.ts";
import type { Verifier } from "../verify/verifier.ts";

/** Name of the secrets of a challenge in WEBHOOK_SECRETS. */
export function verifyTokenOf(source: string): string {
  return `${source}.verifyToken`;
}

type ChallengeInput = {
  /** The source's name. */
  readonly name: string;
  /** Place of the options, for messages. */
  readonly within: string;
  readonly covers: Verifier["covers"];
  /** Lists of WEBHOOK_SECRETS. A wrong one is absent, and then none of its secrets counts as missing. */
  readonly secrets: readonly string[] | undefined;
  readonly tokens: readonly string[] | undefined;
};

/** Checks the secrets of a challenge. A verify token travels in a URL, so it must not be able to sign an event. */
export function checkChallenge(
  name: ChallengeName,
  { name: source, within, covers, secrets = [], tokens }: ChallengeInput,
): readonly Problem[] {
  const { needsSecret = false, needsVerifyToken = false, problem }: Challenge = challenges[name];
  const count = tokens?.length ?? Number(needsVerifyToken);
  const tokenName = verifyTokenOf(source);
  return [
    problemsWith("WEBHOOK_SECRETS", [
      needsVerifyToken && count === 0 && `has no secret for ${tokenName}`,
      !needsVerifyToken &&
        count > 0 &&
        `has secrets for ${tokenName}, and the challenge of ${source} takes none`,
      tokens?.some((token) => secrets.includes(token)) &&
        `has one text for ${source} and for ${tokenName}, which senders put into URLs`,
    ]),
    problemsWith(`${within}challenge`, [
      problem ?? (needsSecret && covers === "nothing" && "needs a verifier that has a secret"),
    ]),
  ].flat();
}

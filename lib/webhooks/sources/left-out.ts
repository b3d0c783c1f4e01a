import type { Challenge } from "../challenges/challenges.ts";
import type { Scheme } from "./scheme.ts";

// `build --sources` puts these in the place of what no source of its settings file uses.

export const leftOutText =
  "is not in this artifact: it was built by build --sources with other sources";

/** Stands for a scheme. A source of it is a settings error. */
export function leftOutScheme(): Scheme {
  const create: Scheme["create"] = (_, within) => ({
    ok: false,
    problems: [{ setting: `${within}verifier`, text: leftOutText }],
  });
  return { preset: {}, options: [], create };
}

/** Stands for a challenge. A source with it is a settings error. */
export const leftOutChallenge: Challenge = { problem: leftOutText };

import { seededRandom } from "../support/harness.ts";

/** Draws numbers from a seed. */
export function createDice(seed: number) {
  const random = seededRandom(seed);
  const between = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  return {
    random,
    /** Returns a whole number, both ends included. */
    between,
    chance: (probability: number) => random() < probability,
    oneOf: <T>(choices: readonly [T, ...T[]]): T =>
      choices[Math.floor(random() * choices.length)] ?? choices[0],
    /** Creates independent dice. The draws of one part of the simulation do not move those of another. */
    fork: () => createDice(Math.floor(random() * 2 ** 32)),
  };
}

export type Dice = {
  readonly random: () => number;
  readonly between: (from: number, to: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly oneOf: <T>(choices: readonly [T, ...T[]]) => T;
  readonly fork: () => Dice;
};

// Runs interleaved rounds. Whatever the machine does meanwhile, it does to everything that is compared.
import { parseArgs } from "node:util";

const roundsMax = 200;

/**
 * Measures every item once a round, forwards and backwards in turn: `measure` gets the item, its place in the
 * list and the round from 0. Returns one list of results for each item.
 */
export async function interleave(items, { rounds, uncounted = 0 }, measure) {
  const results = items.map(() => []);
  const order = [...items.keys()];
  for (let round = -uncounted; round < rounds; round += 1) {
    for (const at of round % 2 === 0 ? order : order.toReversed()) {
      const result = await measure(items[at], at, round + uncounted);
      if (round >= 0) {
        results[at].push(result);
      }
    }
  }
  return results;
}

/** Reads `--rounds`, `--json` and the flags of the script. */
export function readFlags(roundsDefault, more = {}) {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean" },
      rounds: { type: "string", default: String(roundsDefault) },
      ...more,
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 3 || rounds > roundsMax) {
    throw new Error(`--rounds must be a whole number from 3 to ${roundsMax}`);
  }
  return { ...values, rounds };
}

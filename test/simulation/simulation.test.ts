import { expect, test } from "vitest";
import { product } from "./product.ts";
import { type SimulationOptions, simulate } from "./simulate.ts";

const seedGiven = process.env["SEED"];
/** One seed takes about 25 ms. The rest is for a busy machine. */
const timeoutMs = 180_000;

/** Returns the first seed that breaks an invariant. A seed that was asked for prints its whole story. */
async function findFailure(count: number, options: SimulationOptions = {}) {
  const seeds = seedGiven === undefined ? Array.from({ length: count }, (_, n) => n) : [seedGiven];
  for (const seed of seeds) {
    const { violations, trace } = await simulate(product, Number(seed), {
      ...options,
      trace: seedGiven !== undefined,
    });
    if (violations.length > 0) {
      console.log(seedGiven === undefined ? `SEED=${seed} tells the story` : trace.join("\n"));
      return { seed, violations: violations.slice(0, 20) };
    }
  }
  return undefined;
}

test("the promises of docs/delivery.md hold whatever faults hit stream, storage and functions (SEED= replays a run)", {
  timeout: timeoutMs,
}, async () => {
  expect(await findFailure(200)).toBeUndefined();
});

test("the promises of docs/delivery.md hold if pages of HTML take the place of the object storage's responses", {
  timeout: timeoutMs,
}, async () => {
  expect(await findFailure(40, { pages: true })).toBeUndefined();
});

test("the same seed gives the same run each time", async () => {
  expect(await simulate(product, 7)).toEqual(await simulate(product, 7));
});

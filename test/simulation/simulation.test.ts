import { expect, test } from "vitest";
import { product } from "./product.ts";
import { type Options, simulate } from "./simulate.ts";

const seedGiven = process.env["SEED"];
/** A busy machine takes its time; by itself a seed takes some 25 ms. */
const timeoutMs = 180_000;

/** The first seed that breaks an invariant; one that was asked for tells its whole story. */
async function findFailure(count: number, options: Options = {}) {
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

test("what README.md promises holds, whatever befalls stream, storage and functions (SEED= replays a run)", {
  timeout: timeoutMs,
}, async () => {
  expect(await findFailure(200)).toBeUndefined();
});

test("it holds where a page of HTML stands in the object storage's place, too", {
  timeout: timeoutMs,
}, async () => {
  expect(await findFailure(40, { pages: true })).toBeUndefined();
});

test("a seed gives the same run each time", async () => {
  expect(await simulate(product, 7)).toEqual(await simulate(product, 7));
});

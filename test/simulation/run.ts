import { parseArgs } from "node:util";
import { product } from "./product.ts";
import { simulate } from "./simulate.ts";

// npm run simulate -- --seeds 100000 [--from 0] [--pages]

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "0" },
    pages: { type: "boolean", default: false },
  },
});
const count = Number(values.seeds);
const first = Number(values.from);
const reportEvery = 500;

function add(totals: Map<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(more)) {
    totals.set(name, (totals.get(name) ?? 0) + value);
  }
}

async function run(): Promise<number> {
  const totals = new Map<string, number>();
  const startedMs = Date.now();
  for (let done = 0; done < count; done += 1) {
    const seed = first + done;
    const { violations, totals: more } = await simulate(product, seed, values);
    add(totals, more);
    if (violations.length > 0) {
      const { trace } = await simulate(product, seed, { ...values, trace: true });
      console.log(`${trace.join("\n")}\n\nSEED=${seed} fails, the first of ${done + 1}:`);
      console.log(violations.join("\n"));
      return 1;
    }
    if ((done + 1) % reportEvery === 0) {
      const seconds = Math.round((Date.now() - startedMs) / 1_000);
      console.log(`${done + 1} of ${count} seeds in ${seconds} s, all as promised`);
    }
  }
  console.log(`${count} seeds, all as promised: ${JSON.stringify(Object.fromEntries(totals))}`);
  return 0;
}

run().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);

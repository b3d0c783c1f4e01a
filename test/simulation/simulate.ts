import { createDice } from "./dice.ts";
import { findDuplicates } from "./duplicates.ts";
import { createFaults } from "./faults.ts";
import { checkInvocation } from "./invariants.ts";
import { checkEnd } from "./invariants-at-the-end.ts";
import { createLedger } from "./ledger.ts";
import { drawListing } from "./listing.ts";
import { createNetwork } from "./network.ts";
import { createPlatform } from "./platform.ts";
import type { Product } from "./product.ts";
import { drawOffMs, drawScenario } from "./scenario.ts";
import { createStorage } from "./storage.ts";
import { createStream } from "./stream.ts";
import { createSimulatedTime } from "./time.ts";
import { createWorkload } from "./workload.ts";

export type SimulationReport = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly totals: Readonly<Record<string, number>>;
};

export type SimulationOptions = {
  /** True if pages of HTML with HTTP 200 can take the place of the object storage's responses. */
  readonly pages?: boolean;
  /** True if the run records its story. */
  readonly trace?: boolean;
};

const redrivesMax = 60;
/** The storage has seeds of its own, so that the other draws do not change. */
const storageSeeds = 1_000_000_007;

/**
 * Simulates some minutes with faults, and then a time without faults in which everything has to be
 * delivered.
 */
export async function simulate(
  product: Product,
  seed: number,
  options: SimulationOptions = {},
): Promise<SimulationReport> {
  const dice = createDice(seed);
  const scenario = drawScenario(dice.fork(), options.pages ?? false);
  const ledger = createLedger(options.trace ?? false);
  const time = createSimulatedTime();
  const stream = createStream(ledger, dice.fork(), scenario.stream);
  const storageDice = createDice(seed + storageSeeds);
  const storage = createStorage({
    ...{ ledger, dice: storageDice, listing: drawListing(storageDice) },
    faultsEndMs: scenario.faultWindow.toMs,
  });
  const faults = createFaults(dice.fork(), scenario.faultWindow);
  const network = createNetwork({ time, ledger, stream, storage, faults });
  const clockDice = dice.fork();
  const platform = createPlatform({
    ...{ product, time, ledger, network, dice: dice.fork(), adapterOf: scenario.adapterOf },
    drawOffMs: () => drawOffMs(clockDice, scenario.clocks),
  });
  const workload = createWorkload({ time, ledger, platform, storage, scenario, dice: dice.fork() });
  workload.begin();
  await time.run();
  await workload.probe();
  for (let rounds = 0; rounds < redrivesMax && storage.deadLettersLeft().length > 0; rounds += 1) {
    await workload.redriveOnce();
  }
  for (const invocation of ledger.invocations) {
    ledger.violations.push(...checkInvocation(invocation, scenario));
  }
  const duplicates = findDuplicates(ledger);
  ledger.violations.push(...duplicates.unexplained, ...checkEnd({ ledger, scenario, storage }));
  const { violations, trace } = ledger;
  return { seed, violations, trace: trace ?? [], totals: totalsOf(ledger, duplicates.causes) };
}

function totalsOf(
  { invocations, messages, everStored, setAside, exchanges }: ReturnType<typeof createLedger>,
  causes: Readonly<Record<string, number>>,
): Record<string, number> {
  return {
    calls: invocations.length,
    requests: exchanges.length,
    messages: messages.length,
    killed: invocations.filter(({ killed }) => killed).length,
    stored: everStored.size,
    setAside: setAside.size,
    redriven: messages.filter(({ exchange }) => exchange.invocation.name === "redrive").length,
    ...Object.fromEntries(Object.entries(causes).map(([name, n]) => [`again: ${name}`, n])),
  };
}

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
import { createTime } from "./time.ts";
import { createLife } from "./workload.ts";

export type Report = {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly totals: Readonly<Record<string, number>>;
};

export type Options = {
  /** Whether pages of HTML can stand in the object storage's place, with HTTP 200. */
  readonly pages?: boolean;
  /** Whether the run is told as it goes. */
  readonly trace?: boolean;
};

const redrivesMax = 60;
/** Apart from the seeds of everything else, whose draws stay as they were. */
const storageSeeds = 1_000_000_007;

/** One run: some minutes of bad weather, then fair weather in which everything has to come right. */
export async function simulate(
  product: Product,
  seed: number,
  options: Options = {},
): Promise<Report> {
  const dice = createDice(seed);
  const scenario = drawScenario(dice.fork(), options.pages ?? false);
  const ledger = createLedger(options.trace ?? false);
  const time = createTime();
  const stream = createStream(ledger, dice.fork(), scenario.stream);
  const storageDice = createDice(seed + storageSeeds);
  const storage = createStorage({
    ...{ ledger, dice: storageDice, listing: drawListing(storageDice) },
    fairMs: scenario.weather.toMs,
  });
  const faults = createFaults(dice.fork(), scenario.weather);
  const network = createNetwork({ time, ledger, stream, storage, faults });
  const clockDice = dice.fork();
  const platform = createPlatform({
    ...{ product, time, ledger, network, dice: dice.fork(), doorOf: scenario.doorOf },
    drawOffMs: () => drawOffMs(clockDice, scenario.clocks),
  });
  const life = createLife({ time, ledger, platform, storage, scenario, dice: dice.fork() });
  life.begin();
  await time.run();
  await life.probe();
  for (let rounds = 0; rounds < redrivesMax && storage.lettersLeft().length > 0; rounds += 1) {
    await life.redriveOnce();
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

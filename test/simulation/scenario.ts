import { startMs } from "../support/harness.ts";
import { streamSettings } from "../support/settings.ts";
import type { Dice } from "./dice.ts";
import type { SimulatedFunction } from "./ledger.ts";
import type { AdapterName } from "./platform.ts";
import { simulatedWebhookSettings } from "./sources.ts";
import { claimCheckBucket, deadLetterBucket } from "./storage.ts";
import { topics } from "./stream.ts";

export type Scenario = ReturnType<typeof drawScenario>;

const minuteMs = 60_000;

/** Draws how the functions are configured and how much happens. */
export function drawScenario(dice: Dice, pages: boolean) {
  const adapter = (): AdapterName => dice.oneOf<AdapterName>(["main", "handler"]);
  const adapterOf: Readonly<Record<SimulatedFunction, AdapterName>> = {
    ...{ webhook: adapter(), bucket: adapter(), heartbeat: adapter(), redrive: adapter() },
  };
  const hasDeadLetters = dice.chance(0.8);
  const hasClaims = dice.chance(0.5);
  const hasPartitions = dice.chance(0.8);
  const hasLarge = dice.chance(0.25);
  /** True if our setting states the API's limit. Otherwise only the API knows it. */
  const isLimitOurs = dice.chance(0.5);
  const acknowledgement = dice.chance(0.85) ? ("documented" as const) : ("any-2xx" as const);
  const deliveryMs = dice.oneOf([undefined, undefined, 3_000, 9_000, 20_000]);
  const concurrency = dice.oneOf([1, 2, 4, 16]);
  const attemptsMax = dice.oneOf([1, 3, 5, 8]);
  const { DATASTREAM_PARTITIONS: _, ...given } = streamSettings;
  const settings = {
    ...given,
    ...simulatedWebhookSettings,
    ...{ HEARTBEAT_NAME: "beat", HEARTBEAT_CRON: "* * * * *" },
    ...(hasPartitions ? { DATASTREAM_PARTITIONS: topics } : {}),
    DATASTREAM_CONCURRENCY: concurrency,
    DATASTREAM_ATTEMPTS_MAX: attemptsMax,
    ATTEMPT_TIMEOUT_MS: dice.oneOf([500, 1_000, 3_000]),
    ...(deliveryMs === undefined ? {} : { DELIVERY_TIMEOUT_MS: deliveryMs }),
    ...(hasDeadLetters ? { DEAD_LETTER_BUCKET: deadLetterBucket } : {}),
    ...(hasClaims ? { CLAIM_CHECK_BUCKET: claimCheckBucket } : {}),
    ...(hasLarge && isLimitOurs ? { DATASTREAM_MESSAGE_BYTES_MAX: 3_000 } : {}),
    DATASTREAM_ACKNOWLEDGEMENT: acknowledgement,
  };
  return {
    ...{ settings, adapterOf, hasDeadLetters, hasClaims, hasPartitions, hasLarge, isLimitOurs },
    stream: {
      bytesMax: hasLarge && !isLimitOurs ? 3_000 : 1_000_000,
      counts: dice.oneOf(["message", "body"] as const),
      acknowledges: acknowledgement,
    },
    ...{ deliveryMs, concurrency, attemptsMax },
    faultWindow: {
      fromMs: startMs,
      toMs: startMs + dice.between(1, 6) * minuteMs,
      pages,
      // If any 2xx acknowledges, a page acknowledges too. The setting accepts that, so no page is drawn.
      foreign2xx: acknowledgement === "documented",
    },
    /** The topics that redrive may produce to until the faults are over. */
    topicsAtFirst: dice.chance(0.2) ? ["orders"] : Object.keys(topics),
    killRate: dice.oneOf([0, 0.05, 0.15, 0.4]),
    clocks: dice.oneOf(["right", "right", "drifting", "wrong"] as const),
    deliveries: dice.between(2, 16),
    notifications: dice.between(0, 3),
    ticks: dice.between(0, 2),
    redriveEveryMs: dice.oneOf([20_000, 60_000]),
    pairRate: dice.oneOf([0, 0.3, 0.8]),
    /** The time that a sender waits for a reply, and the number of times that it sends again. */
    senders: {
      patienceMs: dice.oneOf([3_000, 10_000, 30_000]),
      triesMax: dice.oneOf([1, 2, 4]),
      againMs: dice.oneOf([1_000, 20_000, 60_000]),
    },
  };
}

export function drawOffMs(dice: Dice, clocks: Scenario["clocks"]): number {
  if (clocks === "right" || (clocks === "wrong" && dice.chance(0.4))) {
    return 0;
  }
  const most = clocks === "drifting" ? 4_000 : 3 * 3_600_000;
  const least = clocks === "drifting" ? 0 : 310_000;
  return dice.between(least, most) * (dice.chance(0.5) ? 1 : -1);
}

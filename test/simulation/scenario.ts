import { startMs } from "../support/harness.ts";
import { streamSettings } from "../support/settings.ts";
import type { Dice } from "./dice.ts";
import type { FunctionName } from "./ledger.ts";
import type { DoorName } from "./platform.ts";
import { webhookSettings } from "./sources.ts";
import { claimCheckBucket, deadLetterBucket } from "./storage.ts";
import { topics } from "./stream.ts";

export type Scenario = ReturnType<typeof drawScenario>;

const minuteMs = 60_000;

/** How the functions are set up and how much happens, drawn from the seed. */
export function drawScenario(dice: Dice, pages: boolean) {
  const door = (): DoorName => dice.oneOf<DoorName>(["main", "handler"]);
  const doorOf: Readonly<Record<FunctionName, DoorName>> = {
    ...{ webhook: door(), bucket: door(), heartbeat: door(), redrive: door() },
  };
  const hasLetters = dice.chance(0.8);
  const hasClaims = dice.chance(0.5);
  const hasPartitions = dice.chance(0.8);
  const hasLarge = dice.chance(0.25);
  /** Whether our setting knows the API's limit, or the API alone. */
  const isLimitOurs = dice.chance(0.5);
  const acknowledgement = dice.chance(0.85) ? ("documented" as const) : ("any-2xx" as const);
  const deliveryMs = dice.oneOf([undefined, undefined, 3_000, 9_000, 20_000]);
  const concurrency = dice.oneOf([1, 2, 4, 16]);
  const attemptsMax = dice.oneOf([1, 3, 5, 8]);
  const { DATASTREAM_PARTITIONS: _, ...given } = streamSettings;
  const settings = {
    ...given,
    ...webhookSettings,
    ...{ HEARTBEAT_NAME: "beat", HEARTBEAT_CRON: "* * * * *" },
    ...(hasPartitions ? { DATASTREAM_PARTITIONS: topics } : {}),
    DATASTREAM_CONCURRENCY: concurrency,
    DATASTREAM_ATTEMPTS_MAX: attemptsMax,
    ATTEMPT_TIMEOUT_MS: dice.oneOf([500, 1_000, 3_000]),
    ...(deliveryMs === undefined ? {} : { DELIVERY_TIMEOUT_MS: deliveryMs }),
    ...(hasLetters ? { DEAD_LETTER_BUCKET: deadLetterBucket } : {}),
    ...(hasClaims ? { CLAIM_CHECK_BUCKET: claimCheckBucket } : {}),
    ...(hasLarge && isLimitOurs ? { DATASTREAM_MESSAGE_BYTES_MAX: 3_000 } : {}),
    DATASTREAM_ACKNOWLEDGEMENT: acknowledgement,
  };
  return {
    ...{ settings, doorOf, hasLetters, hasClaims, hasPartitions, hasLarge, isLimitOurs },
    stream: {
      bytesMax: hasLarge && !isLimitOurs ? 3_000 : 1_000_000,
      counts: dice.oneOf(["message", "body"] as const),
      acknowledges: acknowledgement,
    },
    ...{ deliveryMs, concurrency, attemptsMax },
    weather: {
      fromMs: startMs,
      toMs: startMs + dice.between(1, 6) * minuteMs,
      pages,
      // Where any 2xx acknowledges, a page does too: that is what is chosen with it.
      foreign2xx: acknowledgement === "documented",
    },
    /** Topics that redrive may produce to until the weather is fair. */
    topicsAtFirst: dice.chance(0.2) ? ["orders"] : Object.keys(topics),
    killRate: dice.oneOf([0, 0.05, 0.15, 0.4]),
    clocks: dice.oneOf(["right", "right", "drifting", "wrong"] as const),
    deliveries: dice.between(2, 16),
    notifications: dice.between(0, 3),
    ticks: dice.between(0, 2),
    redriveEveryMs: dice.oneOf([20_000, 60_000]),
    pairRate: dice.oneOf([0, 0.3, 0.8]),
    /** How a sender waits for an answer, and how often it sends again. */
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

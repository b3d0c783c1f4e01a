import type { Effects } from "../../lib/effects/effects.ts";

/** Beyond every deadline. */
const farFutureMs = Number.MAX_SAFE_INTEGER;

/**
 * Effects for deliveries that a signal ends: every wait is then over and it is too late for another
 * attempt, so that what is in flight ends by itself and nothing new begins.
 */
export function interruptible(effects: Effects, signal: AbortSignal): Effects {
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  return {
    ...effects,
    now: () => (signal.aborted ? farFutureMs : effects.now()),
    sleep: (ms) => Promise.race([effects.sleep(ms), aborted]),
  };
}

import type { Effects } from "../../lib/effects/effects.ts";

/** A time beyond every deadline. */
const farFutureMs = Number.MAX_SAFE_INTEGER;

/**
 * Returns effects that a signal interrupts. After the signal every wait is over and every deadline has
 * passed, so requests in flight end by themselves and no attempt begins.
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

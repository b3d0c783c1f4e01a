import type { Effects } from "../../lib/effects/effects.ts";

/** A time beyond every deadline. */
const farFutureMs = Number.MAX_SAFE_INTEGER;

/** The longest time that a wait goes on after the signal. A timer that runs would keep the process from ending. */
const sliceMsMax = 100;

/**
 * Returns effects that a signal interrupts. After the signal every wait is over and every deadline has
 * passed, so requests in flight end by themselves and no attempt begins.
 */
export function interruptible(effects: Effects, signal: AbortSignal): Effects {
  return {
    ...effects,
    now: () => (signal.aborted ? farFutureMs : effects.now()),
    sleep: async (ms) => {
      for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs -= sliceMsMax) {
        await effects.sleep(Math.min(leftMs, sliceMsMax));
      }
    },
  };
}

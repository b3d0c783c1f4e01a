import type { Effects } from "../effects/effects.ts";
import { attemptTimeMs } from "../http/backoff.ts";

/** The end of a pause, in epoch milliseconds. Calls that share it pause together. */
export type Pause = { untilMs: number };

/** Pauses all keys of a call after a 429, and stops them after a fault. The deadline may move. */
export function createThrottleGate(
  limits: { readonly deadlineMs: number },
  { now, sleep }: Pick<Effects, "now" | "sleep">,
  pause: Pause = { untilMs: 0 },
) {
  let isStopped = false;
  let wake = () => {};
  const stopped = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const sleepUnlessStopped = (ms: number) => Promise.race([sleep(ms), stopped]);
  /** Returns the time for an attempt after the pause; 0 if it is too late for one. */
  const timeMs = () =>
    isStopped ? 0 : attemptTimeMs(Math.max(now(), pause.untilMs), limits.deadlineMs);
  const pauseOver = async (): Promise<void> => {
    for (let ms = pause.untilMs - now(); ms > 0 && timeMs() > 0; ms = pause.untilMs - now()) {
      await sleepUnlessStopped(ms);
    }
  };
  return {
    attemptTimeMs: timeMs,
    stop: () => {
      isStopped = true;
      wake();
    },
    /** Sleeps until the time is over or the call stops. */
    sleep: sleepUnlessStopped,
    pause: (ms: number) => {
      pause.untilMs = Math.max(pause.untilMs, now() + ms);
    },
    /** Waits for the end of the pause, unless that is too late. Returns undefined if there is no pause. */
    resumed: (): Promise<void> | undefined => (pause.untilMs > now() ? pauseOver() : undefined),
  };
}

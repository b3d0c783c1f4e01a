import type { Effects } from "../effects/effects.ts";
import { attemptTimeMs } from "../http/backoff.ts";

/** How fast a call may go on, and whether it does. The deadline may move. */
export function createThrottleGate(
  limits: { readonly deadlineMs: number },
  { now, sleep }: Pick<Effects, "now" | "sleep">,
) {
  let isStopped = false;
  let wake = () => {};
  const stopped = new Promise<void>((resolve) => {
    wake = resolve;
  });
  let pausedUntilMs = 0;
  const sleepUnlessStopped = (ms: number) => Promise.race([sleep(ms), stopped]);
  /** Time for an attempt once the pause is over; 0 when it is too late for one. */
  const timeMs = () =>
    isStopped ? 0 : attemptTimeMs(Math.max(now(), pausedUntilMs), limits.deadlineMs);
  const pauseOver = async (): Promise<void> => {
    for (let ms = pausedUntilMs - now(); ms > 0 && timeMs() > 0; ms = pausedUntilMs - now()) {
      await sleepUnlessStopped(ms);
    }
  };
  return {
    attemptTimeMs: timeMs,
    stop: () => {
      isStopped = true;
      wake();
    },
    /** Waits, and no longer than the call goes on. */
    sleep: sleepUnlessStopped,
    pause: (ms: number) => {
      pausedUntilMs = Math.max(pausedUntilMs, now() + ms);
    },
    /** Waits until the pause is over, unless that would be too late. Undefined: there is none. */
    resumed: (): Promise<void> | undefined => (pausedUntilMs > now() ? pauseOver() : undefined),
  };
}

import type { Effects } from "../effects/effects.ts";
import { attemptTimeMs } from "../http/backoff.ts";

/** The end of a pause, in epoch milliseconds, and its length. Calls that share it pause together. */
export type Pause = { untilMs: number; ms: number };

/** Pauses all keys of a call after a 429, and stops them after a fault. The deadline may move. */
export type ThrottleGate = {
  readonly limits: { readonly deadlineMs: number };
  readonly clock: Pick<Effects, "now" | "sleep">;
  readonly pause: Pause;
  isStopped: boolean;
  /** Ends with the call. Created for the first sleep. */
  stopped: Promise<void> | undefined;
  wake: () => void;
};

export function createThrottleGate(
  limits: ThrottleGate["limits"],
  clock: ThrottleGate["clock"],
  pause: Pause = { untilMs: 0, ms: 0 },
): ThrottleGate {
  return { limits, clock, pause, isStopped: false, stopped: undefined, wake: () => undefined };
}

/** Returns the time for an attempt after the pause; 0 if it is too late for one. */
export function timeForAttempt({ limits, clock, pause, isStopped }: ThrottleGate): number {
  return isStopped ? 0 : attemptTimeMs(Math.max(clock.now(), pause.untilMs), limits.deadlineMs);
}

export function stopGate(gate: ThrottleGate): void {
  gate.isStopped = true;
  gate.wake();
}

/** Sleeps until the time is over or the call stops. */
export async function sleepUnlessStopped(gate: ThrottleGate, ms: number): Promise<void> {
  gate.stopped ??= new Promise((resolve) => {
    gate.wake = resolve;
  });
  if (!gate.isStopped) {
    await Promise.race([gate.clock.sleep(ms), gate.stopped]);
  }
}

export function pauseFor({ pause, clock }: ThrottleGate, ms: number): void {
  const untilMs = clock.now() + ms;
  if (untilMs > pause.untilMs) {
    pause.untilMs = untilMs;
    pause.ms = ms;
  }
}

/** Waits for the end of the pause, unless that is too late. Returns undefined if there is no pause. */
export function pauseOver(gate: ThrottleGate): Promise<void> | undefined {
  return gate.pause.untilMs > gate.clock.now() ? sleepThroughPause(gate) : undefined;
}

async function sleepThroughPause(gate: ThrottleGate): Promise<void> {
  const { pause, clock } = gate;
  const leftMs = () => {
    const nowMs = clock.now();
    // A clock that is set back would prolong the pause by as much.
    pause.untilMs = Math.min(pause.untilMs, nowMs + pause.ms);
    return pause.untilMs - nowMs;
  };
  for (let ms = leftMs(); ms > 0 && timeForAttempt(gate) > 0; ms = leftMs()) {
    await sleepUnlessStopped(gate, ms);
  }
}

import type { Effects } from "../effects/effects.ts";
import { attemptTimeMs } from "../http/backoff.ts";

/** The end of a pause, in epoch milliseconds. Calls that share it pause together. */
export type Pause = { untilMs: number };

type Clock = Pick<Effects, "now" | "sleep">;

/** Pauses all keys of a call after a 429, and stops them after a fault. The deadline may move. */
export class ThrottleGate {
  private isStopped = false;
  private wake: (() => void) | undefined;
  private stopped: Promise<void> | undefined;
  private readonly limits: { readonly deadlineMs: number };
  private readonly clock: Clock;
  private readonly pause: Pause;

  constructor(
    limits: { readonly deadlineMs: number },
    clock: Clock,
    pause: Pause = { untilMs: 0 },
  ) {
    this.limits = limits;
    this.clock = clock;
    this.pause = pause;
  }

  /** Returns the time for an attempt after the pause; 0 if it is too late for one. */
  attemptTimeMs(): number {
    const fromMs = Math.max(this.clock.now(), this.pause.untilMs);
    return this.isStopped ? 0 : attemptTimeMs(fromMs, this.limits.deadlineMs);
  }

  stop(): void {
    this.isStopped = true;
    this.wake?.();
  }

  /** Sleeps until the time is over or the call stops. */
  sleep(ms: number): Promise<void> {
    this.stopped ??= new Promise((resolve) => {
      this.wake = resolve;
    });
    return this.isStopped ? Promise.resolve() : Promise.race([this.clock.sleep(ms), this.stopped]);
  }

  pauseFor(ms: number): void {
    this.pause.untilMs = Math.max(this.pause.untilMs, this.clock.now() + ms);
  }

  /** Waits for the end of the pause, unless that is too late. Returns undefined if there is no pause. */
  resumed(): Promise<void> | undefined {
    return this.pause.untilMs > this.clock.now() ? this.pauseOver() : undefined;
  }

  private async pauseOver(): Promise<void> {
    const leftMs = () => this.pause.untilMs - this.clock.now();
    for (let ms = leftMs(); ms > 0 && this.attemptTimeMs() > 0; ms = leftMs()) {
      await this.sleep(ms);
    }
  }
}

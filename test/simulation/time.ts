import { setImmediate as nextTurn } from "node:timers/promises";
import { startMs } from "../support/harness.ts";

type Task = { readonly atMs: number; readonly run: () => void };

/**
 * Creates a clock that moves only when everyone waits. The earliest task then runs; of two equal ones the
 * older runs first.
 */
export function createSimulatedTime() {
  let nowMs = startMs;
  const tasks: Task[] = [];
  const at = (atMs: number, run: () => void): void => {
    let index = tasks.length;
    while (index > 0 && (tasks[index - 1]?.atMs ?? 0) > atMs) {
      index -= 1;
    }
    tasks.splice(index, 0, { atMs, run });
  };
  return {
    now: () => nowMs,
    at,
    after: (ms: number, run: () => void) => at(nowMs + Math.max(0, ms), run),
    /** Runs until no task is left. */
    async run(): Promise<void> {
      for (;;) {
        await nextTurn();
        const next = tasks.shift();
        if (next === undefined) {
          return;
        }
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
      }
    },
  };
}

export type SimulatedTime = ReturnType<typeof createSimulatedTime>;

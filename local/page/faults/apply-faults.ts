import { getJson, postJson } from "../data/api.ts";
import type { FaultScript } from "../data/model.ts";
import { faults } from "../data/state.ts";

let last: Promise<unknown> = Promise.resolve();

/**
 * Changes the script that is on now, which requests may have used up in part since it was shown. Changes follow one
 * another: two quick clicks turn on two faults.
 */
export function applyFaults(change: (script: FaultScript) => unknown): Promise<void> {
  const applied = last.then(async () => {
    const { on: _, ...script } = await getJson<FaultScript>("/_/faults");
    faults.value = await postJson<FaultScript>("/_/faults", change(script));
  });
  last = applied.catch(() => undefined);
  return applied;
}

export async function clearFaults(): Promise<void> {
  await getJson("/_/faults", { method: "DELETE" });
  faults.value = { on: false, steps: [] };
}

/** The script as it would be posted. */
export function scriptText({ on: _, ...script }: FaultScript): string {
  return JSON.stringify(script, undefined, 2);
}

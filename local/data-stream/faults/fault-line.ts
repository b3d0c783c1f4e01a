import type { RemainingFaults } from "./faults.ts";

/**
 * Returns the terminal's line for every change of the faults, so that nobody looks for a bug that is a scripted
 * fault.
 */
export function faultLine({ on, steps, rate, bucket }: RemainingFaults): string {
  if (!on) {
    return "faults are off";
  }
  const parts = [
    steps.length > 0 ? `${steps.length} ${steps.length === 1 ? "step" : "steps"}` : "",
    rate === undefined ? "" : `a rate of ${rate.probability}`,
    bucket === undefined ? "" : `a bucket of ${bucket.bytesPerSecond} bytes/s per partition`,
  ];
  return `faults are ON: ${parts.filter((part) => part !== "").join(", ")} (GET /_/faults shows them, DELETE ends them)`;
}

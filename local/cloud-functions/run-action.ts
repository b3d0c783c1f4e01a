import type { ActionRun, CloudFunctionsEmulator, EndedRun } from "./emulator.ts";
import type { Activation, StoredAction } from "./resources.ts";

/**
 * Runs one action, and keeps its activation. A result with a top-level `error` is an application error, as in Apache OpenWhisk:
 * https://github.com/apache/openwhisk/blob/master/docs/actions.md (read 2026-11-30).
 */
export async function runAction(
  started: Omit<ActionRun, "activationId">,
  emulator: CloudFunctionsEmulator,
): Promise<Activation> {
  const { action } = started;
  const activationId = emulator.newId();
  const startedMs = emulator.now();
  const ended = await emulator.run({ ...started, activationId });
  const endedMs = emulator.now();
  const times = { endedMs, durationMs: endedMs - startedMs };
  const activation = toActivation(action, { activationId, ...ended }, times);
  emulator.addActivation(activation);
  return activation;
}

/** Describes a run that has ended. */
export function toActivation(
  { packageName, name }: Pick<StoredAction, "packageName" | "name">,
  { activationId, status, result, logs = [] }: EndedRun & { readonly activationId: string },
  times: Pick<Activation, "endedMs" | "durationMs">,
): Activation {
  const hasError = typeof result === "object" && result !== null && Object.hasOwn(result, "error");
  const isSuccess = status === 200 && !hasError;
  return { id: activationId, packageName, action: name, ...times, result, isSuccess, logs };
}

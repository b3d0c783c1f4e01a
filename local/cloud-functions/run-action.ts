import type { ActionRun, CloudFunctionsEmulator } from "./emulator.ts";
import type { Activation } from "./resources.ts";

/**
 * Runs one action. A result with a top-level `error` is an application error, as in Apache OpenWhisk:
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
  const { status, result } = ended;
  const endedMs = emulator.now();
  const hasError = typeof result === "object" && result !== null && Object.hasOwn(result, "error");
  const activation = {
    id: ended.activationId ?? activationId,
    packageName: action.packageName,
    action: action.name,
    endedMs,
    durationMs: endedMs - startedMs,
    result,
    isSuccess: status === 200 && !hasError,
  };
  emulator.addActivation(activation);
  return activation;
}

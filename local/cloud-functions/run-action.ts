import type { CloudFunctionsEmulator } from "./emulator.ts";
import type { Activation, JsonObject, StoredAction } from "./resources.ts";

/**
 * Runs one action. A result with a top-level `error` is an application error, as in Apache OpenWhisk:
 * https://github.com/apache/openwhisk/blob/master/docs/actions.md (read 2026-11-30).
 */
export async function runAction(
  action: StoredAction,
  parameters: JsonObject,
  emulator: CloudFunctionsEmulator,
): Promise<Activation> {
  const id = emulator.newId();
  const startedMs = emulator.now();
  const { status, result } = await emulator.run({ action, parameters, activationId: id });
  const endedMs = emulator.now();
  const hasError = typeof result === "object" && result !== null && Object.hasOwn(result, "error");
  const activation = {
    id,
    action: action.name,
    endedMs,
    durationMs: endedMs - startedMs,
    result,
    isSuccess: status === 200 && !hasError,
  };
  emulator.addActivation(activation);
  return activation;
}

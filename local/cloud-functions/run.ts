import type { Double } from "./double.ts";
import type { Activation, Fields, StoredAction } from "./resources.ts";

/** Runs one action; a result with a top-level `error` is an application error, as upstream has it. */
export async function runAction(
  action: StoredAction,
  parameters: Fields,
  double: Double,
): Promise<Activation> {
  const id = double.newId();
  const startedMs = double.now();
  const { status, result } = await double.run({ action, parameters, activationId: id });
  const endedMs = double.now();
  const hasError = typeof result === "object" && result !== null && Object.hasOwn(result, "error");
  const activation = {
    id,
    action: action.name,
    endedMs,
    durationMs: endedMs - startedMs,
    result,
    isSuccess: status === 200 && !hasError,
  };
  double.addActivation(activation);
  return activation;
}

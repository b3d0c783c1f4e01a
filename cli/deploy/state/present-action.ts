import type { FunctionName } from "../../../lib/registry/names.ts";
import { isFunctionName } from "../../project/functions.ts";
import { actionPath, findContent } from "../api/management-api.ts";
import type { Wanted } from "../desired/desired-state.ts";
import { toNames } from "../desired/names.ts";
import type { Prepared } from "../prepare.ts";
import { toActionBefore } from "./capture.ts";
import { restoreAction } from "./restore.ts";
import type { RollbackPart } from "./rollback.ts";

/** Returns a function's action as it is now; undefined if it is not there. */
export async function presentAction(
  name: FunctionName,
  { deployment, api, secretOf }: Prepared,
): Promise<Wanted | undefined> {
  // A project may be without it.
  if (!isFunctionName(name)) {
    return undefined;
  }
  const { packageName, actions } = toNames(deployment);
  const found = await findContent(api, actionPath(packageName, actions[name]));
  if (found === undefined) {
    return undefined;
  }
  const before = toActionBefore(found, () => "");
  const recorded = { function: name, packageName, name: actions[name], before };
  const now = restoreAction(recorded, found, { hmac: () => "", secretOf });
  return { packageName, packageMark: "", actions: now.ok ? [now.wanted] : [], triggers: [] };
}

/** Returns what the smoke call runs after a rollback: the heartbeat or the bucket function, as it is then. */
export async function wantedForSmoke(
  prepared: Prepared,
  parts: readonly RollbackPart[],
): Promise<Wanted> {
  for (const name of ["heartbeat", "bucket"] as const) {
    const restored = parts.find(({ wanted }) =>
      wanted.actions.some((one) => one.function === name),
    );
    if (restored !== undefined) {
      return { ...restored.wanted, triggers: [] };
    }
    const present = await presentAction(name, prepared);
    if (present !== undefined) {
      return present;
    }
  }
  const { packageName } = toNames(prepared.deployment);
  return { packageName, packageMark: "", actions: [], triggers: [] };
}

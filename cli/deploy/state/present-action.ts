import { actionPath, findContent } from "../api/management-api.ts";
import type { Wanted } from "../desired/desired-state.ts";
import { toNames } from "../desired/names.ts";
import type { Prepared } from "../prepare.ts";
import { toActionBefore } from "./capture.ts";
import { restoreAction } from "./restore.ts";
import type { RollbackPart } from "./rollback.ts";

/** Returns what the smoke call runs after a rollback: the heartbeat or the bucket function, as it is then. */
export async function wantedForSmoke(
  prepared: Prepared,
  parts: readonly RollbackPart[],
): Promise<Wanted> {
  const names = toNames(prepared.deployment);
  for (const name of ["heartbeat", "bucket"] as const) {
    const restored = parts.find(({ wanted }) =>
      wanted.actions.some((one) => one.function === name),
    );
    if (restored !== undefined) {
      return { ...restored.wanted, triggers: [] };
    }
    const action = names.actions[name];
    const found = await findContent(prepared.api, actionPath(names.packageName, action));
    if (found !== undefined) {
      const before = toActionBefore(found, () => "");
      const recorded = { function: name, packageName: names.packageName, name: action, before };
      const now = restoreAction(recorded, found, { hmac: () => "", secretOf: prepared.secretOf });
      const actions = now.ok ? [now.wanted] : [];
      return { packageName: names.packageName, packageMark: "", actions, triggers: [] };
    }
  }
  return { packageName: names.packageName, packageMark: "", actions: [], triggers: [] };
}

import { actionPath, findContent } from "../api/management-api.ts";
import type { Wanted, WantedAction } from "../desired/desired-state.ts";
import { toNames } from "../desired/names.ts";
import { githubTriggers, type WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { accessTokenVariableDefault } from "../desired/triggers/trigger-options.ts";
import type { ReportedChange } from "../output/report.ts";
import type { Prepared } from "../prepare.ts";
import type { RollbackRecord } from "./record.ts";
import {
  type RestoreContext,
  restoreAction,
  restoreTrigger,
  type TriggerContext,
} from "./restore.ts";

type RestoredAll = {
  readonly wanted: readonly Wanted[];
  /** Resources that cannot be put back, and why. */
  readonly refused: readonly ReportedChange[];
  readonly warnings: readonly string[];
};

export async function restoreAll(
  record: RollbackRecord,
  prepared: Prepared,
  context: RestoreContext,
): Promise<RestoredAll> {
  const actions: { readonly packageName: string; readonly wanted: WantedAction }[] = [];
  const triggers: { readonly packageName: string; readonly wanted: WantedTrigger }[] = [];
  const refused: ReportedChange[] = [];
  const warnings: string[] = [];
  for (const one of record.actions.filter(({ before }) => before !== null)) {
    const found = await findContent(prepared.api, actionPath(one.packageName, one.name));
    const restored = restoreAction(one, found, context);
    if (restored.ok) {
      actions.push({ packageName: one.packageName, wanted: restored.wanted });
      warnings.push(...restored.warnings);
    } else {
      refused.push(toRefused("action", one.name, restored.reason));
    }
  }
  for (const one of record.triggers.filter(({ before }) => before !== null)) {
    const now = {
      actions: toNames(prepared.deployment).actions,
      token: tokenOf(one.name, prepared),
    };
    const restored = restoreTrigger(one, now, context);
    if (restored.ok) {
      const packageName = one.before?.runs?.packageName ?? one.packageName;
      triggers.push({ packageName, wanted: restored.wanted });
      warnings.push(...restored.warnings);
    } else {
      refused.push(toRefused("trigger", one.name, restored.reason));
    }
  }
  const packages = record.packages.filter(({ before }) => before !== null).map(({ name }) => name);
  const all = [...packages, ...[...actions, ...triggers].map(({ packageName }) => packageName)];
  const wanted = [...new Set(all)].map((packageName) => ({
    packageName,
    packageMark:
      record.packages.find(({ name }) => name === packageName)?.before?.description ?? "",
    actions: actions.filter((one) => one.packageName === packageName).map((one) => one.wanted),
    triggers: triggers.filter((one) => one.packageName === packageName).map((one) => one.wanted),
  }));
  return { wanted, refused, warnings };
}

/** The access token of a GitHub trigger is in the variable that the configuration names. */
function tokenOf(name: string, { deployment, secretOf }: Prepared): TriggerContext["token"] {
  const own = githubTriggers(deployment).find((one) => one.name === name);
  const variable = own?.variable ?? accessTokenVariableDefault;
  return { variable, value: secretOf(variable) };
}

function toRefused(kind: "action" | "trigger", name: string, reason: string): ReportedChange {
  return { kind, name, change: "refused", fields: [], reason };
}

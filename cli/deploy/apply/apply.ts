import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import type { DeployLocation } from "../api/regions.ts";
import { putAction, putPackage, putTrigger } from "../api/requests.ts";
import type { Wanted } from "../desired/desired-state.ts";
import type { DeployProgress } from "../output/progress.ts";
import { toReportedChange } from "../output/report.ts";
import type { Plan, PlanOptions, PlanStep } from "../plan/plan.ts";
import { carryOutLink, isThere, removeIfThere, unlink } from "./links.ts";

export type ApplyContext = {
  /** Keeps the action as it is now in a version of the platform's, before it is changed. */
  readonly freeze: (step: { readonly packageName: string; readonly name: string }) => Promise<void>;
  readonly wanted: Wanted;
  readonly api: ManagementApi;
  readonly place: DeployLocation;
  readonly planning: PlanOptions;
  readonly progress: Pick<DeployProgress, "begin" | "end">;
};

/**
 * Carries out the plan: package and actions before the triggers that run them. A run that was interrupted
 * can be repeated, because every run compares first and changes only what differs. Returns the names of the actions that
 * the API refused to change because their parameters are encrypted. Throws an ApiFailure.
 */
export async function applyPlan(plan: Plan, context: ApplyContext): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const step of plan.steps.filter(({ change }) => change !== "same" && change !== "kept")) {
    context.progress.begin(toReportedChange(step));
    const ended = await carryOut(step, context);
    context.progress.end(toReportedChange(ended));
    kept.push(...(ended.change === "kept" ? [ended.name] : []));
  }
  return kept;
}

async function carryOut(step: PlanStep, context: ApplyContext): Promise<PlanStep> {
  const { wanted, api, place } = context;
  const { packageName } = wanted;
  switch (step.kind) {
    case "package":
      await api(putPackage(step.name, step.description));
      return step;
    case "action":
      return await carryOutAction(step, context);
    case "trigger":
      await putOrReplace(step, { packageName, api, place });
      return step;
    case "link":
      await carryOutLink(step, api);
      return step;
  }
}

type ActionStep = Extract<PlanStep, { readonly kind: "action" }>;

async function carryOutAction(step: ActionStep, context: ApplyContext): Promise<PlanStep> {
  const { api, place } = context;
  if (step.change === "update") {
    await context.freeze(step);
  }
  try {
    await api(putAction(step.wanted, step.packageName, place));
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    if (step.change === "update" && isEncrypted(error)) {
      return { ...step, change: "kept", reason: encrypted };
    }
    await makeRoom(step, context, error);
    await api(putAction(step.wanted, step.packageName, place));
  }
  return step;
}

const encrypted =
  "the API does not change it, because its parameters are encrypted: change it in the console";

/** API v3 is documented to refuse this. No page says how version 2.1 does it, so its words are looked at. */
function isEncrypted({ retry, message }: ApiFailure): boolean {
  return retry === "never" && /encrypt/i.test(message);
}

/**
 * Removes the action of this name from the package that it moves out of, if the API wants names to be unique across
 * packages. The documents leave that open. Its triggers run nothing until they are linked to the new one.
 */
async function makeRoom(
  { change, name, packageName }: ActionStep,
  { api, wanted, planning: { elsewhere } }: ApplyContext,
  failure: ApiFailure,
): Promise<void> {
  const old = elsewhere.filter((one) => one.name === name && one.packageName !== packageName);
  if (change !== "create" || !failure.isConflict || old.length === 0) {
    throw failure;
  }
  for (const { packageName: other } of old) {
    for (const trigger of wanted.triggers.filter(({ action }) => action === name)) {
      await unlink({ trigger: trigger.name, action: name, packageName: other }, api);
    }
    await removeIfThere({ method: "DELETE", path: actionPath(other, name) }, api);
  }
}

type TriggerStep = Extract<PlanStep, { readonly kind: "trigger" }>;
type TriggerContext = Pick<ApplyContext, "api" | "place"> & { readonly packageName: string };

async function putOrReplace(step: TriggerStep, context: TriggerContext): Promise<void> {
  const { wanted, change } = step;
  const { api, place, packageName } = context;
  const isNew = change !== "update";
  if (change === "replace") {
    const link = { trigger: wanted.name, action: wanted.action, packageName };
    if (await isThere(link, api)) {
      await unlink(link, api);
    }
    await removeIfThere({ method: "DELETE", path: triggerPath(wanted.name) }, api);
  }
  // A repeated request would bring the names in API Gateway again, which are valid once.
  if (isNew && wanted.type === "github") {
    await create(wanted, context);
  } else {
    await api(putTrigger(wanted, place, { isNew }));
  }
}

const createTriesMax = 3;

/** Creates a trigger. After a lost response a look at it decides whether it is created again or only updated. */
async function create(
  wanted: TriggerStep["wanted"],
  { api, place }: TriggerContext,
): Promise<void> {
  let isNew = true;
  for (let tries = 1; ; tries += 1) {
    try {
      await api({
        ...putTrigger(wanted, place, { isNew }),
        again: isNew ? "untilAnswered" : "always",
      });
      return;
    } catch (error) {
      if (!(error instanceof ApiFailure) || !error.isUncertain || tries === createTriesMax) {
        throw error;
      }
    }
    isNew = (await findContent(api, triggerPath(wanted.name))) === undefined;
  }
}

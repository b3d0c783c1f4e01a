import type { Effects } from "../../../lib/effects/effects.ts";
import { ApiFailure } from "../api/api-failure.ts";
import {
  findContent,
  type ManagementApi,
  type ManagementRequest,
  triggerPath,
} from "../api/management-api.ts";
import type { DeployLocation } from "../api/regions.ts";
import {
  linkAction,
  putAction,
  putPackage,
  putTrigger,
  type TriggerLink,
} from "../api/requests.ts";
import type { Wanted } from "../desired/desired-state.ts";
import type { DeployProgress } from "../output/progress.ts";
import { toReportedChange } from "../output/report.ts";
import { isLinked, makePlan, type Plan, type PlanStep } from "../plan/plan.ts";

export type ApplyContext = {
  readonly wanted: Wanted;
  readonly api: ManagementApi;
  readonly place: DeployLocation;
  readonly adopt: boolean;
  readonly progress: Pick<DeployProgress, "begin" | "end">;
};

/**
 * Carries out the plan: package and actions before the triggers that run them. A run that was interrupted
 * can be repeated, because every run compares first and changes only what differs. Throws an ApiFailure.
 */
export async function applyPlan(plan: Plan, context: ApplyContext): Promise<void> {
  for (const step of plan.steps.filter(({ change }) => change !== "same")) {
    context.progress.begin(toReportedChange(step));
    await carryOut(step, context);
    context.progress.end(toReportedChange(step));
  }
}

async function carryOut(step: PlanStep, { wanted, api, place }: ApplyContext): Promise<void> {
  const { packageName } = wanted;
  switch (step.kind) {
    case "package":
      await api(putPackage(step.name));
      break;
    case "action":
      await api(putAction(step.wanted, packageName, place));
      break;
    case "trigger":
      await putOrReplace(step, { packageName, api, place });
      break;
    case "link":
      await link({ trigger: step.name, action: step.action, packageName }, api);
      break;
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
      await removeIfThere(linkAction("DELETE", link), api);
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

async function removeIfThere(request: ManagementRequest, api: ManagementApi): Promise<void> {
  try {
    await api(request);
  } catch (error) {
    if (!(error instanceof ApiFailure) || !error.isAbsent) {
      throw error;
    }
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

/**
 * DUPLICATED_RULE: an earlier request, whose response was lost, has linked the action already. Seen in
 * public code.
 */
const duplicatedRule = "80901";
/** A look at the trigger follows each try. The client of the API retries a single request by itself. */
const linkTriesMax = 3;

async function link(wanted: TriggerLink, api: ManagementApi): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const failure = await tryLink(wanted, api);
    if (failure === undefined) {
      return;
    }
    if (!failure.isUncertain || tries === linkTriesMax) {
      throw failure;
    }
  }
}

/** Returns undefined once the action is linked, by this request or an earlier one. */
async function tryLink(wanted: TriggerLink, api: ManagementApi): Promise<ApiFailure | undefined> {
  try {
    await api({ ...linkAction("POST", wanted), again: "untilAnswered" });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    const isDone = error.errorCode === duplicatedRule || (await isThere(wanted, api));
    return isDone ? undefined : error;
  }
}

async function isThere({ trigger, action, packageName }: TriggerLink, api: ManagementApi) {
  const found = await findContent(api, triggerPath(trigger));
  return found !== undefined && isLinked(found, action, packageName);
}

export type ReadBackResult = {
  /** Fields that read back differently from what was sent. */
  readonly problems: readonly string[];
  /** Fields that the API does not show, or shows in another form, so that they cannot be compared. */
  readonly notes: readonly string[];
};

/** No document says that a read sees an earlier write at once, so a difference is read again. */
const readsMax = 3;
const readAgainMs = 3_000;

/** Reads every resource back. A missing resource or a different field is a problem. */
export async function verify(
  context: ApplyContext,
  { sleep }: Pick<Effects, "sleep">,
): Promise<ReadBackResult> {
  let verified = await readBack(context);
  for (let reads = 1; reads < readsMax && verified.problems.length > 0; reads += 1) {
    await sleep(readAgainMs);
    verified = await readBack(context);
  }
  return verified;
}

async function readBack({ wanted, api, adopt }: ApplyContext): Promise<ReadBackResult> {
  const { steps } = await makePlan(wanted, api, { adopt });
  const missing = steps
    .filter(({ change }) => change === "create" || change === "refused")
    .map(({ kind, name }) => `${kind} ${name} is not there after it was put`);
  const fields = steps.flatMap(({ kind, name, change, fields }) =>
    change === "update" ? fields.map((field) => ({ of: `${kind} ${name}`, ...field })) : [],
  );
  const isUnknown = (change: string) => change === "unknown";
  return {
    problems: [
      ...missing,
      ...fields
        .filter(({ change }) => !isUnknown(change))
        .map(({ of, field }) => `${of}: ${field} reads back differently from what was sent`),
    ],
    notes: fields
      .filter(({ change }) => isUnknown(change))
      .map(({ of, field }) => `${of}: ${field} does not read back, so it cannot be compared`),
  };
}

import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { definedIn } from "../actual/fields.ts";
import { readAction } from "../actual/read-state.ts";
import { actionPath, findContent } from "../api/management-api.ts";
import type { Removal } from "../apply/remove.ts";
import type { PlanStep } from "../plan/plan.ts";
import { type CaptureContext, captureTriggers } from "./capture-triggers.ts";
import { functionOf } from "./mark.ts";
import type {
  ActionBefore,
  RecordedAction,
  RecordedGateway,
  RecordedPackage,
  RecordedTrigger,
} from "./record.ts";
import { type Hmac, toRecorded } from "./recorded-parameters.ts";

/** The resources that an apply is about to change, as the platform has them. */
export type Captured = {
  readonly packages: readonly RecordedPackage[];
  readonly actions: readonly RecordedAction[];
  readonly triggers: readonly RecordedTrigger[];
  readonly gateway?: RecordedGateway | undefined;
};

export type Changes = {
  readonly steps: readonly PlanStep[];
  readonly removals: readonly Removal[];
  readonly packageName: string;
  /** The part of API Gateway, if it was looked at. */
  readonly gateway?: RecordedGateway | undefined;
};

export function changesIn({ steps, removals }: Pick<Changes, "steps" | "removals">): {
  readonly steps: readonly PlanStep[];
  readonly removals: readonly Removal[];
} {
  const still = ["same", "kept", "refused"];
  return {
    steps: steps.filter(({ change }) => !still.includes(change)),
    removals: removals.filter(({ change }) => change === "delete"),
  };
}

export async function capture(changes: Changes, context: CaptureContext): Promise<Captured> {
  const { steps, removals } = changesIn(changes);
  return {
    packages: await capturePackages(steps, removals, context),
    actions: await captureActions(steps, { ...changes, removals }, context),
    triggers: await captureTriggers({ ...changes, changed: steps, removals }, context),
    ...(changes.gateway === undefined ? {} : { gateway: changes.gateway }),
  };
}

async function capturePackages(
  steps: readonly PlanStep[],
  removals: readonly Removal[],
  { api }: CaptureContext,
): Promise<readonly RecordedPackage[]> {
  const packages: RecordedPackage[] = steps
    .filter(({ kind }) => kind === "package")
    .map(({ name }) => ({ name, before: null }));
  for (const { name } of removals.filter(({ kind }) => kind === "package")) {
    const found = await findContent(api, `/packages/${encodeURIComponent(name)}`);
    const description = typeof found?.["description"] === "string" ? found["description"] : "";
    packages.push({ name, before: { description } });
  }
  return packages;
}

async function captureActions(
  steps: readonly PlanStep[],
  { removals, packageName: own }: Changes,
  { api, hmac }: CaptureContext,
): Promise<readonly RecordedAction[]> {
  const changed = steps.flatMap((step) =>
    step.kind === "action"
      ? [{ name: step.name, packageName: step.packageName, function: step.wanted.function }]
      : [],
  );
  const removed = removals
    .filter(({ kind }) => kind === "action")
    .map(({ name, packageName = own }) => ({ name, packageName, function: undefined }));
  const actions: RecordedAction[] = [];
  for (const { name, packageName, function: known } of [...changed, ...removed]) {
    const found = await findContent(api, actionPath(packageName, name));
    const before = found === undefined ? null : toActionBefore(found, hmac);
    const functionName = known ?? functionOf(before?.description) ?? "";
    actions.push({ function: functionName, packageName, name, before });
  }
  return actions;
}

export function toActionBefore(content: UnknownObject, hmac: Hmac): ActionBefore {
  const { type, parameters = {}, ...actual } = readAction(content);
  const known: Pick<ActionBefore, "type"> = type === "basic" || type === "web" ? { type } : {};
  return { ...known, ...definedIn(actual), parameters: toRecorded(parameters, hmac) };
}

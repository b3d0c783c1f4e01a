import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { readAction } from "../actual/read-state.ts";
import { readTrigger } from "../actual/read-trigger.ts";
import type { MarkedAction } from "../actual/scan.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import type { Wanted, WantedAction } from "../desired/desired-state.ts";
import type { WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { parseMark } from "../state/mark.ts";
import { compareTrigger } from "./compare-trigger.ts";
import { compareAction, type FieldChange } from "./difference.ts";
import { type Ownership, whyNotOurs } from "./ownership.ts";
import { type PlannedLink, planLink } from "./plan-link.ts";
import { whyUnreadable } from "./unreadable.ts";

type PlannedChange = {
  readonly name: string;
  /** `kept`: it differs or may differ, and is left as it is. */
  readonly change: "create" | "update" | "replace" | "same" | "kept" | "refused";
  readonly fields: readonly FieldChange[];
  /** Why the change is refused or left, and what to do about it. */
  readonly reason?: string;
};

/** Describes one resource and the change that it needs. A link has the name of its trigger. */
export type PlanStep =
  | (PlannedChange &
      (
        | { readonly kind: "package"; readonly description: string }
        | ActionStep
        | { readonly kind: "trigger"; readonly wanted: WantedTrigger }
      ))
  | PlannedLink;

type ActionStep = {
  readonly kind: "action";
  readonly packageName: string;
  readonly wanted: WantedAction;
};

/** Lists the steps in the order in which they run: a resource comes before those that refer to it. */
export type Plan = { readonly steps: readonly PlanStep[]; readonly warnings: readonly string[] };

export type PlanOptions = Ownership & {
  /** Writes actions whose parameters cannot be read. */
  readonly overwriteParameters: boolean;
  /** Our actions in other packages. */
  readonly elsewhere: readonly Pick<MarkedAction, "packageName" | "name">[];
};

/** Reads the actual state and compares it with the desired state. Changes nothing. */
export async function makePlan(
  wanted: Wanted,
  api: ManagementApi,
  options: PlanOptions,
): Promise<Plan> {
  const { packageName, packageMark, actions, triggers } = wanted;
  const steps: PlanStep[] = [];
  const warnings: string[] = [];
  if (packageName !== "-") {
    const found = await findContent(api, `/packages/${encodeURIComponent(packageName)}`);
    const change = found === undefined ? "create" : "same";
    steps.push({
      kind: "package",
      name: packageName,
      description: packageMark,
      change,
      fields: [],
    });
  }
  for (const action of actions) {
    const found = await findContent(api, actionPath(packageName, action.name));
    const step = toActionStep({ wanted: action, packageName }, found, options);
    steps.push(step);
    warnings.push(...(step.change === "kept" ? [`action ${action.name}: ${step.reason}`] : []));
  }
  for (const trigger of triggers) {
    const found = await findContent(api, triggerPath(trigger.name));
    steps.push(...planTrigger(trigger, found, { ...options, packageName }));
    warnings.push(...warningsAboutLinks(trigger, found));
  }
  return { steps, warnings };
}

/** A trigger's mark names the action that it runs, so it is written after the trigger was linked to another one. */
function planTrigger(
  trigger: WantedTrigger,
  found: UnknownObject | undefined,
  options: PlanOptions & { readonly packageName: string },
): readonly PlanStep[] {
  const step = toTriggerStep(trigger, found, options);
  const link = planLink(trigger, step.change === "replace" ? undefined : found, options);
  return link.change === "replace" ? [link, step] : [step, link];
}

function toActionStep(
  { wanted, packageName }: Omit<ActionStep, "kind">,
  found: UnknownObject | undefined,
  options: PlanOptions,
): PlanStep {
  const actual = found === undefined ? undefined : readAction(found);
  const own = { kind: "action", name: wanted.name, packageName, wanted } as const;
  const { type = wanted.type, description } = actual ?? {};
  if (type !== wanted.type) {
    return { ...own, change: "refused", fields: [], reason: wrongActionType(wanted, type) };
  }
  const notOurs = actual === undefined ? undefined : whyNotOurs(description, options);
  if (notOurs !== undefined) {
    return { ...own, change: "refused", fields: [], reason: notOurs };
  }
  const fields = compareAction(wanted, actual);
  const reason = options.overwriteParameters ? undefined : whyUnreadable(wanted, actual);
  return reason === undefined
    ? { ...own, ...toChange(fields, actual === undefined) }
    : {
        ...own,
        change: "kept",
        fields: fields.filter(({ change }) => change !== "unknown"),
        reason,
      };
}

/**
 * An action "can't be changed to another type" (NAVER Cloud API guide, "Put Action",
 * https://api.ncloud-docs.com, read in November 2026).
 */
function wrongActionType({ function: name, type }: WantedAction, actual: string): string {
  const exposed = type === "web" ? "" : `, and ${name} is never exposed over HTTP`;
  return (
    `it is there as a ${actual} action and must be ${type}; an action's type cannot be changed${exposed}. ` +
    "Delete it in the console, with what refers to it, or choose another prefix"
  );
}

function toTriggerStep(
  wanted: WantedTrigger,
  found: UnknownObject | undefined,
  options: PlanOptions,
): PlanStep {
  const actual = found === undefined ? undefined : readTrigger(found);
  const own = { kind: "trigger", name: wanted.name, wanted } as const;
  const refuse = (reason: string) => ({ ...own, change: "refused", fields: [], reason }) as const;
  if (actual === undefined) {
    return isCreatable(wanted)
      ? { ...own, change: "create", fields: compareTrigger(wanted, undefined) }
      : refuse(withoutLink);
  }
  const { type = wanted.type, description } = actual;
  if (!isSameType(type, wanted.type)) {
    if (!isReplaceable(wanted, actual, options)) {
      return refuse(wrongTriggerType(wanted, type));
    }
    return isCreatable(wanted)
      ? { ...own, change: "replace", fields: compareTrigger(wanted, undefined) }
      : refuse(withoutLink);
  }
  const notOurs = whyNotOurs(description, options);
  return notOurs === undefined
    ? { ...own, ...toChange(compareTrigger(wanted, actual), false) }
    : refuse(notOurs);
}

function wrongTriggerType({ type }: WantedTrigger, actual: string): string {
  return (
    `it is there as a ${actual} trigger and must be ${type}; a trigger's type cannot be changed. ` +
    "Delete it in the console, or choose another prefix"
  );
}

/** A GitHub trigger's names in API Gateway are required when it is created, and only then. */
function isCreatable(wanted: WantedTrigger): boolean {
  return wanted.type !== "github" || wanted.link !== undefined;
}

const withoutLink =
  "it is not there, and a GitHub trigger is created with its names in API Gateway: give it link: { productName, apiName, stageName }";

/** The list of triggers writes types for people ("Cron"), so only letters count. */
function isSameType(one: string, other: string): boolean {
  const letters = (type: string) => type.toLowerCase().replaceAll(/[^a-z]/g, "");
  return letters(one).replace(/^cloudinsight$/, "insight") === letters(other);
}

/** A trigger is made again only if this command made it for this action, and if nothing else depends on it. */
function isReplaceable(
  { isReplaceable: mayBe, description: mark, action }: WantedTrigger,
  { description, actions = [] }: ReturnType<typeof readTrigger>,
  options: PlanOptions,
): boolean {
  const owner = mark.slice(0, mark.indexOf(", ") + 1);
  const isAlone = actions.every((linked) => linked.split("/").at(-1) === action);
  const isOurs =
    parseMark(description) !== undefined && whyNotOurs(description, options) === undefined;
  return mayBe && isAlone && isOurs && description?.startsWith(owner) === true;
}

function toChange(fields: readonly FieldChange[], isNew: boolean) {
  if (isNew) {
    return { change: "create", fields } as const;
  }
  return { change: fields.length === 0 ? "same" : "update", fields } as const;
}

function warningsAboutLinks({ name, action }: WantedTrigger, found: UnknownObject | undefined) {
  const linked = found === undefined ? [] : (readTrigger(found).actions ?? []);
  const others = linked.filter((one) => one.split("/").at(-1) !== action);
  return others.length === 0
    ? []
    : [`trigger ${name} runs ${others.length} other action(s) too: look at it in the console`];
}

import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { readAction } from "../actual/read-state.ts";
import { readTrigger } from "../actual/read-trigger.ts";
import { actionPath, findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import type { Wanted, WantedAction } from "../desired/desired-state.ts";
import { isMarked, mark } from "../desired/names.ts";
import type { WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { compareTrigger } from "./compare-trigger.ts";
import { compareAction, type FieldChange } from "./difference.ts";

type PlannedChange = {
  readonly name: string;
  readonly change: "create" | "update" | "replace" | "same" | "refused";
  readonly fields: readonly FieldChange[];
  /** Why the change is refused, and what to do about it. */
  readonly reason?: string;
};

/** Describes one resource and the change that it needs. A link has the name of its trigger. */
export type PlanStep = PlannedChange &
  (
    | { readonly kind: "package" }
    | { readonly kind: "action"; readonly wanted: WantedAction }
    | { readonly kind: "trigger"; readonly wanted: WantedTrigger }
    | { readonly kind: "link"; readonly action: string }
  );

/** Lists the steps in the order in which they run: a resource comes before those that refer to it. */
export type Plan = { readonly steps: readonly PlanStep[]; readonly warnings: readonly string[] };

export type PlanOptions = {
  /** Overwrites a resource that has one of our names and lacks our mark. */
  readonly adopt: boolean;
};

/** Reads the actual state and compares it with the desired state. Changes nothing. */
export async function makePlan(
  wanted: Wanted,
  api: ManagementApi,
  options: PlanOptions,
): Promise<Plan> {
  const { packageName, actions, triggers } = wanted;
  const steps: PlanStep[] = [];
  const warnings: string[] = [];
  if (packageName !== "-") {
    const found = await findContent(api, `/packages/${encodeURIComponent(packageName)}`);
    const change = found === undefined ? "create" : "same";
    steps.push({ kind: "package", name: packageName, change, fields: [] });
  }
  for (const action of actions) {
    const found = await findContent(api, actionPath(packageName, action.name));
    steps.push(toActionStep(action, found, options));
  }
  for (const trigger of triggers) {
    const found = await findContent(api, triggerPath(trigger.name));
    const step = toTriggerStep(trigger, found, options);
    const left = step.change === "replace" ? undefined : found;
    steps.push(step, toLinkStep(trigger, left, packageName));
    warnings.push(...warningsAboutLinks(trigger, found));
  }
  return { steps, warnings };
}

function toActionStep(
  wanted: WantedAction,
  found: UnknownObject | undefined,
  options: PlanOptions,
): PlanStep {
  const actual = found === undefined ? undefined : readAction(found);
  const own = { kind: "action", name: wanted.name, wanted } as const;
  const { type = wanted.type, description } = actual ?? {};
  if (type !== wanted.type) {
    return { ...own, change: "refused", fields: [], reason: wrongActionType(wanted, type) };
  }
  if (actual !== undefined && !isOurs(description, options)) {
    return { ...own, change: "refused", fields: [], reason: notOurs(description) };
  }
  return { ...own, ...toChange(compareAction(wanted, actual), actual === undefined) };
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

function notOurs(description: string | undefined): string {
  const why =
    description === undefined
      ? "it is there, and its description, which would tell whether this command made it, is not shown"
      : "it is there and was not made by this command: its description lacks the mark";
  return `${why}. Choose another prefix, or take it over with --adopt`;
}

function isOurs(description: string | undefined, { adopt }: PlanOptions): boolean {
  return adopt || isMarked(description);
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
    if (!isReplaceable(wanted, actual)) {
      return refuse(wrongTriggerType(wanted, type));
    }
    return isCreatable(wanted)
      ? { ...own, change: "replace", fields: compareTrigger(wanted, undefined) }
      : refuse(withoutLink);
  }
  return isOurs(description, options)
    ? { ...own, ...toChange(compareTrigger(wanted, actual), false) }
    : refuse(notOurs(description));
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
): boolean {
  const owner = mark.slice(0, mark.indexOf(", ") + 1);
  const isAlone = actions.every((linked) => linked.split("/").at(-1) === action);
  return mayBe && isAlone && description?.startsWith(owner) === true;
}

function toChange(fields: readonly FieldChange[], isNew: boolean) {
  if (isNew) {
    return { change: "create", fields } as const;
  }
  return { change: fields.length === 0 ? "same" : "update", fields } as const;
}

function toLinkStep(
  wanted: WantedTrigger,
  found: UnknownObject | undefined,
  packageName: string,
): PlanStep {
  const own = { kind: "link", name: wanted.name, action: wanted.action, fields: [] } as const;
  const isThere = found !== undefined && isLinked(found, wanted.action, packageName);
  return { ...own, change: isThere ? "same" : "create" };
}

/** Accepts a linked action by its bare name, as documented, and by its name with the package before it. */
export function isLinked(trigger: UnknownObject, action: string, packageName: string): boolean {
  const names = [action, `${packageName}/${action}`];
  return readTrigger(trigger).actions?.some((linked) => names.includes(linked)) === true;
}

function warningsAboutLinks({ name, action }: WantedTrigger, found: UnknownObject | undefined) {
  const linked = found === undefined ? [] : (readTrigger(found).actions ?? []);
  const others = linked.filter((one) => one.split("/").at(-1) !== action);
  return others.length === 0
    ? []
    : [`trigger ${name} runs ${others.length} other action(s) too: look at it in the console`];
}

export const packageDescription = mark("package");

import type { Effects } from "../../../lib/effects/effects.ts";
import type { FieldChange } from "../plan/difference.ts";
import { makePlan, type PlanStep } from "../plan/plan.ts";
import type { ApplyContext } from "./apply.ts";

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
  kept: readonly string[] = [],
): Promise<ReadBackResult> {
  let verified = await readBack(context, kept);
  for (let reads = 1; reads < readsMax && verified.problems.length > 0; reads += 1) {
    await sleep(readAgainMs);
    verified = await readBack(context, kept);
  }
  return verified;
}

async function readBack(
  { wanted, api, planning }: ApplyContext,
  kept: readonly string[],
): Promise<ReadBackResult> {
  const { steps: all } = await makePlan(wanted, api, planning);
  const steps = all.filter(({ name }) => !kept.includes(name));
  const fields = steps.flatMap(fieldsOf);
  return {
    problems: [
      ...steps.flatMap(toProblem),
      ...fields
        .filter(({ change }) => change !== "unknown")
        .map(({ of, field }) => `${of}: ${field} reads back differently from what was sent`),
    ],
    notes: fields
      .filter(({ change }) => change === "unknown")
      .map(({ of, field }) => `${of}: ${field} does not read back, so it cannot be compared`),
  };
}

function toProblem(step: PlanStep): readonly string[] {
  const { kind, name, change, reason } = step;
  if (change === "create" && !isUnseen(step)) {
    return [`${kind} ${name} is not there after it was put`];
  }
  if (change === "refused") {
    return [`${kind} ${name}: ${reason}`];
  }
  return kind === "link" && change === "replace" ? [`link ${name}: ${reason}, and still may`] : [];
}

/** A link to be made has a reason only if the API does not show what the trigger runs. */
function isUnseen({ kind, change, reason }: PlanStep): boolean {
  return kind === "link" && change === "create" && reason !== undefined;
}

type FieldOf = Pick<FieldChange, "field" | "change"> & { readonly of: string };

/** Returns the fields of a resource that differ, or that nobody can compare. */
function fieldsOf(step: PlanStep): readonly FieldOf[] {
  const of = `${step.kind} ${step.name}`;
  if (step.change === "kept") {
    return [{ of, field: "parameters", change: "unknown" }];
  }
  if (isUnseen(step)) {
    return [{ of, field: "its action", change: "unknown" }];
  }
  return step.change === "update" ? step.fields.map((field) => ({ of, ...field })) : [];
}

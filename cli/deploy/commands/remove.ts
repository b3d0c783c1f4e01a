import { type Removal, remove } from "../apply/remove.ts";
import { toNames } from "../desired/names.ts";
import { removeGatewayPart } from "../gateway/removal/remove-part.ts";
import { manualRemoval } from "../output/console-steps.ts";
import { type DeployReport, isDifferent, toLeftover, toReportedChange } from "../output/report.ts";
import { surveyRemoval } from "../plan/survey.ts";
import type { Prepared } from "../prepare.ts";
import { type Running, shownPlace } from "./running.ts";

/** Shows what would be removed, or removes it. Throws an ApiFailure. */
export async function performRemove(
  command: "remove" | "plan of remove",
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { progress } = running;
  const gateway = await removeGatewayPart(command !== "remove", { prepared, progress });
  const planned = await surveyRemoval(prepared);
  const removals = command === "remove" ? await removeAll(planned, prepared, running) : planned;
  const changes = [...gateway.changes, ...removals.map(toReportedChange)];
  return {
    command,
    ...shownPlace(prepared),
    ok: true,
    changes,
    ...(command === "plan of remove" ? { differs: isDifferent(changes) } : {}),
    leftovers: changes.filter(({ change }) => change === "kept").map(toLeftover),
    warnings: gateway.warnings,
    problems: [],
    manualSteps: [
      ...(prepared.local === undefined ? gateway.manualSteps : []),
      ...stepsLeft(removals, prepared),
    ],
  };
}

/** Nothing is left to do in the console if nothing was there, or if it was a rehearsal. */
function stepsLeft(removals: readonly Removal[], { deployment, local }: Prepared) {
  const isSomethingThere = removals.some(({ change }) => change !== "absent");
  return local === undefined && isSomethingThere ? manualRemoval(deployment) : [];
}

export async function removeAll(
  removals: readonly Removal[],
  { deployment, api }: Prepared,
  { progress }: Pick<Running, "progress">,
): Promise<readonly Removal[]> {
  const names = toNames(deployment);
  const done: Removal[] = [];
  for (const removal of removals) {
    progress.begin(toReportedChange(removal));
    const ended = removal.change === "delete" ? await remove(removal, names, api) : removal;
    progress.end(toReportedChange(ended));
    done.push(ended);
  }
  return done;
}

import { planRemoval, type Removal, remove } from "../apply/remove.ts";
import { toNames } from "../desired/names.ts";
import { manualRemoval } from "../output/console-steps.ts";
import { type DeployReport, toReportedChange } from "../output/report.ts";
import type { Prepared } from "../prepare.ts";
import { type Running, shownPlace } from "./running.ts";

/** Shows what would be removed, or removes it. Throws an ApiFailure. */
export async function performRemove(
  command: "remove" | "plan of remove",
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  const { deployment, api } = prepared;
  const planned = await planRemoval(deployment, toNames(deployment), api);
  const removals = command === "remove" ? await removeAll(planned, prepared, running) : planned;
  return {
    command,
    ...shownPlace(prepared),
    ok: true,
    changes: removals.map(toReportedChange),
    warnings: [],
    problems: [],
    manualSteps: manualRemoval(deployment),
  };
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

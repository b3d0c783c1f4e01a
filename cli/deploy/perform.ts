import { performApply } from "./commands/apply.ts";
import { performPlan } from "./commands/plan.ts";
import { performRemove } from "./commands/remove.ts";
import { performRollback } from "./commands/rollback.ts";
import type { Running } from "./commands/running.ts";
import type { ReportingCommand } from "./deploy-options.ts";
import type { DeployReport } from "./output/report.ts";
import type { Prepared } from "./prepare.ts";

/** Carries out one command, whose settings are already checked. Throws an ApiFailure. */
export async function perform(
  command: ReportingCommand,
  prepared: Prepared,
  running: Running,
): Promise<DeployReport> {
  switch (command) {
    case "plan":
      return (await performPlan(command, prepared, running)).report;
    case "apply":
      return await performApply(prepared, running);
    case "rollback":
    case "plan of rollback":
      return await performRollback(command, prepared, running);
    default:
      return await performRemove(command, prepared, running);
  }
}

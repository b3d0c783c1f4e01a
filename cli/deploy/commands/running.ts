import type { CommandContext, DeployOptions } from "../deploy-options.ts";
import { webOptions } from "../desired/deployment.ts";
import type { DeployProgress } from "../output/progress.ts";
import type { DeployReport } from "../output/report.ts";
import type { Prepared } from "../prepare.ts";

/** The options of one command, and the outputs for its progress. */
export type Running = {
  readonly options: DeployOptions;
  readonly surroundings: CommandContext;
  readonly progress: DeployProgress;
};

/** Returns the fields of a report that say where everything is. */
export function shownPlace({
  place: { region, origin, basePath, platform },
  local,
}: Prepared): Pick<DeployReport, "place" | "local"> {
  return {
    place: { region, origin, basePath, platform },
    ...(local === undefined ? {} : { local }),
  };
}

/** Returns the address that senders call, where it is known. A rehearsal has one without API Gateway too. */
export function shownUrl(
  { local, deployment }: Prepared,
  gateway: DeployReport["gateway"],
): Pick<DeployReport, "url"> {
  if (gateway?.url !== undefined) {
    return { url: `${gateway.url}/<source>` };
  }
  return local !== undefined && webOptions(deployment, "webhook") !== undefined
    ? { url: `${local.functions}/webhook/<source>` }
    : {};
}

import type { CommandContext, DeployOptions } from "../deploy-options.ts";
import type { Wanted } from "../desired/desired-state.ts";
import type { GatewayReport } from "../output/gateway-report.ts";
import type { DeployProgress } from "../output/progress.ts";
import type { ReportedChange } from "../output/report.ts";
import type { Prepared } from "../prepare.ts";
import type { RecordedGateway } from "../state/record.ts";
import type { MethodTemplate } from "./template/template.ts";

export type GatewayContext = {
  readonly prepared: Prepared;
  readonly options: DeployOptions;
  readonly surroundings: CommandContext;
  readonly progress: DeployProgress;
  readonly wanted: Wanted;
  /** The actions of `webhook` that go, because the configuration has moved away from them. */
  readonly former: readonly string[];
  /** The changes that an apply made in API Gateway, if this is its rollback. */
  readonly rollback?: { readonly recorded: RecordedGateway | undefined };
};

export type SeenGateway = {
  /** The content of our methods that lead to the action. */
  readonly template: MethodTemplate | undefined;
  /** Fingerprints of methods and stage. */
  readonly fingerprints: Readonly<Record<string, string>>;
};

/** The part of a report that is about API Gateway. */
export type GatewayPart = {
  readonly changes: readonly ReportedChange[];
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
  readonly manualSteps: readonly string[];
  /** True if senders may be led to an action that goes: it stays then. */
  readonly needsFormer: boolean;
  readonly report?: GatewayReport;
  /** The state that was read, as a rollback record keeps it. */
  readonly seen?: SeenGateway;
};

export const none: GatewayPart = {
  ...{ changes: [], refused: [], warnings: [], manualSteps: [] },
  needsFormer: false,
};

export type AppliedPart = GatewayPart & {
  /** Differences that are left after the apply. */
  readonly problems: readonly string[];
};

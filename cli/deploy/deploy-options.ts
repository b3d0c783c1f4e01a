import type { Effects } from "../../lib/effects/effects.ts";
import type { Terminal } from "../shared/terminal.ts";

export type DeployOptions = {
  readonly plan?: boolean;
  readonly apply?: boolean;
  readonly remove?: boolean;
  /** The function to roll back, or true for every function. */
  readonly rollback?: string | true;
  /** The function whose activations are shown, or true for those of every function. */
  readonly logs?: string | true;
  readonly follow?: boolean;
  /** `--plan` then ends with 3 if something differs. */
  readonly exitCode?: boolean;
  readonly config: string;
  readonly settings?: readonly string[];
  readonly endpoint?: string;
  readonly gatewayEndpoint?: string;
  readonly local?: boolean;
  readonly artifacts: string;
  readonly standIn?: string;
  readonly smoke: boolean;
  /** The source of WEBHOOK_SOURCES in whose name the smoke call sends a signed delivery. */
  readonly smokeSource?: string;
  /** False leaves API Gateway out. */
  readonly gateway: boolean;
  /** The folder of what `--rollback` needs. */
  readonly state: string;
  readonly adopt?: boolean;
  readonly overwriteParameters?: boolean;
  readonly prune?: boolean;
  readonly json?: boolean;
};

export type CommandContext = {
  readonly effects: Effects;
  readonly terminal: Terminal;
};

/** The commands that end with a report. */
export type ReportingCommand =
  | "plan"
  | "apply"
  | "remove"
  | "plan of remove"
  | "rollback"
  | "plan of rollback";

export type CommandName = ReportingCommand | "logs";

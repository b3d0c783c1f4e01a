import type { Effects } from "../../lib/effects/effects.ts";
import type { Terminal } from "../shared/terminal.ts";
import type { DeployReport } from "./output/report.ts";

export type DeployOptions = {
  readonly plan?: boolean;
  readonly apply?: boolean;
  readonly remove?: boolean;
  readonly config: string;
  readonly settings?: readonly string[];
  readonly endpoint?: string;
  readonly local?: boolean;
  readonly artifacts: string;
  readonly standIn?: string;
  readonly smoke: boolean;
  readonly adopt?: boolean;
  readonly prune?: boolean;
  readonly overwriteParameters?: boolean;
  /** The folder of the rollback records. */
  readonly state: string;
  /** Rolls back: one function, or all that the last apply changed. */
  readonly rollback?: boolean | string;
  readonly json?: boolean;
};

export type CommandContext = {
  readonly effects: Effects;
  readonly terminal: Terminal;
};

export type CommandName = DeployReport["command"];

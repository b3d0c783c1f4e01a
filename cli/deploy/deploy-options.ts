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
  readonly gatewayEndpoint?: string;
  /** False leaves API Gateway out. */
  readonly gateway: boolean;
  readonly local?: boolean;
  readonly artifacts: string;
  readonly standIn?: string;
  readonly smoke: boolean;
  /** The source for which the smoke call sends a signed delivery. */
  readonly smokeSource?: string;
  readonly adopt?: boolean;
  readonly prune?: boolean;
  readonly json?: boolean;
};

export type CommandContext = {
  readonly effects: Effects;
  readonly terminal: Terminal;
};

export type CommandName = DeployReport["command"];

import type { Effects } from "../../lib/effects/effects.ts";
import { collect, createCommand, runCommand, toHelpEnd } from "../shared/command-line.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { Terminal } from "../shared/terminal.ts";
import { deploy } from "./deploy.ts";
import type { DeployOptions } from "./deploy-options.ts";

export function runDeploy(
  argv: readonly string[],
  terminal: Terminal,
  effects: Effects,
): Promise<ExitCode> {
  const work = (options: DeployOptions) => deploy(options, { effects, terminal });
  return runCommand(createDeployCommand(terminal), work, { argv, terminal });
}

function createDeployCommand(terminal: Terminal) {
  return createCommand("deploy", terminal)
    .description("Deploys the functions to NAVER Cloud Functions, through its management API.")
    .option("--plan", "show what would change, and change nothing (with --remove: what would go)")
    .option("--apply", "make it so, and end by a smoke call")
    .option("--remove", "delete what this command made: triggers, actions, package")
    .option("--config <file>", "what goes where", "deploy.config.ts")
    .option(
      "--settings <file>",
      "file of NAME=value lines, before the environment (repeatable)",
      collect,
    )
    .option("--endpoint <origin>", "another origin of the API: https, or this machine")
    .option("--gateway-endpoint <origin>", "another origin of API Gateway: https, or this machine")
    .option("--no-gateway", "leave API Gateway out")
    .option(
      "--local",
      "rehearse on a running npm start: its emulators are the API, the stream and the storage",
    )
    .option("--artifacts <folder>", "where `npm run build` writes", "dist")
    .option(
      "--emulator, --stand-in <origin>",
      "where the smoke call's record is looked for: a local emulator of Data Stream",
    )
    .option(
      "--no-smoke",
      "end without the smoke calls: one heartbeat, and a wrong signature through API Gateway",
    )
    .option(
      "--smoke-source <name>",
      "the smoke call sends one signed delivery of this source through API Gateway, which is produced",
    )
    .option(
      "--adopt",
      "overwrite actions and triggers that lack this command's mark, and read back a method of API Gateway that was made in the console",
    )
    .option("--prune", "delete what this command made for functions that are no longer configured")
    .option("--json", "print one JSON object")
    .addHelpText("after", toHelpEnd(codes, examples) + remarks);
}

const codes = [
  "0  done: the plan was made, or everything is as it shall be",
  "1  failed: a call was refused, something may not be overwritten, or the smoke call did not deliver",
  "2  not understood: an option, the configuration or a setting is wrong; nothing was sent",
];

const examples = [
  "npm run deploy -- --plan --settings prod.env",
  "npm run deploy -- --apply --settings prod.env",
  "npm run deploy -- --plan --remove --settings prod.env",
  "npm run deploy -- --apply --local --settings local/settings.env",
];

const remarks = `
Keys: DEPLOY_ACCESS_KEY and DEPLOY_SECRET_KEY (environment or settings file) sign the management calls. Without
them NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY do, which the functions get in any case: two Sub Accounts are safer.
DEPLOY_GITHUB_TOKEN, from the same places, is the access token of GitHub triggers.

Nothing here was tried against NAVER Cloud itself; what its documents leave open is among the warnings of every plan.
`;

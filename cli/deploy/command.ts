import type { Effects } from "../../lib/effects/effects.ts";
import { collect, createCommand, runCommand, toHelpEnd } from "../shared/command-line.ts";
import { commandText } from "../shared/command-text.ts";
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
  const command = createCommand("deploy", terminal).description(
    "Deploys the functions to NAVER Cloud Functions, through its management API.",
  );
  addCommands(command);
  addPlaces(command);
  addRules(command);
  return command
    .option("--json", "print one JSON object; with --logs one a line")
    .addHelpText("after", toHelpEnd(codes, examples) + remarks);
}

type Command = ReturnType<typeof createCommand>;

/** Adds what can be asked for. */
function addCommands(command: Command): void {
  command
    .option("--plan", "show what would change, and change nothing; with --remove or --rollback too")
    .option("--exit-code", "with --plan: end with 3 if something differs")
    .option("--apply", "make it so, and end by a smoke call")
    .option("--remove", "delete what this command made: triggers, actions, package")
    .option(
      "--rollback [function]",
      "put code and settings back as they were before the last --apply (without a name: of every function)",
    )
    .option(
      "--logs [function]",
      "show what ran, newest first, with its logs (without a name: every function)",
    )
    .option("--follow", "with --logs: go on showing what runs, oldest first, until Ctrl-C");
}

/** Adds where things are. */
function addPlaces(command: Command): void {
  command
    .option("--config <file>", "what goes where", "deploy.config.ts")
    .option(
      "--settings <file>",
      "file of NAME=value lines, before the environment (repeatable)",
      collect,
    )
    .option("--artifacts <folder>", `where \`${commandText("build")}\` writes`, "dist")
    .option("--state <folder>", "where --apply keeps what --rollback needs; private", ".deploy")
    .option("--endpoint <origin>", "another origin of the API: https, or this machine")
    .option("--gateway-endpoint <origin>", "another origin of API Gateway's API, likewise")
    .option(
      "--local",
      `rehearse on a running ${commandText("start")}: its emulators are the APIs, the stream and the storage`,
    )
    .option(
      "--emulator, --stand-in <origin>",
      "where the smoke call's record is looked for: a local emulator of Data Stream",
    );
}

/** Adds what may be done, and what is left out. */
function addRules(command: Command): void {
  command
    .option("--no-gateway", "leave API Gateway out")
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
    .option(
      "--overwrite-parameters",
      "write actions too whose parameters cannot be read, such as those encrypted in the console",
    )
    .option("--prune", "delete what this command made for functions that are no longer configured");
}

const codes = [
  "0  done: the plan was made, or everything is as it shall be",
  "1  failed: a call was refused, something may not be overwritten, or the smoke call did not deliver",
  "2  not understood: an option, the configuration or a setting is wrong; nothing was sent",
  "3  with --plan --exit-code: something differs",
];

const examples = [
  commandText("deploy", "--plan --settings prod.env"),
  commandText("deploy", "--apply --settings prod.env"),
  commandText("deploy", "--plan --exit-code --config deploy.prod.ts --settings prod.env"),
  commandText("deploy", "--logs webhook --follow --settings prod.env"),
  commandText("deploy", "--rollback webhook --settings prod.env"),
  commandText("deploy", "--plan --remove --settings prod.env"),
  commandText("deploy", "--apply --local"),
];

const remarks = `
Keys: DEPLOY_ACCESS_KEY and DEPLOY_SECRET_KEY (environment or settings file) sign the management calls. Without
them NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY do, which the functions get in any case: two Sub Accounts are safer.
DEPLOY_GITHUB_TOKEN, from the same places, is the access token of GitHub triggers.

Nothing here was tried against NAVER Cloud itself; what its documents leave open is among the warnings of every plan.
`;

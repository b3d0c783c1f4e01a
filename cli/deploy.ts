import { Command, CommanderError, Option } from "commander";
import { systemEffects } from "../lib/effects.ts";
import { type DeployOptions, deploy } from "./deploy/deploy.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

const help = `
Exit codes:
  0  done: the plan was made, or everything is as it shall be
  1  failed: a call was refused, something may not be overwritten, or the smoke call did not deliver
  2  not understood: an option, the configuration or a setting is wrong; nothing was sent

Keys: DEPLOY_ACCESS_KEY and DEPLOY_SECRET_KEY (environment or settings file) sign the management calls. Without
them NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY do, which the functions get in any case: two Sub Accounts are safer.

Nothing here was tried against NAVER Cloud itself; what its documents leave open is among the warnings of every plan.`;

const program = new Command("deploy")
  .description("Deploys the functions to NAVER Cloud Functions, through its management API.")
  .option("--plan", "show what would change, and change nothing (with --remove: what would go)")
  .option("--apply", "make it so, and end by a smoke call")
  .option("--remove", "delete what this command made: triggers, actions, package")
  .option("--config <file>", "what goes where", "deploy.config.ts")
  .option("--settings <file...>", "files of NAME=value lines, before the environment", [])
  .option("--endpoint <origin>", "another origin of the API: https, or this machine")
  .option("--artifacts <folder>", "where `npm run build` writes", "dist")
  .addOption(
    new Option(
      "--stand-in <origin>",
      "where the smoke call's record is looked for: a local stand-in",
    ),
  )
  .option("--no-smoke", "end without the smoke call, which puts one heartbeat on its topic")
  .option("--adopt", "overwrite actions and triggers that lack this command's mark", false)
  .option(
    "--prune",
    "delete what this command made for functions that are no longer configured",
    false,
  )
  .option("--json", "one JSON object on stdout, for machines", false)
  .addHelpText("after", help)
  .exitOverride();

process.exitCode = await start(process.argv);

async function start(argv: readonly string[]): Promise<ExitCode> {
  try {
    program.parse(argv);
  } catch (error) {
    const isHelp = error instanceof CommanderError && error.exitCode === 0;
    return isHelp ? exitCodes.ok : exitCodes.usage;
  }
  return await deploy(program.opts<DeployOptions>(), {
    effects: systemEffects,
    environment: process.env,
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
  });
}

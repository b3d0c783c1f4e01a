import { writeProblems } from "../shared/command-line.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { type Page, toPage, writePages } from "../shared/page.ts";
import { UsageError } from "../shared/settings-source.ts";
import { ApiFailure } from "./api/api-failure.ts";
import type { CommandContext, CommandName, DeployOptions } from "./deploy-options.ts";
import { NoEmulator } from "./local-emulators.ts";
import { createDeployProgress, type DeployProgress } from "./output/progress.ts";
import { type DeployReport, type PartialReport, toReportText } from "./output/report.ts";
import { perform } from "./perform.ts";
import { type Prepared, prepare } from "./prepare.ts";

/** The code of API Gateway for a signature or key pair that it does not accept. */
const authenticationFailed = "200";

function adviceFor(
  command: CommandName,
  { errorCode }: ApiFailure,
  local: Prepared["local"],
): readonly string[] {
  return [
    ...(command === "apply" || command === "remove"
      ? ["What is done stays done: run the same command again."]
      : []),
    ...(local !== undefined && errorCode === authenticationFailed
      ? ["The emulators know the key pairs of npm start: give it the same --settings."]
      : []),
  ];
}

/**
 * Runs the command after its options were parsed. Throws a UsageError. A failure of the API is written to
 * the output.
 */
export async function deploy(
  options: DeployOptions,
  surroundings: CommandContext,
): Promise<ExitCode> {
  const command = commandOf(options);
  const isJson = options.json === true;
  try {
    const prepared = await prepare(options, surroundings);
    return await deployPrepared(command, prepared, { options, surroundings });
  } catch (error) {
    if (!(error instanceof NoEmulator)) {
      throw error;
    }
    writeProblems([error.message], { isJson, page: toPage("deploy-local") }, surroundings.terminal);
    return exitCodes.failed;
  }
}

type Asked = { readonly options: DeployOptions; readonly surroundings: CommandContext };

async function deployPrepared(
  command: CommandName,
  prepared: Prepared,
  { options, surroundings }: Asked,
): Promise<ExitCode> {
  const { hide } = prepared;
  const { writeOut } = surroundings.terminal;
  const isJson = options.json === true;
  const say = (text: string) => writeOut(hide(text));
  const progress = createDeployProgress(isJson ? () => undefined : say);
  try {
    const report = await perform(command, prepared, { options, surroundings, progress });
    const pages = pagesOf(report);
    if (isJson) {
      writeOut(toJsonLine({ ...report, page: pages[0] }, hide));
    } else {
      say(toReportText(report));
      writePages(pages, surroundings.terminal);
    }
    return report.ok ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    if (isJson) {
      writeOut(toJsonLine(toPartialReport(command, progress, error), hide));
    } else {
      const told = { isJson, page: toPage("deploy-api") };
      const advice = adviceFor(command, error, prepared.local);
      writeProblems([hide(error.message), ...advice], told, surroundings.terminal);
    }
    return exitCodes.failed;
  }
}

function pagesOf({ ok, changes, smoke, gateway }: DeployReport): readonly Page[] {
  if (ok) {
    return [];
  }
  if (changes.some(({ change }) => change === "refused")) {
    return [toPage("deploy-refused")];
  }
  if (gateway?.smoke?.ending === "failed") {
    return [toPage("deploy-gateway")];
  }
  return [toPage(smoke?.ending === "failed" ? "deploy-smoke" : "deploy-verify")];
}

function toPartialReport(
  command: CommandName,
  { done, underWay }: DeployProgress,
  { message }: ApiFailure,
): PartialReport {
  const failed = underWay();
  return {
    command,
    ok: false,
    problems: [message],
    page: toPage("deploy-api"),
    done: done(),
    ...(failed === undefined ? {} : { failed: { ...failed, reason: message } }),
  };
}

/**
 * Hides secrets text by text: a secret can also be a word of JSON, and replacing it in the whole line would
 * break the JSON.
 */
function toJsonLine(
  report: (DeployReport & { readonly page: Page | undefined }) | PartialReport,
  hide: (text: string) => string,
): string {
  const replace = (_: string, value: unknown) => (typeof value === "string" ? hide(value) : value);
  return `${JSON.stringify(report, replace)}\n`;
}

function commandOf({ plan = false, apply = false, remove = false }: DeployOptions): CommandName {
  if (plan && remove && !apply) {
    return "plan of remove";
  }
  if ([plan, apply, remove].filter(Boolean).length !== 1) {
    throw new UsageError(
      "give one of --plan, --apply and --remove; --plan --remove shows what would go",
    );
  }
  if (apply) {
    return "apply";
  }
  return remove ? "remove" : "plan";
}

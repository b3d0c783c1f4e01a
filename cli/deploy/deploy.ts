import { writeProblems } from "../shared/command-line.ts";
import { commandText } from "../shared/command-text.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { type Page, toPage, writePages } from "../shared/page.ts";
import { UsageError } from "../shared/usage-error.ts";
import { ApiFailure } from "./api/api-failure.ts";
import { performLogs } from "./commands/logs.ts";
import type {
  CommandContext,
  CommandName,
  DeployOptions,
  ReportingCommand,
} from "./deploy-options.ts";
import { NoEmulator } from "./local-emulators.ts";
import { stopOnInterrupt } from "./logs/stop-on-interrupt.ts";
import { createDeployProgress, type DeployProgress } from "./output/progress.ts";
import { type DeployReport, type PartialReport, toReportText } from "./output/report.ts";
import { perform } from "./perform.ts";
import { type Prepared, prepare } from "./prepare.ts";

/**
 * Runs the command after its options were parsed. Throws a UsageError. A failure of the API is written to
 * the output.
 */
export async function deploy(
  options: DeployOptions,
  surroundings: CommandContext,
): Promise<ExitCode> {
  const command = commandOf(options);
  checkTogether(command, options);
  const isFollowing = command === "logs" && options.follow === true;
  const asked = {
    options,
    surroundings: isFollowing ? stopOnInterrupt(surroundings) : surroundings,
  };
  try {
    const prepared = await prepare(options, asked.surroundings);
    return command === "logs"
      ? await showLogs(prepared, asked)
      : await report(command, prepared, asked);
  } catch (error) {
    if (!(error instanceof NoEmulator)) {
      throw error;
    }
    const told = { isJson: options.json === true, page: toPage("deploy-local") };
    writeProblems([error.message], told, surroundings.terminal);
    return exitCodes.failed;
  }
}

type Asked = { readonly options: DeployOptions; readonly surroundings: CommandContext };

async function showLogs(prepared: Prepared, { options, surroundings }: Asked): Promise<ExitCode> {
  const fail = (problems: readonly string[], page: Page) => {
    const isJson = options.json === true;
    writeProblems(problems, { isJson, page }, surroundings.terminal);
    return exitCodes.failed;
  };
  try {
    const problems = await performLogs(prepared, { options, surroundings });
    return problems.length === 0 ? exitCodes.ok : fail(problems, toPage("deploy-logs"));
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    return fail([prepared.hide(error.message), ...adviceFor(error, prepared)], error.page);
  }
}

async function report(
  command: ReportingCommand,
  prepared: Prepared,
  asked: Asked,
): Promise<ExitCode> {
  const { options, surroundings } = asked;
  const { hide } = prepared;
  const say = (text: string) => surroundings.terminal.writeOut(hide(text));
  const progress = createDeployProgress(options.json === true ? () => undefined : say);
  try {
    const made = await perform(command, prepared, { options, surroundings, progress });
    writeReport(made, prepared, asked);
    return exitCodeOf(made, options);
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    const problems = [error.message, ...adviceFor(error, prepared)];
    writeBroken(
      toPartialReport(command, { progress, problems, page: error.page }),
      prepared,
      asked,
    );
    return exitCodes.failed;
  }
}

function writeReport(
  made: DeployReport,
  { hide }: Prepared,
  { options, surroundings: { terminal } }: Asked,
): void {
  const pages = pagesOf(made);
  if (options.json === true) {
    terminal.writeOut(toJsonLine({ ...made, page: pages[0] }, hide));
  } else {
    terminal.writeOut(hide(toReportText(made)));
    writePages(pages, terminal);
  }
}

/** People are told what JSON says by `done`. */
function writeBroken(
  broken: PartialReport,
  { hide }: Prepared,
  { options, surroundings: { terminal } }: Asked,
): void {
  if (options.json === true) {
    terminal.writeOut(toJsonLine(broken, hide));
  } else {
    const { command, problems, page } = broken;
    const lines = [...problems.map(hide), ...(writing.includes(command) ? [again] : [])];
    writeProblems(lines, { isJson: false, page }, terminal);
  }
}

function exitCodeOf({ ok, differs }: DeployReport, { exitCode }: DeployOptions): ExitCode {
  if (!ok) {
    return exitCodes.failed;
  }
  return exitCode === true && differs === true ? exitCodes.differs : exitCodes.ok;
}

/** The code of API Gateway for a signature or key pair that it does not accept. */
const authenticationFailed = "200";
const writing: readonly CommandName[] = ["apply", "remove", "rollback"];
const again = "What is done stays done: run the same command again.";

function adviceFor(
  { status, errorCode, isForbidden }: ApiFailure,
  { local, keyHint }: Prepared,
): readonly string[] {
  return [
    ...(local !== undefined && errorCode === authenticationFailed
      ? [
          `The emulators know the key pairs of ${commandText("start")}: give it the same --settings.`,
        ]
      : []),
    ...(status === 401 && !isForbidden ? keyHint : []),
  ];
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

type Broken = Pick<PartialReport, "problems" | "page"> & { readonly progress: DeployProgress };

function toPartialReport(
  command: ReportingCommand,
  { progress, problems, page }: Broken,
): PartialReport {
  const failed = progress.underWay();
  return {
    command,
    ok: false,
    problems,
    page,
    done: progress.done(),
    ...(failed === undefined ? {} : { failed: { ...failed, reason: problems[0] ?? "" } }),
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

function commandOf({ plan, apply, remove, rollback, logs }: DeployOptions): CommandName {
  const given = Object.entries({ plan, apply, remove, rollback, logs })
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name]) => name);
  const asked = given.join(" of ");
  if (!isCommand(asked)) {
    throw new UsageError(
      "give one of --plan, --apply and --remove, or --rollback, or --logs; --plan --remove and --plan --rollback show what would change",
    );
  }
  return asked;
}

/** Refuses options that have no meaning without another. */
function checkTogether(command: CommandName, { exitCode, follow }: DeployOptions): void {
  if (exitCode === true && !command.startsWith("plan")) {
    throw new UsageError("--exit-code goes with --plan only");
  }
  if (follow === true && command !== "logs") {
    throw new UsageError("--follow goes with --logs only");
  }
}

const commandNames: readonly CommandName[] = [
  "plan",
  "apply",
  "remove",
  "rollback",
  "logs",
  "plan of remove",
  "plan of rollback",
];

function isCommand(name: string): name is CommandName {
  return commandNames.some((one) => one === name);
}

import { writeProblems } from "../shared/command-line.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { type Page, toPage, writePages } from "../shared/page.ts";
import { UsageError } from "../shared/settings-source.ts";
import { ApiFailure } from "./api/api-failure.ts";
import type { CommandName, DeployOptions, Surroundings } from "./deploy-options.ts";
import { createProgress, type Progress } from "./output/progress.ts";
import { type BrokenOff, type Report, toText } from "./output/report.ts";
import { perform } from "./perform.ts";
import { prepare } from "./prepare.ts";

function adviceFor(command: CommandName): readonly string[] {
  return command === "apply" || command === "remove"
    ? ["What is done stays done: run the same command again."]
    : [];
}

/** The whole command but for the words on its line. Throws a UsageError; a failure of the API is told. */
export async function deploy(
  options: DeployOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const command = commandOf(options);
  const prepared = await prepare(options, surroundings);
  const { hide } = prepared;
  const { writeOut } = surroundings.terminal;
  const isJson = options.json === true;
  const say = (text: string) => writeOut(hide(text));
  const progress = createProgress(isJson ? () => undefined : say);
  try {
    const report = await perform(command, prepared, { options, surroundings, progress });
    const pages = pagesOf(report);
    if (isJson) {
      writeOut(toJsonLine({ ...report, page: pages[0] }, hide));
    } else {
      say(toText(report));
      writePages(pages, surroundings.terminal);
    }
    return report.ok ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    if (isJson) {
      writeOut(toJsonLine(toBrokenOff(command, progress, error), hide));
    } else {
      const told = { isJson, page: toPage("deploy-api") };
      writeProblems([hide(error.message), ...adviceFor(command)], told, surroundings.terminal);
    }
    return exitCodes.failed;
  }
}

function pagesOf({ ok, changes, smoke }: Report): readonly Page[] {
  if (ok) {
    return [];
  }
  if (changes.some(({ change }) => change === "refused")) {
    return [toPage("deploy-refused")];
  }
  return [toPage(smoke?.ending === "failed" ? "deploy-smoke" : "deploy-verify")];
}

function toBrokenOff(
  command: CommandName,
  { done, underWay }: Progress,
  { message }: ApiFailure,
): BrokenOff {
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

/** Text by text: a secret that is also a word of JSON would spoil it. */
function toJsonLine(
  report: (Report & { readonly page: Page | undefined }) | BrokenOff,
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

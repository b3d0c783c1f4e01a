import { Command, CommanderError, type OptionValues } from "commander";
import { commandText } from "./command-text.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { type Page, toPage, writePages } from "./page.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Creates a command that returns an exit code instead of ending the process. */
export function createCommand(name: string, terminal: Terminal): Command {
  return (
    new Command(commandText(name, "[options]").replace(/ \[options\]$/, ""))
      .helpOption("-h, --help", "show this help")
      // runCommand reports errors, because machines need them as JSON.
      .configureOutput({ writeOut: terminal.writeOut, writeErr: () => undefined })
      .configureHelp({ showGlobalOptions: false })
      .exitOverride()
  );
}

/** Collects an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Parses the command line, does the work, and turns every ending into an exit code. Never rejects. */
export async function runCommand<Options extends OptionValues>(
  command: Command,
  work: (options: Options) => Promise<ExitCode>,
  { argv, terminal }: { readonly argv: readonly string[]; readonly terminal: Terminal },
): Promise<ExitCode> {
  let isJson = argv.includes("--json");
  try {
    command.parse([...argv], { from: "user" });
    // A command line that cannot be parsed may end before `--json` was read; in one that was read, the word can be a value.
    isJson = command.opts()["json"] === true;
    return await work(command.opts<Options>());
  } catch (error) {
    return endBy(error, isJson, terminal);
  }
}

/** Writes why a command ends by an error, and returns its exit code. */
export function endBy(error: unknown, isJson: boolean, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError && error.exitCode === 0) {
    return exitCodes.ok;
  }
  if (error instanceof UsageError || error instanceof CommanderError) {
    const lines = error.message.replace(/^error: /, "").split("\n");
    const page = error instanceof UsageError ? error.page : toPage("usage");
    writeProblems(lines, { isJson, page }, terminal);
    return exitCodes.usage;
  }
  // This is a bug of ours. Its message can contain foreign text, so only its kind is reported.
  const kind = error instanceof Error ? error.name : typeof error;
  const told = { isJson, page: toPage("UNEXPECTED") };
  writeProblems([`an unexpected ${kind}: please report it`], told, terminal);
  return exitCodes.failed;
}

/**
 * Writes why a command ends without a result. Machines get it where they read the result, as `{ ok: false,
 * problems, page }`.
 */
export function writeProblems(
  problems: readonly string[],
  { isJson, page }: { readonly isJson: boolean; readonly page: Page },
  terminal: Terminal,
): void {
  if (isJson) {
    terminal.writeOut(`${JSON.stringify({ ok: false, problems, page })}\n`);
  } else {
    terminal.writeError(`error: ${problems.join("\n")}\n`);
    writePages([page], terminal);
  }
}

/** Formats the end of every `--help`. */
export function toHelpEnd(codes: readonly string[], examples: readonly string[]): string {
  const list = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join("\n");
  return `\nExit codes:\n${list(codes)}\n\nExamples:\n${list(examples)}\n`;
}

import { Command, CommanderError, type OptionValues } from "commander";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { UsageError } from "./settings-source.ts";
import type { Terminal } from "./terminal.ts";

/** A command that ends by an exit code and not by ending the process. */
export function createCommand(name: string, terminal: Terminal): Command {
  return new Command(`npm run ${name} --`)
    .helpOption("-h, --help", "show this help")
    .configureOutput({ writeOut: terminal.writeOut, writeErr: terminal.writeError })
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
}

/** For an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Reads the command line, does the work, and turns every ending into an exit code. Never rejects. */
export async function runCommand<Options extends OptionValues>(
  command: Command,
  work: (options: Options) => Promise<ExitCode>,
  { argv, terminal }: { readonly argv: readonly string[]; readonly terminal: Terminal },
): Promise<ExitCode> {
  try {
    command.parse([...argv], { from: "user" });
    return await work(command.opts<Options>());
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    if (error instanceof UsageError) {
      terminal.writeError(`error: ${error.message}\n`);
      return exitCodes.usage;
    }
    // A bug of ours. Its message can hold foreign text, so its kind is all that is said.
    const kind = error instanceof Error ? error.name : typeof error;
    terminal.writeError(`error: an unexpected ${kind}: please report it\n`);
    return exitCodes.failed;
  }
}

/** The end of every `--help`. */
export function toHelpEnd(codes: readonly string[], examples: readonly string[]): string {
  const list = (lines: readonly string[]) => lines.map((line) => `  ${line}`).join("\n");
  return `\nExit codes:\n${list(codes)}\n\nExamples:\n${list(examples)}\n`;
}

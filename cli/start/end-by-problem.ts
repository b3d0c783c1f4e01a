import {
  MissingPackage,
  SettingProblem,
  StartProblem,
} from "../../local/data-stream/start-problem.ts";
import { OptionProblem } from "../../local/start-options.ts";
import { exitCodes } from "../shared/exit-codes.ts";
import { toPage } from "../shared/page.ts";
import type { Terminal } from "../shared/terminal.ts";
import { UsageError } from "../shared/usage-error.ts";

/**
 * Ends the process, parts of which may listen already. Writes why, and the page that says more. Any other error is a mistake
 * of the program, and its stack is of use.
 */
export function endByProblem(error: unknown, { writeError }: Terminal): never {
  if (error instanceof UsageError) {
    writeError(`${error.message}\npage: ${error.page}\n`);
    process.exit(exitCodes.usage);
  }
  if (error instanceof OptionProblem) {
    writeError(`${error.message}\npage: ${toPage("usage")}\n`);
    process.exit(exitCodes.usage);
  }
  if (error instanceof StartProblem) {
    writeError(`${error.message}\npage: ${toPage("npm-start")}\n`);
    const isUsage = error instanceof MissingPackage || error instanceof SettingProblem;
    process.exit(isUsage ? exitCodes.usage : exitCodes.failed);
  }
  const stack = error instanceof Error ? error.stack : String(error);
  writeError(`${stack}\npage: ${toPage("UNEXPECTED")}\n`);
  process.exit(exitCodes.failed);
}

import { OptionProblem } from "../start-options.ts";
import { fail } from "./fail.ts";

/** Reads a command line. Prints the help, or what is wrong, and ends the process then. */
export function readCommandLine<Options extends { readonly isHelp: boolean }>(
  parse: () => Options,
  help: string,
): Options {
  try {
    const read = parse();
    if (read.isHelp) {
      console.log(help);
      process.exit(0);
    }
    return read;
  } catch (error) {
    return fail(error instanceof OptionProblem ? error.message : String(error), 2);
  }
}

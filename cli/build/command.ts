import { readBudgets } from "../project/budgets.ts";
import { createCommand, runCommand, toHelpEnd, writeProblems } from "../shared/command-line.ts";
import { commandText } from "../shared/command-text.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { toPage, writePages } from "../shared/page.ts";
import { packageFolder, projectRoot } from "../shared/roots.ts";
import type { Terminal } from "../shared/terminal.ts";
import { buildFunctions, OutputProblem } from "./build-functions.ts";
import type { BuildOptions, BuiltArtifact } from "./bundle-function.ts";
import { LicenceProblem } from "./licences.ts";
import { findOverBudget, toSizeTable } from "./sizes.ts";
import { readUsed } from "./sources-plugin.ts";

type Options = { readonly sources?: string };

export function runBuild(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const work = (options: Options) => build(options, terminal);
  return runCommand(createBuild(terminal), work, { argv, terminal });
}

async function build({ sources }: Options, terminal: Terminal): Promise<ExitCode> {
  const used = sources === undefined ? undefined : readUsed(sources);
  const roots = { root: projectRoot(), packageFolder };
  const budgetOf = await readBudgets(roots.root);
  const built = await buildOrReport({ ...roots, used }, terminal);
  if (built === undefined) {
    return exitCodes.failed;
  }
  terminal.writeOut(toSizeTable(built, budgetOf));
  const over = findOverBudget(built, { budgetOf, roots });
  terminal.writeError(over);
  return over === "" ? exitCodes.ok : exitCodes.failed;
}

/** esbuild has written its own errors, with the lines that are wrong. */
async function buildOrReport(
  options: BuildOptions,
  terminal: Terminal,
): Promise<readonly BuiltArtifact[] | undefined> {
  try {
    return await buildFunctions(options);
  } catch (error) {
    if (error instanceof LicenceProblem || error instanceof OutputProblem) {
      writeProblems([error.message], { isJson: false, page: toPage("usage") }, terminal);
      return undefined;
    }
    if (error instanceof Error && "errors" in error) {
      writePages([toPage("usage")], terminal);
      return undefined;
    }
    throw error;
  }
}

function createBuild(terminal: Terminal) {
  return createCommand("build", terminal)
    .description(
      "Bundles each function of functions/ into dist/<name>/index.js and dist/<name>.zip.",
    )
    .option(
      "--sources <file>",
      "bundle only the verifiers and challenges that WEBHOOK_SOURCES of this settings file uses",
    )
    .addHelpText(
      "after",
      toHelpEnd(
        [
          "0  every function is built, and within its budget of artifact-budgets.json",
          "1  a function cannot be bundled or written, or is over its budget: its largest parts are named",
          "2  the command was not understood, or a file of functions/ is no function: nothing was built",
        ],
        [commandText("build"), commandText("build", "--sources prod.env")],
      ),
    );
}

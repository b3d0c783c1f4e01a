import { relative } from "node:path";
import type { Effects } from "../../lib/effects/effects.ts";
import type { FunctionName } from "../../lib/registry/names.ts";
import { aboutFunctions, findFunctions, toFunctionNames } from "../project/find-functions.ts";
import { collect, createCommand, runCommand, toHelpEnd } from "../shared/command-line.ts";
import { commandText } from "../shared/command-text.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { type Page, pageOfRow, writePages } from "../shared/page.ts";
import { projectRoot, samplesFile } from "../shared/roots.ts";
import { findMisspeltVariables, loadSettings } from "../shared/settings-source.ts";
import type { Terminal } from "../shared/terminal.ts";
import type { Check } from "./checks/check.ts";
import { examine } from "./examine.ts";
import { toFacts } from "./facts/facts.ts";
import { recordCalls } from "./facts/record-calls.ts";
import { writeFacts } from "./facts/write-facts.ts";
import { toCheckTable } from "./table.ts";

type DoctorOptions = {
  readonly settings?: readonly string[];
  readonly function?: readonly FunctionName[];
  readonly managementEndpoint?: string;
  readonly produce?: true;
  readonly learn?: true | string;
  readonly json?: true;
};

const factsFile = "datastream-facts.json";
const samplesPath = relative(projectRoot(), samplesFile);

export function runDoctor(
  argv: readonly string[],
  terminal: Terminal,
  effects: Effects,
): Promise<ExitCode> {
  const work = async (options: DoctorOptions): Promise<ExitCode> => {
    const settings = loadSettings(options.settings ?? [], terminal.environment);
    const { transport, recorded } = recordCalls(effects.transport);
    const examined = await examine(
      {
        settings,
        misspelt: findMisspeltVariables(terminal.environment),
        functions: options.function ?? findFunctions(settings),
        produce: options.produce === true,
        managementEndpoint: options.managementEndpoint,
        root: projectRoot(),
        nodeVersion: process.versions.node,
      },
      { ...effects, transport },
    );
    const facts = await learn(options.learn, () => toFacts(recorded, examined, settings));
    const checks = [...examined, ...facts];
    const isOk = checks.every(({ verdict }) => verdict !== "failed");
    const pages = checks.filter(({ verdict }) => verdict === "failed").map(pageOf);
    if (options.json === true) {
      const [page] = pages;
      terminal.writeOut(
        `${JSON.stringify({ ok: isOk, page, checks: checks.map(withPage) }, null, 2)}\n`,
      );
    } else {
      terminal.writeOut(toCheckTable(checks, isColored(terminal)));
      writePages(pages, terminal);
    }
    return isOk ? exitCodes.ok : exitCodes.failed;
  };
  return runCommand(createDoctor(terminal), work, { argv, terminal });
}

async function learn(
  file: DoctorOptions["learn"],
  facts: () => ReturnType<typeof toFacts>,
): Promise<readonly Check[]> {
  return file === undefined ? [] : [await writeFacts(file === true ? factsFile : file, facts())];
}

function pageOf({ check, subject = "", found }: Check): Page {
  return pageOfRow(check, subject, found);
}

/** Adds the page to a row. A row that asks for nothing has no page. */
function withPage(check: Check) {
  const isToDo = check.verdict === "failed" || check.verdict === "warning";
  return isToDo ? { ...check, page: pageOf(check) } : check;
}

/** Colors are off if NO_COLOR is set to anything but an empty text (https://no-color.org, read in November 2026). */
function isColored({ isOutTty, environment }: Terminal): boolean {
  return isOutTty && (environment["NO_COLOR"] ?? "") === "";
}

function createDoctor(terminal: Terminal) {
  return createCommand("doctor", terminal)
    .description(
      "Checks the settings, this machine and the account. Changes nothing without --produce.",
    )
    .option(
      "--settings <file>",
      "file of NAME=value lines, before the environment (repeatable)",
      collect,
    )
    .option("--function <name>", aboutFunctions("whose settings are checked"), toFunctionNames)
    .option(
      "--management-endpoint <origin>",
      "where topics are managed (default: by DATASTREAM_ENDPOINT)",
    )
    .option("--produce", "produce one test message, and say where to look for it")
    .option(
      "--learn [file]",
      `write what the APIs answered, without anything of the account (default: ${factsFile})`,
    )
    .option("--json", "print one JSON object: { ok, checks }")
    .addHelpText(
      "after",
      toHelpEnd(
        [
          "0  every check passed; warnings are no failure",
          "1  a check failed: its row says what to do",
          "2  the command was not understood, or a file cannot be read: nothing was checked",
        ],
        [
          commandText("doctor", `--settings ${samplesPath} --produce`),
          commandText("doctor", "--settings my.env --produce --learn"),
          commandText("doctor", "--json --function webhook", { isSilent: true }),
        ],
      ),
    );
}

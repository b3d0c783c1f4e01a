import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isUnknownObject } from "../../lib/encoding/unknown-object.ts";
import { parseSettings } from "../../lib/function/validate-call.ts";
import type { Settings } from "../../lib/model/settings.ts";
import type { FunctionName } from "../../lib/registry/names.ts";
import { aboutFunctions, findFunctions, toFunctionNames } from "../project/find-functions.ts";
import { allSettingNames } from "../project/functions.ts";
import { collect, createCommand, runCommand, toHelpEnd } from "../shared/command-line.ts";
import { commandText } from "../shared/command-text.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { pageOfSetting } from "../shared/page.ts";
import { projectRoot } from "../shared/roots.ts";
import { errorCodeOf, loadSettings } from "../shared/settings-source.ts";
import type { Terminal } from "../shared/terminal.ts";
import { UsageError } from "../shared/usage-error.ts";
import { toAsyncApi } from "./asyncapi.ts";
import { toSchemas } from "./components.ts";
import { toDeclarations } from "./declarations.ts";
import { describeFunction, type FunctionContract } from "./describe.ts";
import { loadTrigger } from "./load-trigger.ts";

type ContractOptions = {
  readonly settings?: readonly string[];
  readonly function?: readonly FunctionName[];
  readonly out: string;
  readonly json?: true;
};

export const runContract = createRunContract(projectRoot());

/** Creates the command for the project in a folder: its `functions/` have the schemas. */
export function createRunContract(root: string) {
  return (argv: readonly string[], terminal: Terminal): Promise<ExitCode> => {
    const work = async (options: ContractOptions): Promise<ExitCode> => {
      if (options.out.trim() === "") {
        throw new UsageError("--out must name a folder");
      }
      const settings = loadSettings(options.settings ?? [], terminal.environment);
      const contract = await describeAll(
        root,
        options.function ?? findFunctions(settings),
        settings,
      );
      const files = writeFiles(options.out, toFiles(contract, root));
      tell(files, contract.warnings, { isJson: options.json === true, terminal });
      return exitCodes.ok;
    };
    return runCommand(createContract(terminal), work, { argv, terminal });
  };
}

/** Describes the messages of functions. Settings that are wrong for one of them end the command. */
async function describeAll(
  root: string,
  names: readonly FunctionName[],
  settings: Settings,
): Promise<FunctionContract> {
  const contracts: FunctionContract[] = [];
  for (const name of names) {
    const trigger = await loadTrigger(root, name);
    if (trigger === undefined) {
      continue;
    }
    const parsed = parseSettings(trigger, settings, allSettingNames);
    if (!parsed.ok) {
      const lines = parsed.problems.map(({ setting, text }) => `${setting} ${text}`);
      throw new UsageError(lines.join("\n"), pageOfSetting(parsed.problems[0]?.setting ?? ""));
    }
    contracts.push(describeFunction({ trigger, ...parsed.value }));
  }
  const messages = contracts.flatMap((contract) => contract.messages);
  if (messages.length === 0) {
    throw new UsageError(
      "the settings name no function that makes messages: see --settings and --function",
    );
  }
  return { messages, warnings: contracts.flatMap((contract) => contract.warnings) };
}

type File = { readonly name: string; readonly text: string };

function toFiles({ messages }: FunctionContract, root: string): readonly File[] {
  const schemas = toSchemas(messages);
  const document = toAsyncApi(messages, schemas, versionOf(root));
  return [
    { name: "asyncapi.json", text: `${JSON.stringify(document, null, 2)}\n` },
    { name: "events.d.ts", text: toDeclarations(messages, schemas) },
  ];
}

function versionOf(root: string): string {
  const file = join(root, "package.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  const version = isUnknownObject(manifest) ? manifest["version"] : undefined;
  return typeof version === "string" ? version : "0.0.0";
}

function writeFiles(folder: string, files: readonly File[]): readonly string[] {
  try {
    mkdirSync(folder, { recursive: true });
    return files.map(({ name, text }) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    });
  } catch (error) {
    throw new UsageError(`${folder} cannot be written (${errorCodeOf(error)})`);
  }
}

function tell(
  files: readonly string[],
  warnings: readonly string[],
  { isJson, terminal }: { readonly isJson: boolean; readonly terminal: Terminal },
): void {
  if (isJson) {
    terminal.writeOut(`${JSON.stringify({ ok: true, files, warnings }, null, 2)}\n`);
    return;
  }
  for (const warning of warnings) {
    terminal.writeError(`warning: ${warning}\n`);
  }
  for (const file of files) {
    terminal.writeOut(`${file}\n`);
  }
}

function createContract(terminal: Terminal) {
  return createCommand("contract", terminal)
    .description("Writes what is on each topic: asyncapi.json, and events.d.ts for TypeScript.")
    .option(
      "--settings <file>",
      "file of NAME=value lines, before the environment (repeatable)",
      collect,
    )
    .option("--function <name>", aboutFunctions("whose messages are described"), toFunctionNames)
    .requiredOption("--out <dir>", "folder of the files; it is made if it is not there")
    .option("--json", "print one JSON object: { ok, files, warnings }")
    .addHelpText(
      "after",
      toHelpEnd(
        [
          "0  both files are written; a schema without JSON Schema is a warning",
          "2  the command was not understood, a setting is wrong, or a file cannot be read or written",
        ],
        [commandText("contract", "--settings my.env --out contract")],
      ),
    );
}

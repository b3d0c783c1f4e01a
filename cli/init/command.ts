import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Option } from "commander";
import { createCommand, runCommand, toHelpEnd } from "../shared/command-line.ts";
import { type ExitCode, exitCodes } from "../shared/exit-codes.ts";
import { packageFolder } from "../shared/roots.ts";
import type { Terminal } from "../shared/terminal.ts";
import {
  findPackageSource,
  type PackageSource,
  toDependency,
  toTarball,
} from "./package-source.ts";
import { type Language, languages, toProjectFiles } from "./project-files.ts";
import { quotePath, toTarget } from "./target.ts";
import { type ProjectFile, writeProject } from "./write-project.ts";

type InitOptions = { readonly lang: Language; readonly package?: string };

/** The part of our own package.json that a project's package.json follows. */
type OwnPackage = { readonly version: string; readonly dependencies: { readonly zod: string } };

/** Makes a project in a new folder. */
export function runInit(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const command = createInit(terminal);
  const work = async ({ lang, package: tarball }: InitOptions): Promise<ExitCode> => {
    const [typed = ""] = command.args;
    const { folder, packageName } = toTarget(typed);
    const own = readOwnPackage();
    const source =
      tarball === undefined ? findPackageSource(packageFolder, own.version) : toTarball(tarball);
    const dependencies = {
      "datastream-relay": toDependency(source, folder),
      zod: `^${own.dependencies.zod}`,
    };
    const files = toProjectFiles({ packageName, dependencies, language: lang });
    writeProject(folder, files, fileOf(source));
    terminal.writeOut(toReport(folder, files, dependencies));
    if (source.kind === "npm" && source.isGuessed) {
      terminal.writeError(unpublished);
    }
    return exitCodes.ok;
  };
  return runCommand(command, work, { argv, terminal });
}

function readOwnPackage(): OwnPackage {
  return JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
}

function fileOf(source: PackageSource): string | undefined {
  return source.kind === "tarball" ? source.file : undefined;
}

function toReport(
  folder: string,
  files: readonly ProjectFile[],
  dependencies: Readonly<Record<string, string>>,
): string {
  const path = relative(process.cwd(), folder);
  const install = path === "" ? "npm install" : `cd ${quotePath(path)} && npm install`;
  return [
    `Made ${files.length} files in ${folder}:`,
    ...files.map((file) => `  ${file.path}`),
    `It depends on datastream-relay ${dependencies["datastream-relay"]}.`,
    ...["", "Next:", `  ${install}`, "  npm start", ""],
  ].join("\n");
}

function createInit(terminal: Terminal) {
  return createCommand("init", terminal)
    .description("Makes a small project: functions, settings, a test and a deployment.")
    .argument("<name>", 'folder of the project: a new or an empty one, "." for this one')
    .addOption(
      new Option("--lang <language>", "language of the README").choices(languages).default("en"),
    )
    .option(
      "--package <file>",
      "tarball that the project depends on (default: what this command was installed from)",
    )
    .addHelpText("after", toHelpEnd(codes, toExamples(readOwnPackage())));
}

const unpublished =
  "warning: nothing says where this package was installed from. If it is not in your registry, install its tarball in " +
  "the project, or begin again with --package FILE\n";

const codes = [
  "0  the project is made",
  "2  the command was not understood, or the folder cannot be used: nothing was left behind",
];

function toExamples({ version }: OwnPackage): readonly string[] {
  const init = `npx --package ./datastream-relay-${version}.tgz datastream-relay init my-relay`;
  return [init, `${init} --lang ko`];
}

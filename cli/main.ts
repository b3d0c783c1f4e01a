import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemEffects } from "../lib/adapters/system-effects.ts";
import type { Effects } from "../lib/effects/effects.ts";
import { didYouMean } from "../lib/settings/settings.ts";
import { endBy, writeProblems } from "./shared/command-line.ts";
import { commandText } from "./shared/command-text.ts";
import { type ExitCode, exitCodes } from "./shared/exit-codes.ts";
import { toPage } from "./shared/page.ts";
import { parseObject } from "./shared/parse-object.ts";
import { packageFolder } from "./shared/roots.ts";
import { openTerminal, type Terminal } from "./shared/terminal.ts";

/** Returns undefined if something was started that runs on. */
type Run = (
  argv: readonly string[],
  terminal: Terminal,
  effects: Effects,
) => Promise<ExitCode | undefined>;

type Command = {
  readonly about: string;
  /** Loads the command. The others are not loaded. */
  readonly load: () => Promise<Run>;
};

const commands: Readonly<Record<string, Command>> = {
  init: {
    about: "makes a small project",
    load: async () => (await import("./init/command.ts")).runInit,
  },
  start: {
    about: "runs the emulators, and the functions beside them",
    load: async () => (await import("./start/command.ts")).runStart,
  },
  build: {
    about: "bundles each function into one file",
    load: async () => (await import("./build/command.ts")).runBuild,
  },
  doctor: {
    about: "checks the settings, this machine and the account",
    load: async () => (await import("./doctor/command.ts")).runDoctor,
  },
  produce: {
    about: "produces messages to a topic",
    load: async () => (await import("./produce/command.ts")).runProduce,
  },
  deploy: {
    about: "deploys the functions to NAVER Cloud Functions",
    load: async () => (await import("./deploy/command.ts")).runDeploy,
  },
  contract: {
    about: "describes the messages: AsyncAPI, and types for TypeScript",
    load: async () => (await import("./contract/command.ts")).runContract,
  },
  offline: {
    about: "runs the functions in the form of AWS Lambda",
    load: async () => (await import("./offline/command.ts")).runOffline,
  },
};

/** Runs the command that the first word names, and returns its exit code; undefined if it runs on. Never rejects. */
export async function runMain(
  [name, ...argv]: readonly string[],
  terminal = openTerminal(),
): Promise<ExitCode | undefined> {
  if (name === "--help" || name === "-h" || name === "help") {
    return help(argv[0], terminal);
  }
  if (name === "--version" || name === "-v") {
    terminal.writeOut(`${readVersion()}\n`);
    return exitCodes.ok;
  }
  const command = findCommand(name);
  const isJson = name === "--json" || argv.includes("--json");
  if (command === undefined) {
    writeProblems([toProblem(name)], { isJson, page: toPage("usage") }, terminal);
    return exitCodes.usage;
  }
  try {
    const run = await command.load();
    return await run(argv, terminal, systemEffects);
  } catch (error) {
    return endBy(error, isJson, terminal);
  }
}

function findCommand(name = ""): Command | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/** Writes the help of a command if one is named, and otherwise the list of commands. */
async function help(name: string | undefined, terminal: Terminal): ReturnType<typeof runMain> {
  if (name !== undefined && findCommand(name) !== undefined) {
    return runMain([name, "--help"], terminal);
  }
  terminal.writeOut(toHelp());
  return exitCodes.ok;
}

function toProblem(name: string | undefined): string {
  if (name === undefined || name.startsWith("-")) {
    const order = name === undefined ? "" : " before its options";
    return `name a command${order}: ${Object.keys(commands).join(", ")}`;
  }
  const meant = didYouMean(name, Object.keys(commands)).replace(/^: /, " - ");
  return `there is no command of that name${meant} (--help lists them)`;
}

function toHelp(): string {
  const names = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(10)}${about}`);
  return `${[
    "Usage: datastream-relay <command> [options]",
    "",
    ...names,
    "",
    "  --help      shows this; after a command, its options",
    "  --version   shows the version",
    "",
    `Example: ${commandText("doctor", "--help")}`,
  ].join("\n")}\n`;
}

function readVersion(): string {
  const { version } = parseObject(readFileSync(join(packageFolder, "package.json"), "utf8")) ?? {};
  return typeof version === "string" ? version : "unknown";
}

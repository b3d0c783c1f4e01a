import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { runContract } from "../../cli/contract/command.ts";
import { runDeploy } from "../../cli/deploy/command.ts";
import { runDoctor } from "../../cli/doctor/command.ts";
import { runInit } from "../../cli/init/command.ts";
import { runProduce } from "../../cli/produce/command.ts";
import { systemEffects } from "../../lib/adapters/system-effects.ts";
import { toHelp } from "../../local/start-options.ts";

const commands = {
  contract: runContract,
  doctor: runDoctor,
  init: runInit,
  produce: runProduce,
  deploy: runDeploy,
};
const languages = ["docs", "docs/ko"] as const;

async function helpOf(run: typeof runDeploy): Promise<string> {
  const outs: string[] = [];
  const terminal = {
    writeOut: (text: string) => outs.push(text),
    writeError: () => undefined,
    isOutTty: false,
    isErrorTty: false,
    isInputTty: false,
    input: () => Readable.from([]),
    environment: {},
    onInterrupt: () => undefined,
  };
  await run(["--help"], terminal, systemEffects);
  return outs.join("");
}

/** The long options at the beginning of the lines of a help text. */
function optionsOfHelp(help: string): readonly string[] {
  const lines = help.split("\n").filter((line) => /^ {2}-/.test(line));
  return lines.flatMap((line) => line.split(/ {2,}/)[1]?.match(/--[a-z-]+/g) ?? []).toSorted();
}

/** The options that the tables of a text explain: those in each row's first cell. */
function optionsOfTables(text: string): readonly string[] {
  const cells = [...text.matchAll(/^\| (.*?) \|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => cell.match(/(?<=`)--[a-z-]+/g) ?? []).toSorted();
}

/** Returns the text under a heading of the second level. */
function sectionOf(text: string, heading: string): string {
  return text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? "";
}

describe.each(languages)("the options in %s", (folder) => {
  test.each(Object.entries(commands))("of %s are those of its --help", async (name, run) => {
    const page = readFileSync(`${folder}/commands.md`, "utf8");
    const options = optionsOfHelp(await helpOf(run)).filter((option) => option !== "--help");

    expect(options.length).toBeGreaterThan(1);
    expect(optionsOfTables(sectionOf(page, name))).toEqual(options);
  });

  test("the options of start are those of its --help", () => {
    const page = readFileSync(`${folder}/local.md`, "utf8");

    expect(optionsOfTables(page)).toEqual(optionsOfHelp(toHelp("npm start -- [options]")));
  });
});

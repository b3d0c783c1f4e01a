import { parseArgs } from "node:util";
import { OptionProblem } from "../start-options.ts";

export type OfflineOptions = {
  readonly isHelp: boolean;
  readonly isBuilding: boolean;
  readonly settingsFiles: readonly string[];
};

const known = {
  build: { type: "boolean", default: true },
  settings: { type: "string", multiple: true, default: [] as string[] },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Returns the help. `usage` is how the reader calls the command, and `start` the command that runs the emulators. */
export const toOfflineHelp = (usage: string, start: string) => `${usage}

Runs the functions in the form of AWS Lambda, under serverless-offline.
It uses the emulators of a running \`${start}\`, and starts them if they do not run.

  --settings FILE  settings of your own, before the environment and the samples; may be repeated
  --no-build       runs what was built before
  --help           prints this

Ports are set in the environment: OFFLINE_PORT (HTTP), LAMBDA_PORT (Lambda's API), STANDIN_PORT, OBJECT_STORAGE_PORT.`;

/** Throws an OptionProblem. */
export function parseOfflineOptions(args: readonly string[]): OfflineOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: known,
      strict: true,
      allowNegative: true,
    });
    return { isHelp: values.help, isBuilding: values.build, settingsFiles: values.settings };
  } catch (error) {
    const said = error instanceof Error ? error.message : "the options cannot be read";
    throw new OptionProblem(`${said.split(/[.\n]/)[0]} (--help lists the options)`);
  }
}

import { Readable } from "node:stream";
import { runDeploy } from "../../../cli/deploy/command.ts";
import { systemEffects } from "../../../lib/adapters/system-effects.ts";

/** Returns the long options that --help lists. */
export async function optionsOfDeploy(): Promise<readonly string[]> {
  const outs: string[] = [];
  const terminal = {
    writeOut: (text: string) => outs.push(text),
    writeError: () => undefined,
    ...{ isOutTty: false, isErrorTty: false, isInputTty: false },
    input: () => Readable.from([]),
    environment: {},
    onInterrupt: () => undefined,
  };
  await runDeploy(["--help"], terminal, systemEffects);
  return outs.join("").match(/(?<=[\s,])--[a-z-]+/g) ?? [];
}

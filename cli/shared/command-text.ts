import { isRepository } from "./roots.ts";

/** Commands of which npm knows a short form. */
const short: readonly string[] = ["start", "test"];

/**
 * Returns a command as the reader types it: `npm run doctor -- --json` in our repository, and
 * `npx datastream-relay doctor --json` in a project. Every text that names a command has it from here.
 */
export function commandText(name: string, args = "", { isSilent = false } = {}): string {
  if (!isRepository()) {
    return ["npx datastream-relay", name, args].filter((part) => part !== "").join(" ");
  }
  const silent = isSilent ? " --silent" : "";
  const npm = short.includes(name) ? `npm${silent} ${name}` : `npm run${silent} ${name}`;
  return args === "" ? npm : `${npm} -- ${args}`;
}

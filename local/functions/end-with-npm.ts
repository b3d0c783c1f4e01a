import { execFileSync } from "node:child_process";

/** The interval of the check that npm is there. */
const checkMs = 1_000;

/** The commands that run until they are ended. npm runs each by a script of the same name, and npx by its own name. */
const commands: readonly string[] = ["start", "offline"];

type Environment = Readonly<Record<string, string | undefined>>;

export type Processes = {
  /** The id of this process's parent now. */
  readonly parent: () => number;
  /** The parent's own parent and command line; undefined if the system has no `ps` that tells. */
  readonly describe: (id: number) => string | undefined;
  readonly isRunning: (id: number) => boolean;
};

/** Read when the process starts: a parent that ended since has been replaced by another one. */
const firstParent = process.ppid;

/**
 * Calls `end` once npm, which started this process, has gone. A killed npm tells nobody, and the ports would stay
 * taken. A process that loses its parent is given another one, except on Windows, where nothing is noticed. A process
 * that somebody else started is left alone: a shell may put it into the background and end.
 */
export function endWithNpm(environment: Environment, end: () => void, processes = system): void {
  const script = environment["npm_lifecycle_script"] ?? "";
  // A terminal that another project's `npm start` has opened inherits both variables.
  if (!isOurs(environment["npm_lifecycle_event"], script)) {
    return;
  }
  const npm = npmBehindShell(script, processes);
  const timer = setInterval(() => {
    if (processes.parent() !== firstParent || !processes.isRunning(npm)) {
      clearInterval(timer);
      end();
    }
  }, checkMs).unref();
}

function isOurs(event: string | undefined, script: string): boolean {
  if (event === "npx") {
    return script.includes("datastream-relay");
  }
  const forms = ["cli/bin.mjs", "datastream-relay"].map((bin) => `${bin} ${event}`);
  return commands.includes(event ?? "") && forms.some((form) => script.includes(form));
}

/** npm runs a script by a shell. bash is replaced by a single command; dash stays, and then npm is its parent. */
function npmBehindShell(script: string, { describe }: Processes): number {
  const [, parent, command = ""] = /^\s*(\d+)\s+(.*)/.exec(describe(firstParent) ?? "") ?? [];
  return command.includes(script) ? Number(parent) : firstParent;
}

const system: Processes = {
  parent: () => process.ppid,
  describe(id) {
    try {
      const args = ["-o", "ppid=,args=", "-p", String(id)];
      return execFileSync("ps", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    } catch {
      return undefined;
    }
  },
  isRunning(id) {
    try {
      return process.kill(id, 0);
    } catch (error) {
      // A process of another user is there, and may not be signalled.
      return error instanceof Error && "code" in error && error.code === "EPERM";
    }
  },
};

import { readFileSync } from "node:fs";

/** How often is looked. */
const lookMs = 1_000;

export type Processes = {
  /** The id of this process's parent now. */
  readonly parent: () => number;
  /** Of another process; undefined where the system does not tell. */
  readonly parentOf: (id: number) => number | undefined;
  readonly commandLineOf: (id: number) => string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Calls `end` once npm, which has started this, has gone: killed, it tells nobody, and the ports would stay taken. npm
 * waits for what it has started, in the background and under nohup too, so nothing else ends it first. Whatever else
 * has started this may end as it likes: a shell that puts it into the background does.
 */
export function endWithNpm(environment: Environment, end: () => void, processes = system): void {
  const script = environment["npm_lifecycle_script"] ?? "";
  // Both are inherited: by a terminal, say, that another project's `npm start` has opened, and by all that it starts.
  if (environment["npm_lifecycle_event"] !== "start" || !script.includes("local/start.ts")) {
    return;
  }
  const parent = processes.parent();
  const npm = npmBehind(parent, script, processes);
  const timer = setInterval(() => {
    // Who has lost its parent is given another one: process 1, or one that collects such children.
    const isOrphan = processes.parent() !== parent;
    const found = npm === undefined ? undefined : processes.parentOf(parent);
    if (isOrphan || (found !== undefined && found !== npm)) {
      clearInterval(timer);
      end();
    }
  }, lookMs).unref();
}

/** npm runs a script by a shell. Some give way to the last command; where one stays and waits, npm is its parent. */
function npmBehind(parent: number, script: string, processes: Processes): number | undefined {
  const isShell = processes.commandLineOf(parent).includes(script);
  return isShell ? processes.parentOf(parent) : undefined;
}

/**
 * Of others only Linux tells without a command of its own. Elsewhere, where the shell stays, its own end is noticed and
 * a `kill -9` of npm is not; on Windows, where a lost parent is never replaced, nothing is.
 */
const system: Processes = {
  parent: () => process.ppid,
  parentOf(id) {
    // proc(5): id, (name), state, parent. A name may hold blanks and parentheses.
    const [, parent] = readProcess(id, "stat").split(") ").at(-1)?.split(" ") ?? [];
    return parent === undefined ? undefined : Number(parent);
  },
  commandLineOf: (id) => readProcess(id, "cmdline"),
};

function readProcess(id: number, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}

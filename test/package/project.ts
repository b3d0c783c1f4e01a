import { type ExecFileException, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, realpathSync, statSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { hear } from "../support/spoken.ts";

export type Ended = { readonly code: number; readonly out: string; readonly error: string };

const commandMsMax = 120_000;
const outputBytesMax = 16 * 1024 * 1024;

/**
 * Returns an environment like that of a shell: without what npm tells its own scripts, and with another cache of npx, so
 * that nothing stays behind. Packages come from the usual cache.
 */
export function shellEnvironment(folder: string, nodePath = process.execPath) {
  const cache = join(folder, "npm-cache");
  mkdirSync(cache, { recursive: true });
  const usual = process.env["npm_config_cache"] ?? join(homedir(), ".npm");
  try {
    symlinkSync(join(usual, "_cacache"), join(cache, "_cacache"));
  } catch {
    // The link is there already.
  }
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|INIT_CWD$|VITEST|NODE_ENV$|NODE_OPTIONS$|CI$)/i.test(name),
  );
  return {
    ...Object.fromEntries(own),
    PATH: `${dirname(nodePath)}${delimiter}${process.env["PATH"] ?? ""}`,
    npm_config_cache: cache,
    npm_config_prefer_offline: "true",
    npm_config_update_notifier: "false",
  };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs lines of a document as a shell does that a reader pastes them into. */
export function paste(text: string, cwd: string, env: Environment): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: commandMsMax, maxBuffer: outputBytesMax };
    const end = (failure: ExecFileException | null, out: string, error: string) => {
      hear(out, error);
      resolve({ code: failure === null ? 0 : Number(failure.code ?? 1), out, error });
    };
    execFile("sh", ["-e", "-c", text], options, end);
  });
}

/** Starts a command that runs until it is ended, and waits for a text in its output. */
export async function startUntil(
  text: string,
  command: string,
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
) {
  const child = spawn("sh", ["-c", `exec ${command}`], { cwd, env, detached: true });
  let written = "";
  const found = new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      written += String(chunk);
      if (written.includes(text)) {
        resolve();
      }
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("close", () => reject(new Error(`${command} ended:\n${written}`)));
  });
  const closed = once(child, "close");
  /** As Ctrl-C does: every process of the group gets the signal. */
  const stop = async () => {
    process.kill(-Number(child.pid), "SIGINT");
    await closed;
    hear(written);
  };
  await found;
  return { stop, written: () => written };
}

/** Returns the bytes of all files in a folder. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** Returns the folders of the packages that are on disk. */
export function packagesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.name === "package.json" && /node_modules\/(?:@[^/]+\/)?[^/]+$/.test(entry.parentPath),
    )
    .map((entry) => realpathSync(entry.parentPath));
}

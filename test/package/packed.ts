import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The package as `npm pack` makes it, and a project that has installed it. */
export type Packed = {
  /** Path of the tarball. */
  readonly tarball: string;
  /** Paths of the tarball's files, with their sizes in bytes. */
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly bytes: number;
  /** Folder of a project with nothing but the package. Folders below it find the package too. */
  readonly project: string;
};

const root = resolve(import.meta.dirname, "../..");
/** Time in which another process packs and installs. */
const waitMsMax = 240_000;
const waitMs = 200;

let packing: Promise<Packed> | undefined;

/** Packs once and installs once for all workers of a run, as long as the sources stay the same. */
export function packed(): Promise<Packed> {
  packing ??= readOrPack();
  return packing;
}

/** Makes a new folder in which the package is installed. `files` are the texts of its files by path. */
export async function makeProject(name: string, files: Readonly<Record<string, string>>) {
  const folder = join((await packed()).project, `${name}-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs npm in a folder. Throws with its output if it fails. */
export function runNpm(folder: string, ...options: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", options, {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    throw new Error(`npm ${options.join(" ")} ended with ${status}: ${stderr}`);
  }
  return stdout;
}

async function readOrPack(): Promise<Packed> {
  const folder = join(tmpdir(), `packed-${hashOfSources()}`);
  const done = join(folder, "packed.json");
  const lock = `${folder}.lock`;
  for (let waited = 0; !existsSync(done); waited += waitMs) {
    if (take(lock)) {
      try {
        pack(folder, done);
      } finally {
        rmSync(lock, { recursive: true, force: true });
      }
    } else if (waited > waitMsMax) {
      throw new Error(`another process does not finish packing: remove ${lock}`);
    } else {
      await sleep(waitMs);
    }
  }
  return JSON.parse(readFileSync(done, "utf8")) as Packed;
}

/** A folder can be made by one process only. */
function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function pack(folder: string, done: string): void {
  const project = join(folder, "project");
  mkdirSync(project, { recursive: true });
  // The script before packing writes to standard output too.
  const output = runNpm(root, "pack", "--json", "--pack-destination", folder);
  const [{ filename, files, size }] = JSON.parse(output.slice(output.search(/^\[/m))) as [
    { filename: string; files: Packed["files"]; size: number },
  ];
  const tarball = join(folder, filename);
  writeFileSync(join(project, "package.json"), '{ "private": true }\n');
  runNpm(project, "install", "--prefer-offline", "--no-audit", "--no-fund", tarball);
  writeFileSync(done, JSON.stringify({ tarball, files, bytes: size, project } satisfies Packed));
}

/** The folders and files that the tarball is made of. */
const sources = [
  "package",
  "lib",
  "cli",
  "local",
  "docs",
  "artifact-budgets.json",
  "package.json",
  "package-lock.json",
  "bench/RESULTS.md",
  ...["AGENTS.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.ko.md", "README.md", "SECURITY.md"],
];

function hashOfSources(): string {
  const hash = createHash("sha256");
  for (const path of sources.flatMap(listFiles)) {
    hash.update(path).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

function listFiles(path: string): readonly string[] {
  const absolute = join(root, path);
  return path.includes(".")
    ? [absolute]
    : readdirSync(absolute, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
}

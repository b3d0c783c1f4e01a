import { execFile, spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { transformSync } from "esbuild";
import { hear } from "../../support/spoken.ts";

/** The packages that npm installs with ours. */
const dependencies = [
  "esbuild",
  "@esbuild",
  "zod",
  "commander",
  "dotenv",
  "fflate",
  "croner",
  "acorn",
  "@jridgewell",
];

/** Exports of `datastream-relay` that functions need. */
const exported = [
  'export { onEveryPlatform } from "./lib/adapters/every-platform.js";',
  'export { systemEffects } from "./lib/adapters/system-effects.js";',
  'export { webEffects } from "./lib/adapters/web-effects.js";',
  'export { relay } from "./lib/function/relay.js";',
  'export { redrive } from "./lib/dead-letters/redrive.js";',
  'export { webhook } from "./lib/triggers/webhook.js";',
  'export { bucket } from "./lib/triggers/bucket.js";',
  'export { heartbeat } from "./lib/triggers/heartbeat.js";',
];

/** Returns the three lines of a function's file. */
export function functionOf(call: string, ...names: readonly string[]): string {
  return `import { ${["onEveryPlatform", ...names].join(", ")} } from "datastream-relay";\n\nexport const { main, handler, fetch } = onEveryPlatform(${call});\n`;
}

export const threeFunctions = {
  "functions/webhook.ts": functionOf(
    "relay(webhook(), systemEffects)",
    "relay",
    "systemEffects",
    "webhook",
  ),
  "functions/heartbeat.ts": functionOf(
    "relay(heartbeat, systemEffects)",
    "heartbeat",
    "relay",
    "systemEffects",
  ),
  "functions/redrive.ts": functionOf("redrive(systemEffects)", "redrive", "systemEffects"),
};

/** Writes our modules as JavaScript, one file for each, as the package has them. */
function writePackage(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "LICENSE", "README.md"]) {
    cpSync(name, join(folder, name));
  }
  const manifest = JSON.parse(readFileSync("package.json", "utf8"));
  const entry = { exports: { ".": "./out/index.js" }, sideEffects: false };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, ...entry }));
  for (const room of ["lib", "cli", "local"]) {
    for (const file of readdirSync(room, { recursive: true, encoding: "utf8" })) {
      writeModule(join(room, file), join(folder, "out"));
    }
  }
  cpSync("artifact-budgets.json", join(folder, "out/artifact-budgets.json"));
  writeFileSync(join(folder, "out/index.js"), exported.join("\n"));
}

/** The JavaScript of modules by their text: a worker makes many projects. */
const compiled = new Map<string, string>();

function compile(text: string): string {
  const known = compiled.get(text);
  if (known !== undefined) {
    return known;
  }
  const { code } = transformSync(text, { loader: "ts" });
  const module = code.replaceAll(/(["'`])(\.{1,2}\/[^"'`]+)\.ts\1/g, "$1$2.js$1");
  compiled.set(text, module);
  return module;
}

function writeModule(path: string, out: string): void {
  const to = join(out, path);
  mkdirSync(dirname(to), { recursive: true });
  if (/\.ts$/.test(path)) {
    writeFileSync(to.replace(/\.ts$/, ".js"), compile(readFileSync(path, "utf8")));
  } else if (/\.(?:[cm]js|env)$/.test(path)) {
    cpSync(path, to);
  }
}

/** Makes a project that depends on the package, with these files. */
export function makeProject(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
  writePackage(join(folder, "node_modules/datastream-relay"));
  for (const name of dependencies) {
    symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name));
  }
  writeFiles(folder, {
    "package.json": '{ "name": "my-relay", "version": "1.2.3", "type": "module" }',
    ...files,
  });
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const bin = "node_modules/datastream-relay/out/cli/bin.mjs";

/** Runs `npx datastream-relay` in a project, whatever its end. */
export function runIn(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { PATH = "", GOGC = "", GOMEMLIMIT = "" } = process.env;
  return new Promise((ended) => {
    const options = { cwd: folder, env: { PATH, GOGC, GOMEMLIMIT, ...env }, timeout: 60_000 };
    execFile(process.execPath, [bin, ...args], options, (error, stdout, stderr) => {
      hear(stdout, stderr);
      ended({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** Starts a command in a project, and returns what it prints. */
export function startIn(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  const printed: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  return { child, text: () => printed.join("") };
}

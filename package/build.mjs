// Writes the package's code to out/: one file for each source file, at the same path, so that files which find others by
// `import.meta.url` or by name work as they do in the repository.
//   out/**/*.js      the modules that the entries below reach
//   out/**/*.d.ts    the types of the entry modules
//   out/**           files that are read at run time, and the page of the emulators as plain files
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../", import.meta.url));
process.chdir(root);

/** Modules that `exports` and the command lead to. */
const entries = ["index", "client", "webhooks", "testing"]
  .map((name) => `package/${name}.ts`)
  .concat(["cli/main.ts", "cli/deploy/deploy-config.ts"].filter((path) => existsSync(path)))
  // The build of a function puts them in the place of other code.
  .concat("lib/adapters/http-unserved.ts", "lib/webhooks/sources/left-out.ts");

rmSync("out", { recursive: true, force: true });
await writeModules();
writeTypes();
copyFiles();
await writePage();

async function writeModules() {
  const bundle = await rolldown({
    input: entries,
    platform: "node",
    // Packages and Node's modules are loaded when the program runs.
    external: /^(?![./])/,
    logLevel: "warn",
  });
  await bundle.write({
    dir: "out",
    format: "esm",
    preserveModules: true,
    preserveModulesRoot: ".",
    entryFileNames: "[name].js",
    comments: { annotation: true, jsdoc: false, legal: true },
  });
  await bundle.close();
}

function writeTypes() {
  const tsc = join("node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "-p", "package"], { stdio: "inherit" });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
  // The compiler rewrites the specifiers of code only. Beside a declaration lies a module whose name ends with .js.
  for (const path of listFiles("out").filter((file) => file.endsWith(".d.ts"))) {
    const types = readFileSync(path, "utf8");
    writeFileSync(path, types.replace(/(["'])(\.{1,2}\/[^"'\n]+)\.ts\1/g, "$1$2.js$1"));
  }
}

/** Copies what the commands read at run time: everything beside the code, except the sources of the page, and templates. */
function copyFiles() {
  const isBeside = (path) => !/\.tsx?$/.test(path) && !path.startsWith("local/page/");
  const isRead = (path) => path.startsWith("cli/init/templates/") || isBeside(path);
  for (const path of ["cli", "local"].flatMap(listFiles).filter(isRead)) {
    cpSync(path, join("out", path));
  }
  cpSync("artifact-budgets.json", "out/artifact-budgets.json");
}

/** The emulators serve the page from these files, so that a project needs none of the page's packages. */
async function writePage() {
  const { buildPage } = await import("../local/page/build-page.ts");
  for (const [path, text] of Object.entries(await buildPage())) {
    const name = path === "/" ? "index.html" : path.slice(1);
    mkdirSync("out/local/page/built", { recursive: true });
    writeFileSync(`out/local/page/built/${name}`, text);
  }
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll("\\", "/"));
}

// Bundles each function into one self-contained artifact:
//   dist/<name>/index.js       CommonJS, minified; exports `main`, `handler` and `fetch`
//   dist/<name>/index.js.map   beside it, not named in it: an action's source is one file
//   dist/<name>/package.json   what a zip entry needs
//   dist/<name>/LICENSES.txt   notices of the packages that are bundled
//   dist/<name>.zip            all but the map, ready to upload
//   dist/functions.json        what lib/registry/functions.ts says, for programs that do not import lib/
import "./local/check-node.mjs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { zipSync } from "fflate";
import { largestParts, toLicences } from "./build-licences.mjs";
import { createPlugins, findImportAdvice } from "./build-schemas.mjs";

const kibibyte = 1024;
/** A function starts as fast as it is small: over its budget the build fails. `npm run doctor` reads it too. */
const budgets = JSON.parse(await readFile("artifact-budgets.json", "utf8"));

/** Zip entries carry a date; a fixed one makes equal sources equal zips. */
const zipOptions = { mtime: new Date(1980, 0, 1), level: 9 };

const functions = await readRegistry();
const names = functions.map(({ name }) => name);
await checkFiles();
await rm("dist", { recursive: true, force: true });

const rows = await Promise.all(
  functions.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(buildFunction),
);
await writeFile("dist/functions.json", `${JSON.stringify({ functions }, null, 2)}\n`);
printTable(rows);
const over = rows.filter(({ bytes, budget }) => bytes > budget);
for (const { name, bytes, budget, metafile } of over) {
  console.error(`${name}: ${bytes} bytes are over its budget of ${budget}. Its largest parts:`);
  for (const [part, partBytes] of largestParts(metafile)) {
    console.error(`${String(partBytes).padStart(9)}  ${part}`);
  }
  for (const advice of findImportAdvice(metafile)) {
    console.error(`-> ${advice}`);
  }
}
process.exitCode = over.length > 0 ? 1 : 0;

/** Bundles the registry in memory and evaluates it: Node.js runs no TypeScript by itself. */
async function readRegistry() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { functions } from "./functions.ts"; export { settingsOf } from "./names.ts";`,
      resolveDir: "lib/registry",
    },
    ...{ bundle: true, write: false, platform: "node", target: "node20", format: "esm" },
    logLevel: "warning",
  });
  const encoded = Buffer.from(outputFiles[0].contents).toString("base64");
  const registry = await import(`data:text/javascript;base64,${encoded}`);
  return Object.entries(registry.functions).map(([name, { accepts, triggeredBy, schedule }]) => ({
    ...{ name, accepts, triggeredBy, schedule },
    settings: registry.settingsOf(name),
  }));
}

/** A file that the registry does not list would be built and then known to no command. */
async function checkFiles() {
  const files = (await readdir("functions")).filter((file) => file.endsWith(".ts"));
  const built = files.map((file) => basename(file, ".ts"));
  const problems = [
    ...built
      .filter((name) => !names.includes(name))
      .map((name) => `functions/${name}.ts is not listed in lib/registry/functions.ts`),
    ...names
      .filter((name) => !built.includes(name))
      .map((name) => `functions/${name}.ts is missing: lib/registry/functions.ts lists ${name}`),
  ];
  if (problems.length > 0) {
    console.error(problems.join("\n"));
    process.exit(1);
  }
}

async function buildFunction({ name, accepts }) {
  const folder = `dist/${name}`;
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    // Assigned by hand: esbuild's own conversion of exports costs half a KiB in each artifact.
    stdin: {
      contents: `import { fetch, handler, main } from "./${name}.ts"; module.exports = { fetch, handler, main };`,
      resolveDir: "functions",
    },
    outfile: `${folder}/index.js`,
    plugins: createPlugins(await readFile(`functions/${name}.ts`, "utf8"), accepts),
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "external",
    legalComments: "none",
    metafile: true,
    // Older OpenWhisk runners look for an identifier named main and nowhere else.
    footer: { js: "var main=module.exports.main;" },
    logLevel: "warning",
    logOverride: { "import-is-undefined": "error", "commonjs-variable-in-esm": "silent" },
  });
  await writeFile(
    `${folder}/package.json`,
    `${JSON.stringify({ main: "index.js", type: "commonjs" })}\n`,
  );
  await writeFile(`${folder}/LICENSES.txt`, await toLicences(metafile));

  const zipped = ["index.js", "package.json", "LICENSES.txt"];
  const contents = await Promise.all(zipped.map((file) => readFile(`${folder}/${file}`)));
  const entries = zipped.map((file, index) => [file, contents[index]]);
  const zip = zipSync(Object.fromEntries(entries), zipOptions);
  await writeFile(`dist/${name}.zip`, zip);
  const [source] = contents;
  return {
    name,
    metafile,
    bytes: source.length,
    gzip: gzipSync(source).length,
    zip: zip.length,
    budget: (budgets.kibibytes[name] ?? budgets.kibibytesDefault) * kibibyte,
  };
}

function printTable(rows) {
  const line = (...cells) =>
    console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(9))).join(""));
  line("function", "bytes", "gzip", "zip", "budget");
  for (const { name, bytes, gzip, zip, budget } of rows) {
    line(name, String(bytes), String(gzip), String(zip), String(budget));
  }
}

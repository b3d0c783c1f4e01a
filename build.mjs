// Bundles each file of functions/ into one self-contained artifact:
//   dist/<name>/index.js       CommonJS, minified; exports `main` and `handler`
//   dist/<name>/index.js.map   beside it, not named in it: an action's source is one file
//   dist/<name>/package.json   what a zip entry needs
//   dist/<name>.zip            both, ready to upload
import "./local/check-node.mjs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { zipSync } from "fflate";

const kibibyte = 1024;
/** A function starts as fast as it is small: over its budget the build fails. */
const budgetBytes = {
  bucket: 49 * kibibyte,
  heartbeat: 77 * kibibyte,
  redrive: 47 * kibibyte,
  webhook: 68 * kibibyte,
};
const budgetBytesDefault = 40 * kibibyte;

/** Zip entries carry a date; a fixed one makes equal sources equal zips. */
const zipOptions = { mtime: new Date(1980, 0, 1), level: 9 };

const names = (await readdir("functions"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => basename(file, ".ts"))
  .sort();
await rm("dist", { recursive: true, force: true });

const rows = await Promise.all(names.map(buildFunction));
printTable(rows);
const over = rows.filter(({ bytes, budget }) => bytes > budget);
for (const { name, bytes, budget } of over) {
  console.error(`${name}: ${bytes} bytes are over its budget of ${budget}`);
}
process.exitCode = over.length > 0 ? 1 : 0;

async function buildFunction(name) {
  const folder = `dist/${name}`;
  await mkdir(folder, { recursive: true });
  await build({
    // Assigned by hand: esbuild's own conversion of exports costs half a KiB in each artifact.
    stdin: {
      contents: `import { handler, main } from "./${name}.ts"; module.exports = { handler, main };`,
      resolveDir: "functions",
    },
    outfile: `${folder}/index.js`,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    sourcemap: "external",
    legalComments: "none",
    // Older OpenWhisk runners look for an identifier named main and nowhere else.
    footer: { js: "var main=module.exports.main;" },
    logLevel: "warning",
    logOverride: { "import-is-undefined": "error", "commonjs-variable-in-esm": "silent" },
  });
  const manifest = { main: "index.js", type: "commonjs" };
  await writeFile(`${folder}/package.json`, `${JSON.stringify(manifest)}\n`);

  const source = await readFile(`${folder}/index.js`);
  const packageJson = await readFile(`${folder}/package.json`);
  const zip = zipSync({ "index.js": source, "package.json": packageJson }, zipOptions);
  await writeFile(`dist/${name}.zip`, zip);
  return {
    name,
    bytes: source.length,
    gzip: gzipSync(source).length,
    zip: zip.length,
    budget: budgetBytes[name] ?? budgetBytesDefault,
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

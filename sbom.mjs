// npm run sbom: writes a CycloneDX document to standard output. It lists what a user of the package gets: the packages
// that npm installs, and those of which code is in the package itself or in a function.
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

const root = fileURLToPath(new URL("./", import.meta.url));
const outputBytesMax = 64 * 1024 * 1024;
/** The mark that npm gives to packages for development. */
const development = "cdx:npm:package:development";

const [everything, bundled, own] = await Promise.all([readEverything(), findBundled(), readOwn()]);
process.stdout.write(`${JSON.stringify(toShipped(everything), null, 2)}\n`);

/** Everything in the lock file, with licences and hashes. The lock file is the same on every machine. */
async function readEverything() {
  const args = ["sbom", "--sbom-format=cyclonedx", "--sbom-type=library", "--package-lock-only"];
  const options = { cwd: root, maxBuffer: outputBytesMax, shell: process.platform === "win32" };
  const { stdout } = await promisify(execFile)("npm", args, options);
  return JSON.parse(stdout);
}

async function readOwn() {
  return JSON.parse(await readFile(join(root, "package.json"), "utf8"));
}

/** Returns the names of the packages of which something is in the page or in a function. */
async function findBundled() {
  const functions = (await readdir(join(root, "functions"))).map((file) => `functions/${file}`);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...functions, "local/page/main.tsx"],
    outdir: "unwritten",
    ...{ write: false, bundle: true, minify: true, platform: "node", format: "esm" },
    ...{ metafile: true, logLevel: "error" },
  });
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
  );
  return new Set(
    files.map((file) => /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]),
  );
}

function toShipped({ serialNumber: _, metadata, components, dependencies, ...document }) {
  const kept = components.filter((one) => !isForDevelopment(one) || bundled.has(one.name));
  const refs = new Set([metadata.component, ...kept].map((one) => one["bom-ref"]));
  return {
    ...document,
    metadata: toMetadata(metadata),
    components: kept.map(toComponent),
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) })),
  };
}

function isForDevelopment({ properties }) {
  return properties.some(({ name }) => name === development);
}

/** The time, the random number and the folder's name would make every document another one. */
function toMetadata({ timestamp: _, component, ...metadata }) {
  return { ...metadata, component: { ...component, name: own.name } };
}

/** A package that is bundled is no tool of development for those who get the bundle. */
function toComponent(component) {
  return bundled.has(component.name)
    ? {
        ...component,
        scope: "required",
        properties: component.properties.filter(({ name }) => name !== development),
      }
    : component;
}

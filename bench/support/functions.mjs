// Prepares the functions that are compared. Each is the source of one file that an OpenWhisk runner
// evaluates.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { loadSources } from "../../cli/load-sources.mjs";

const { createPlugins } = await loadSources("build/plugins.ts");
const { shortNames } = await loadSources("build/short-names.ts");
const { compileFirst, firstFunctionsOf } = await loadSources(
  "build/compile-first/compile-first.ts",
);

/** A path in bench/. */
export const here = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The options of cli/build/bundle-function.ts that decide about the code. bytes/bytes.mjs checks that they agree. */
const options = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  legalComments: "none",
  logLevel: "warning",
  logOverride: { "import-is-undefined": "error", "commonjs-variable-in-esm": "silent" },
  write: false,
};

const footer = { js: "var main=module.exports.main;" };

/** Installs the peers, which are not installed anywhere else. */
export function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(here("package.json"), "utf8"));
  if (Object.keys(dependencies).every((name) => existsSync(here(`node_modules/${name}`)))) {
    return;
  }
  const args = ["ci", "--prefix", here("."), "--no-audit", "--no-fund"];
  const { status } = spawnSync("npm", args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    throw new Error("`npm ci --prefix bench` failed: the peers are not there to be compared with.");
  }
}

/** Reads the artifact as it would be deployed. */
export function readArtifact(name) {
  const path = here(`../dist/${name}/index.js`);
  if (!existsSync(path)) {
    throw new Error(`dist/${name}/index.js is missing: run \`npm run build\` first.`);
  }
  return readFileSync(path, "utf8");
}

/** Builds the artifact again, with esbuild's list of its contents. */
export async function buildArtifact(name, plugins = []) {
  const { code, map, metafile } = await bundleArtifact(name, plugins);
  return { code: compileFirst({ code, map }, firstFunctionsOf(name)).code, metafile };
}

/** Bundles an artifact as esbuild leaves it, before functions are compiled in the first parse. */
export async function bundleArtifact(name, plugins = []) {
  const { functions } = JSON.parse(readFileSync(here("../dist/functions.json"), "utf8"));
  const { accepts } = functions.find((one) => one.name === name);
  const source = readFileSync(here(`../functions/${name}.ts`), "utf8");
  const built = await build({
    ...options,
    ...shortNames,
    stdin: {
      contents: `import { fetch, handler, main } from "./${name}.ts"; module.exports = { fetch, handler, main };`,
      resolveDir: here("../functions"),
    },
    ...{ metafile: true, sourcemap: "external", outfile: `${name}.js` },
    footer,
    plugins: [...createPlugins(source, accepts), ...plugins],
  });
  const [map, code] = built.outputFiles.map(({ text }) => text);
  return { code, map, metafile: built.metafile };
}

const peerFiles = {
  bare: here("peers/bare-exchange.mjs"),
  minimal: here("peers/minimal-function.mjs"),
  assembled: here("peers/assembled.mjs"),
  sample: here("peers/ncp-sample.mjs"),
};

export async function buildPeer(name, plugins = []) {
  if (name !== "minimal" && name !== "bare") {
    installPeers();
  }
  const built = await build({ ...options, entryPoints: [peerFiles[name]], footer, plugins });
  return built.outputFiles[0].text;
}

/** Builds the artifact with its HTTP exchange replaced by one that acknowledges at once. */
export async function buildArtifactWithoutNetwork(name) {
  const { code } = await withStub(/http\/client\.ts$/, "stubs/transport.mjs", (plugin) =>
    buildArtifact(name, [plugin]),
  );
  return code;
}

export async function buildPeerWithoutNetwork(name) {
  const [filter, stub] =
    name === "minimal"
      ? [/^node:https$/, "stubs/node-https.mjs"]
      : [/^\.\/http\.js$/, "stubs/axios-adapter.mjs"];
  return await withStub(filter, stub, (plugin) => buildPeer(name, [plugin]));
}

async function withStub(filter, stub, run) {
  const replaced = new Set();
  const result = await run({
    name: "stub",
    setup: (esbuild) => {
      esbuild.onResolve({ filter }, ({ importer }) => {
        // Only axios imports a "./http.js" beside its adapters. assembled.mjs imports an Agent too.
        const isOurs = !importer.includes("node_modules") || /axios\/lib\/adapters/.test(importer);
        if (!isOurs) {
          return undefined;
        }
        replaced.add(importer);
        return { path: here(stub) };
      });
    },
  });
  if (replaced.size === 0) {
    throw new Error(`nothing was replaced by bench/${stub}: what it stands for has moved`);
  }
  return result;
}

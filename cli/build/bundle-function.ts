import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile, type Plugin } from "esbuild";
import { compileFirst, firstFunctionsOf } from "./compile-first/compile-first.ts";
import { toLicences } from "./licences.ts";
import { createPlugins } from "./plugins.ts";
import { shortNames } from "./short-names.ts";
import { createSourcesPlugin } from "./sources-plugin.ts";
import { toZip } from "./zip.ts";

export type FunctionToBuild = { readonly name: string; readonly accepts: string };

export type BuildRoots = {
  /** The folder of the project. */
  readonly root: string;
  /** The folder of our own package.json and LICENSE. */
  readonly packageFolder: string;
};

export type BuildOptions = BuildRoots & {
  /** The verifiers and challenges that are bundled; absent: all. */
  readonly used?: ReadonlySet<string> | undefined;
};

export type BuiltArtifact = {
  readonly name: string;
  readonly metafile: Metafile;
  readonly bytes: number;
  readonly gzip: number;
  /** The files of its folder by name. */
  readonly files: Readonly<Record<string, Buffer | string>>;
  readonly zip: Uint8Array;
};

const manifest = `${JSON.stringify({ main: "index.js", type: "commonjs" })}\n`;

/** Bundles `functions/NAME.ts` of a project into the files of its folder and its zip. Nothing is written. */
export async function bundleFunction(
  { name, accepts }: FunctionToBuild,
  { root, packageFolder, used }: BuildOptions,
): Promise<BuiltArtifact> {
  const source = await readFile(join(root, "functions", `${name}.ts`), "utf8");
  const plugins = [
    ...createPlugins(source, accepts),
    ...(used === undefined ? [] : [createSourcesPlugin(used)]),
  ];
  const { metafile, code, map } = await bundle({ name, root, plugins });
  const files = {
    "index.js": code,
    "package.json": Buffer.from(manifest),
    "LICENSES.txt": Buffer.from(await toLicences(metafile, { root, packageFolder })),
  };
  return {
    ...{ name, metafile, bytes: code.length, gzip: gzipSync(code).length },
    files: { ...files, "index.js.map": map },
    zip: toZip(files),
  };
}

type Bundling = {
  readonly name: string;
  readonly root: string;
  readonly plugins: Plugin[];
};

/** Makes index.js and its source map. */
async function bundle({ name, root, plugins }: Bundling) {
  const outfile = join(root, "dist", name, "index.js");
  const { metafile, outputFiles } = await build({
    // Assigned by hand: esbuild's own conversion of exports costs half a KiB in each artifact.
    stdin: {
      contents: `import { fetch, handler, main } from "./${name}.ts"; module.exports = { fetch, handler, main };`,
      resolveDir: join(root, "functions"),
    },
    ...{ outfile, plugins, absWorkingDir: root, write: false },
    ...{ bundle: true, minify: true, platform: "node", target: "node20", format: "cjs" },
    ...shortNames,
    ...{ sourcemap: "external", legalComments: "none", metafile: true },
    // Older OpenWhisk runners look for an identifier named main and nowhere else.
    footer: { js: "var main=module.exports.main;" },
    logLevel: "warning",
    logOverride: { "import-is-undefined": "error", "commonjs-variable-in-esm": "silent" },
  });
  // With `external` the source map comes first.
  const [map = "", bundled = ""] = outputFiles.map(({ text }) => text);
  const compiled = compileFirst({ code: bundled, map }, firstFunctionsOf(name));
  return { metafile, code: Buffer.from(compiled.code), map: compiled.map };
}

import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure } from "esbuild";

/** A module cannot be loaded. The message says what kind of error it is, and where; it quotes nothing of the file. */
export class LoadFailure extends Error {
  override name = "LoadFailure";
}

/**
 * Loads a module of TypeScript or JavaScript with the files and packages that it imports. Nothing is written, so
 * `node_modules` may be read-only. The module is code, and runs with your rights. Throws a LoadFailure.
 */
export async function loadModule(file: string): Promise<object> {
  try {
    const bytes = Buffer.from(await bundle(resolve(file)));
    return (await import(`data:text/javascript;base64,${bytes.toString("base64")}`)) as object;
  } catch (error) {
    throw new LoadFailure(describe(error));
  }
}

/** Packages of CommonJS get a `require`, and the code the place of its file, in stack traces too. */
async function bundle(file: string): Promise<string> {
  const { build } = await import("esbuild");
  const url = pathToFileURL(file).href;
  const meta = { url, filename: file, dirname: dirname(file) };
  const { outputFiles } = await build({
    entryPoints: [file],
    ...{ bundle: true, write: false, logLevel: "silent" },
    ...{ platform: "node", target: "node20", format: "esm" },
    define: { "import.meta": "metaOfFile" },
    banner: {
      js: `const metaOfFile = ${JSON.stringify(meta)};\nconst require = process.getBuiltinModule("module").createRequire(metaOfFile.url);`,
    },
    footer: { js: `//# sourceURL=${url}` },
  });
  return outputFiles[0]?.text ?? "";
}

/** Names the kind of an error, and its place in the file. The rest of a message could quote the file. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const [fault] = (error as Partial<BuildFailure>).errors ?? [];
  if (fault !== undefined) {
    const { location, text } = fault;
    return location === null || text.startsWith("Could not resolve")
      ? "ERR_MODULE_NOT_FOUND"
      : `TransformError, line ${location.line}, column ${location.column}`;
  }
  return "code" in error ? String(error.code) : error.name;
}

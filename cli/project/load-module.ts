import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Message } from "esbuild";

/** A module cannot be loaded. The message says what kind of error it is, and where; it quotes nothing of the file. */
export class LoadFailure extends Error {
  override name = "LoadFailure";
}

/**
 * Loads a module of TypeScript or JavaScript with the files and packages that it imports. Nothing is written, so
 * `node_modules` may be read-only. The module is code, and runs with your rights. Throws a LoadFailure.
 */
export async function loadModule(file: string): Promise<object> {
  const path = resolve(file);
  try {
    const { code } = await bundle(path);
    const bytes = Buffer.from(code);
    return (await import(`data:text/javascript;base64,${bytes.toString("base64")}`)) as object;
  } catch (error) {
    throw new LoadFailure(await describe(error, path));
  }
}

type Bundle = { readonly code: string; readonly map: SourceMapPayload | undefined };

/** Packages of CommonJS get a `require`, and the code the place of its file, in stack traces too. */
async function bundle(path: string, hasMap = false): Promise<Bundle> {
  const { build } = await import("esbuild");
  const url = pathToFileURL(path).href;
  const meta = { url, filename: path, dirname: dirname(path) };
  const { outputFiles } = await build({
    entryPoints: [path],
    ...{ bundle: true, write: false, logLevel: "silent" },
    ...{ platform: "node", target: "node20", format: "esm" },
    // Sources in the map are relative to this folder, in which nothing is written.
    ...{ outdir: dirname(path), sourcemap: hasMap && "external", sourcesContent: false },
    define: { "import.meta": "metaOfFile" },
    banner: {
      js: `const metaOfFile = ${JSON.stringify(meta)};\nconst require = process.getBuiltinModule("module").createRequire(metaOfFile.url);`,
    },
    footer: { js: `//# sourceURL=${url}` },
  });
  const textOf = (ending: string) =>
    outputFiles.find((one) => one.path.endsWith(ending))?.text ?? "";
  return { code: textOf("js"), map: hasMap ? JSON.parse(textOf(".map")) : undefined };
}

/** The code of our package's errors about how it is used. Their messages quote nothing. */
const wrongUse = "WRONG_USE";

/** Names the kind of an error, and its line in the file. The rest of a message could quote the file. */
async function describe(error: unknown, path: string): Promise<string> {
  if (!(error instanceof Error)) {
    return typeof error;
  }
  const [fault] = (error as Partial<BuildFailure>).errors ?? [];
  if (fault !== undefined) {
    return describeFault(fault, path);
  }
  const { code = error.name } = error as { readonly code?: unknown };
  const kind = code === wrongUse ? error.message : String(code);
  const line = await findLine(error, path);
  return line === undefined ? kind : `${kind}, line ${line}`;
}

function describeFault({ location, text }: Message, path: string): string {
  if (location !== null && !text.startsWith("Could not resolve")) {
    return `TransformError, line ${location.line}, column ${location.column}`;
  }
  // The import can be in another file, which has lines of its own.
  const isHere = location !== null && resolve(location.file) === path;
  return `ERR_MODULE_NOT_FOUND${isHere ? `, line ${location.line}` : ""}`;
}

/** Finds the line of the file from which an error came while the file was loaded. The stack has the bundle's lines. */
async function findLine({ stack = "" }: Error, path: string): Promise<number | undefined> {
  const names = [pathToFileURL(path).href, path];
  const frames = stack.split("\n").filter((frame) => names.some((name) => frame.includes(name)));
  const { map } = frames.length === 0 ? { map: undefined } : await bundle(path, true);
  for (const frame of frames) {
    const [, line, column] = /:(\d+):(\d+)\)?$/.exec(frame) ?? [];
    const found = map && new SourceMap(map).findEntry(Number(line) - 1, Number(column) - 1);
    if (found && "originalSource" in found && isAt(found.originalSource, path)) {
      return found.originalLine + 1;
    }
  }
  return undefined;
}

/** A source is relative to the folder of the file, or a URL. */
function isAt(source: string, path: string): boolean {
  return resolve(dirname(path), source) === path || source === pathToFileURL(path).href;
}

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The built page by the paths of its files. */
export type PageTexts = Readonly<Record<"/" | "/page.js" | "/page.css", string>>;

const folder = new URL("./", import.meta.url);

let compiled: Promise<PageTexts> | undefined;

/** Returns the page. The npm package brings it as plain files; elsewhere it is compiled in memory, once for a process. */
export function buildPage(): Promise<PageTexts> {
  if (existsSync(new URL("built/", folder))) {
    return readPage();
  }
  compiled ??= compilePage();
  return compiled;
}

async function readPage(): Promise<PageTexts> {
  const [html, code, styles] = await Promise.all(
    ["index.html", "page.js", "page.css"].map((name) =>
      readFile(new URL(`built/${name}`, folder), "utf8"),
    ),
  );
  return { "/": html ?? "", "/page.js": code ?? "", "/page.css": styles ?? "" };
}

/** Compiles the page. The compiler is loaded here, so that an emulator without a reader never pays for it. */
async function compilePage(): Promise<PageTexts> {
  const { build } = await import("esbuild");
  const built = await build({
    absWorkingDir: fileURLToPath(folder),
    entryPoints: [
      { in: "main.tsx", out: "page" },
      { in: "styles/page.css", out: "page" },
    ],
    outdir: "built",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  });
  const textOf = (ending: string) =>
    built.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return {
    "/": await readFile(new URL("index.html", folder), "utf8"),
    "/page.js": textOf(".js"),
    "/page.css": textOf(".css"),
  };
}

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The built page by the paths of its files. */
export type PageTexts = Readonly<Record<"/" | "/page.js" | "/page.css", string>>;

/** Compiles the page in memory. The compiler is loaded here, so that an emulator without a reader never pays for it. */
export async function buildPage(): Promise<PageTexts> {
  const { build } = await import("esbuild");
  const folder = new URL("./", import.meta.url);
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

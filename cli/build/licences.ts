import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { parseObject } from "../shared/parse-object.ts";
import { bundledFiles, packageFolderOf } from "./bundled-files.ts";

const line = "-".repeat(80);
const licenceFile = /^(licen[cs]e|copying|notice)/i;

/** A package is bundled, and nothing says under which licence. */
export class LicenceProblem extends Error {
  override name = "LicenceProblem";
}

export type NoticeRoots = {
  /** The folder that paths of the metafile begin at. */
  readonly root: string;
  /** The folder of our own package.json and LICENSE. */
  readonly packageFolder: string;
};

/**
 * Returns the text of LICENSES.txt: the project's own notice, ours, and that of every other package in the bundle, as their
 * licences ask for. A project's own package may have no licence file.
 */
export async function toLicences(
  metafile: Metafile,
  { root, packageFolder }: NoticeRoots,
): Promise<string> {
  const folders = new Set(
    bundledFiles(metafile).map(({ file }) => packageFolderOf(file, { root, packageFolder })),
  );
  const packages = [...folders]
    .filter((folder) => folder !== undefined && folder !== root)
    .map((folder) => folder ?? "")
    .sort(byText);
  const own = await readNotice(root);
  const others = await Promise.all(packages.map(readRequired));
  const found =
    others.length === 0
      ? "No code of other packages is bundled in index.js.\n"
      : "index.js also holds code of these packages:\n";
  return [...(own === undefined ? [] : [own]), found, ...others].join(`\n${line}\n\n`);
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

async function readRequired(folder: string): Promise<string> {
  const notice = await readNotice(folder);
  if (notice === undefined) {
    throw new LicenceProblem(
      `the package ${await nameOf(folder)} has no licence file: what it is bundled under is not known`,
    );
  }
  return notice;
}

/** Returns the name, the version and the licence texts of a package; undefined if it has no licence file. */
async function readNotice(folder: string): Promise<string | undefined> {
  const files = (await readdir(folder)).filter((file) => licenceFile.test(file)).sort(byText);
  if (files.length === 0) {
    return undefined;
  }
  const { name, version, license } = await readManifest(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return `${name} ${version} (${license})\n\n${texts.map((text) => `${text.trim()}\n`).join("\n")}`;
}

async function nameOf(folder: string): Promise<unknown> {
  return (await readManifest(folder))["name"];
}

async function readManifest(folder: string) {
  return parseObject(await readFile(join(folder, "package.json"), "utf8")) ?? {};
}

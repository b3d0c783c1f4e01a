// Writes the notices that the licences of bundled packages ask for, and finds what a bundle consists of.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const line = "-".repeat(80);

/** Returns the text of LICENSES.txt: our own notice, and that of every package in the bundle. */
export async function toLicences(metafile) {
  const folders = new Set(bundledFiles(metafile).map(([file]) => packageFolder(file)));
  const packages = [...folders].filter((folder) => folder !== undefined).sort(byText);
  const own = await toNotice(".");
  const others = await Promise.all(packages.map(toNotice));
  const found =
    others.length === 0
      ? "No code of other packages is bundled in index.js.\n"
      : "index.js also holds code of these packages:\n";
  return [own, found, ...others].join(`\n${line}\n\n`);
}

function byText(left, right) {
  return left < right ? -1 : 1;
}

/** Returns the parts that take most bytes: a package as a whole, or one file of ours. */
export function largestParts(metafile, countMax = 5) {
  const bytes = new Map();
  for (const [file, size] of bundledFiles(metafile)) {
    const part = packageFolder(file) ?? file;
    bytes.set(part, (bytes.get(part) ?? 0) + size);
  }
  return [...bytes].sort(([, a], [, b]) => b - a).slice(0, countMax);
}

/** Files of which something is in the output, each with its bytes there. */
function bundledFiles({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [[file, bytesInOutput]] : [],
    ),
  );
}

/** Returns the folder of the package that a file belongs to; undefined for a file of ours. */
function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

async function toNotice(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  );
  const files = (await readdir(folder)).filter((file) =>
    /^(licen[cs]e|copying|notice)/i.test(file),
  );
  if (files.length === 0) {
    throw new Error(`${name} has no licence file: what it is bundled under is not known`);
  }
  const texts = await Promise.all(
    files.sort(byText).map((file) => readFile(join(folder, file), "utf8")),
  );
  return `${name} ${version} (${license})\n\n${texts.map((text) => `${text.trim()}\n`).join("\n")}`;
}

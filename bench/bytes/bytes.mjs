// Shows what each artifact contains, and how near it is to its target size. See docs/benchmarks.md.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildArtifact, buildPeer, here, readArtifact } from "../support/functions.mjs";
import { finish, toValueRow } from "../support/report.mjs";

const kibibyte = 1024;
const aimsKib = { bucket: 44, event: 46, heartbeat: 71, redrive: 46, webhook: 66 };
/** Parts with a smaller share of an artifact are not named. */
const shareMin = 0.02;

const toKib = (bytes) => Number((bytes / kibibyte).toFixed(1));

/** Names the part of a path: `lib/webhooks`, `lib` for its own files, or a package. */
function partOf(path) {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  const inFolder = /(lib\/[^/]+)\/|(lib|functions)\//.exec(path);
  return inPackage?.[1] ?? inFolder?.[1] ?? inFolder?.[2] ?? "wiring";
}

function toParts({ outputs }) {
  const [inputs] = Object.values(outputs)
    .map((output) => output.inputs)
    .filter((of) => Object.keys(of).length > 0);
  const bytesOf = new Map();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const part = partOf(path);
    bytesOf.set(part, (bytesOf.get(part) ?? 0) + bytesInOutput);
  }
  return [...bytesOf].sort(([, a], [, b]) => b - a);
}

async function toRow(name) {
  const { code, metafile } = await buildArtifact(name);
  if (code !== readArtifact(name)) {
    throw new Error(
      `dist/${name} is not what bench/support/functions.mjs builds: their options differ`,
    );
  }
  const bytes = Buffer.byteLength(code);
  const named = toParts(metafile).filter(([, of]) => of / bytes >= shareMin);
  const parts = named.map(([part, of]) => `${part} ${toKib(of)}`).join(", ");
  return toValueRow({
    name: `bytes, ${name}`,
    value: toKib(bytes),
    unit: "KiB",
    target: { atMost: aimsKib[name] },
    note: `${toKib(gzipSync(code).length)} with gzip; ${parts}`,
  });
}

async function toPeerRow(name, title) {
  const code = await buildPeer(name);
  const gzip = toKib(gzipSync(code).length);
  const value = toKib(Buffer.byteLength(code));
  return toValueRow({ name: `bytes, ${title}`, value, unit: "KiB", note: `${gzip} with gzip` });
}

const threeProviders = ["github", "stripe", "slack"];
const threeProvidersKib = 55;

/** Builds for the settings of three sources, and then again for all: dist/ is as it was. */
function toRowOfThree() {
  const folder = mkdtempSync(join(tmpdir(), "bench-bytes-"));
  const settings = join(folder, "sources.env");
  const sources = Object.fromEntries(threeProviders.map((name) => [name, { verifier: name }]));
  writeFileSync(settings, `WEBHOOK_SOURCES=${JSON.stringify(sources)}\n`);
  const build = (...options) => {
    const args = [here("../cli/bin.mjs"), "build", ...options];
    execFileSync(process.execPath, args, { cwd: here(".."), stdio: "ignore" });
  };
  try {
    build("--sources", settings);
    return toValueRow({
      name: `bytes, webhook with ${threeProviders.join(", ")} (build --sources)`,
      value: toKib(Buffer.byteLength(readArtifact("webhook"))),
      unit: "KiB",
      target: { atMost: threeProvidersKib },
    });
  } finally {
    rmSync(folder, { recursive: true });
    build();
  }
}

const names = readdirSync(here("../functions")).map((file) => basename(file, ".ts"));
finish("Bytes: minified artifacts", [
  ...(await Promise.all(names.map(toRow))),
  toRowOfThree(),
  await toPeerRow("minimal", "the function written by hand"),
  await toPeerRow("assembled", "the assembled one"),
  await toPeerRow("sample", "the sample style"),
]);

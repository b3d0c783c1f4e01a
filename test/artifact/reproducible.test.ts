import { execFile } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";

/** Files that a build does not read. */
const left = ["node_modules", "dist", "out", "test", "bench", ".git", ".ci", "coverage", "reports"];
/** The packages that a build loads or bundles. */
const packages = [
  "esbuild",
  "@esbuild",
  "fflate",
  "commander",
  "dotenv",
  "croner",
  "zod",
  "acorn",
  "@jridgewell",
];

type Place = {
  readonly folder: string;
  readonly changed: Date;
  readonly umask: string;
  readonly environment: Readonly<Record<string, string>>;
};

/** Copies the repository, gives every file the same time, and builds it. Returns the bytes of each built file. */
async function build({ folder, changed, umask, environment }: Place) {
  cpSync(".", folder, {
    recursive: true,
    filter: (path) => !left.includes(relative(".", path)),
  });
  for (const name of packages) {
    cpSync(join("node_modules", name), join(folder, "node_modules", name), { recursive: true });
  }
  for (const path of filesOf(folder)) {
    utimesSync(join(folder, path), changed, changed);
  }
  const { PATH = "" } = process.env;
  await promisify(execFile)("sh", ["-c", `umask ${umask} && exec node build.mjs`], {
    cwd: folder,
    env: { PATH, ...environment },
  });
  const dist = join(folder, "dist");
  return new Map(filesOf(dist).map((path) => [path, readFileSync(join(dist, path))]));
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .toSorted();
}

describe("a build", () => {
  test("two builds in two folders, with other times, zones and permissions, are equal to the byte", async () => {
    const parent = mkdtempSync(join(tmpdir(), "build-"));
    onTestFinished(() => rmSync(parent, { recursive: true }));

    const [one, other] = await Promise.all([
      build({
        folder: join(parent, "one"),
        changed: new Date("2020-02-29T23:59:59Z"),
        umask: "022",
        environment: { TZ: "UTC", LANG: "C" },
      }),
      build({
        folder: join(parent, "some", "other folder", "relay"),
        changed: new Date("2026-11-30T12:00:00Z"),
        umask: "077",
        environment: { TZ: "Asia/Seoul", LANG: "ko_KR.UTF-8", SOURCE_DATE_EPOCH: "1" },
      }),
    ]);

    const names = [...one.keys()];
    expect(names).toEqual(expect.arrayContaining(["webhook.zip", "webhook/index.js.map"]));
    expect([...other.keys()]).toEqual(names);
    expect(
      names.filter((name) => !one.get(name)?.equals(other.get(name) ?? Buffer.alloc(0))),
    ).toEqual([]);
  });
});

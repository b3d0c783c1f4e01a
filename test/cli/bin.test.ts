import { execFile, execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);

/** Runs a command in a folder, whatever its end. */
async function bin(args: readonly string[], cwd = ".") {
  const command = [resolve(cwd, "cli/bin.mjs"), ...args];
  const ended = await run(process.execPath, command, { cwd }).catch((error: unknown) => error);
  const { stdout = "", stderr = "", code = 0 } = ended as Record<string, string>;
  return { code, stdout, stderr };
}

describe("datastream-relay <command>", () => {
  test.for([
    [["--help"], 0, /^Usage: datastream-relay <command> \[options\]\n/, /^$/],
    [["--version"], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [
      [],
      2,
      /^$/,
      /^error: name a command: .*start, build, doctor.*\npage: docs\/troubleshooting.md#usage\n$/,
    ],
    [["dcotor"], 2, /^$/, /^error: there is no command of that name - did you mean doctor\?/],
    [
      ["--json", "doctor"],
      2,
      /^\{"ok":false,"problems":\["name a command before its options: init, start, build/,
      /^$/,
    ],
    [["help", "build"], 0, /^Usage: npm run build -- \[options\]\n/, /^$/],
    [["--help", "produce"], 0, /^Usage: npm run produce -- \[options\]\n/, /^$/],
    [["help", "dcotor"], 0, /^Usage: datastream-relay <command> \[options\]\n/, /^$/],
    [["toString"], 2, /^$/, /^error: there is no command of that name \(--help/],
    [["nope", "--json"], 2, /^\{"ok":false,"problems":\[.*"page":"docs/, /^$/],
    [["build", "--nope"], 2, /^$/, /unknown option '--nope'/],
  ] as const)("%j ends with exit code %i", async ([args, code, out, error]) => {
    const ended = await bin(args);

    expect(ended).toEqual({
      code,
      stdout: expect.stringMatching(out),
      stderr: expect.stringMatching(error),
    });
  });

  test.runIf(existsSync("/dev/full"))(
    "output that a full disk does not take ends with 1",
    async () => {
      const command = `"${process.execPath}" cli/bin.mjs --help > /dev/full`;

      await expect(run("sh", ["-c", command])).rejects.toMatchObject({ code: 1 });
    },
  );

  test("every command of npm's scripts is one of the bin", async () => {
    const { scripts } = JSON.parse(execFileSync("cat", ["package.json"], { encoding: "utf8" }));
    const named = [...JSON.stringify(scripts).matchAll(/cli\/bin\.mjs (\w+)/g)].map(
      ([, name]) => name,
    );
    const { stdout } = await bin(["--help"]);

    expect(new Set(named).size).toBeGreaterThanOrEqual(7);
    expect(named.filter((name) => !stdout.includes(`\n  ${name} `))).toEqual([]);
  });
});

describe("the bundle of a checkout", () => {
  const folder = mkdtempSync(join(tmpdir(), "checkout-"));
  const cache = join(folder, "node_modules/.cache/datastream-relay");
  const bundles = () =>
    readdirSync(cache, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);

  beforeAll(() => {
    for (const name of ["cli", "lib", "local", "functions", "package.json", "tsconfig.json"]) {
      cpSync(name, join(folder, name), { recursive: true });
    }
    // Links of every package, so that the cache is the folder's own.
    execFileSync("mkdir", [join(folder, "node_modules")]);
    for (const name of readdirSync("node_modules").filter((one) => one !== ".cache")) {
      symlinkSync(resolve("node_modules", name), join(folder, "node_modules", name));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("ten processes that start at once in a fresh clone all end well", async () => {
    const ended = await Promise.all(
      Array.from({ length: 10 }, () => bin(["doctor", "--help"], folder)),
    );

    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, ""]));
    expect(bundles().filter((name) => name.endsWith(".unfinished"))).toEqual([]);
  }, 120_000);

  test("a clone without packages, or with a cache that cannot be written, is told what to do", async () => {
    const modules = join(folder, "node_modules");
    renameSync(modules, `${modules}-away`);
    const bare = await bin(["--version"], folder);
    renameSync(`${modules}-away`, modules);
    rmSync(join(modules, ".cache"), { recursive: true, force: true });
    writeFileSync(join(modules, ".cache"), "");
    const blocked = await bin(["--version"], folder);
    rmSync(join(modules, ".cache"));

    const page = "page: docs/troubleshooting.md#usage\n";
    expect([bare.code, bare.stderr]).toEqual([
      2,
      expect.stringMatching(
        /^error: the package esbuild is not installed: run npm ci in \S+\npage: docs\/troubleshooting\.md#usage\n$/,
      ),
    ]);
    expect([blocked.code, blocked.stderr]).toEqual([2, expect.stringContaining(page)]);
    expect(blocked.stderr).toMatch(/^error: \S+datastream-relay cannot be written \(E[A-Z]+\): /);
  });

  test("the commands are bundled again only after a source has changed", async () => {
    await bin(["--help"], folder);
    const before = bundles();
    await bin(["--help"], folder);
    const same = bundles();
    utimesSync(join(folder, "local/start-options.ts"), new Date(), new Date());
    await bin(["--help"], folder);

    expect(same).toEqual(before);
    expect(bundles().length).toBe(before.length + 1);
  }, 120_000);
});

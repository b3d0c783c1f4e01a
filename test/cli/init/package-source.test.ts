import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPackageSource, toDependency } from "../../../cli/init/package-source.ts";
import { temporaryFolder } from "../shared/terminal.ts";

/** Makes `node_modules` with the lock file that npm 11.19.1 wrote there for `npx --package`. */
function createInstalled(entry: object | undefined, parent = temporaryFolder()): string {
  const modules = join(parent, "npx", "node_modules");
  mkdirSync(join(modules, "datastream-relay"), { recursive: true });
  if (entry !== undefined) {
    const packages = { "node_modules/datastream-relay": entry };
    writeFileSync(
      join(modules, ".package-lock.json"),
      JSON.stringify({ lockfileVersion: 3, packages }),
    );
  }
  return join(modules, "datastream-relay");
}

describe("the source of the package", () => {
  test("a package from a tarball is the tarball, by a path from the project", () => {
    const parent = temporaryFolder();
    writeFileSync(join(parent, "datastream-relay-1.2.3.tgz"), "");
    const installed = createInstalled({ resolved: "file:../datastream-relay-1.2.3.tgz" }, parent);

    const source = findPackageSource(installed, "1.2.3");

    expect(source).toEqual({ kind: "tarball", file: join(parent, "datastream-relay-1.2.3.tgz") });
    expect(toDependency(source, join(parent, "a", "my-relay"))).toBe(
      "file:../../datastream-relay-1.2.3.tgz",
    );
  });

  test("a tarball that is gone is an error that says what to give", () => {
    const installed = createInstalled({ resolved: "file:../datastream-relay-1.2.3.tgz" });

    expect(() => findPackageSource(installed, "1.2.3")).toThrow("with --package FILE");
  });

  test.each([
    ["a registry that npm leaves out", { version: "1.2.3" }, "^1.2.3"],
    [
      "a registry",
      { resolved: "https://registry.example/datastream-relay/-/datastream-relay-1.2.3.tgz" },
      "^1.2.3",
    ],
    ["a package manager that writes no such file", undefined, "^1.2.3"],
    [
      "a tarball of a web server",
      { resolved: "https://files.example/datastream-relay-1.2.3.tgz" },
      "https://files.example/datastream-relay-1.2.3.tgz",
    ],
  ])("from %s", (_, entry, dependency) => {
    const source = findPackageSource(createInstalled(entry), "1.2.3");

    expect(toDependency(source, "/anywhere")).toBe(dependency);
  });

  test("the version is a guess without npm's file, and none with it", () => {
    expect(findPackageSource(createInstalled(undefined), "1.2.3")).toMatchObject({
      isGuessed: true,
    });
    expect(findPackageSource(createInstalled({ version: "1.2.3" }), "1.2.3")).toEqual({
      kind: "npm",
      text: "^1.2.3",
    });
  });
});

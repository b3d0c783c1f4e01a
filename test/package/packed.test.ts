import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { linkTargets } from "../documents/markdown.ts";
import { examples, toCommonJs, typedExamples } from "./examples.ts";
import { makeProject, type Packed, packed } from "./packed.ts";

const packMsMax = 240_000;
const tools = resolve("test/node_modules/.bin");

let made: Packed;
beforeAll(async () => {
  made = await packed();
}, packMsMax);

function run(folder: string, command: string, ...options: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, options, { cwd: folder, encoding: "utf8" });
  return { status, output: stdout, problems: stderr };
}

const node = (folder: string, file: string) => run(folder, process.execPath, file);

describe("the tarball", () => {
  test("it holds the built package and its documents, and no test, source, map or secret", () => {
    const paths = made.files.map(({ path }) => path);
    const foreign = paths.filter(
      (path) =>
        !/^(out\/|docs\/.*\.md$|docs\/examples\/|docs\/console\.png$|bench\/RESULTS\.md$|lib\/webhooks\/providers\/providers\.ts$|cli\/|local\/check-node|package\.json$|[A-Z]+(\.ko)?\.md$|LICENSE$)/.test(
          path,
        ),
    );

    expect(foreign).toEqual([]);
    // The templates of a project are sources, with a test and an example of settings.
    const built = paths.filter((path) => !/^(out\/cli\/init\/templates|lib)\//.test(path));
    expect(
      built.filter((path) => /(?:^|\/)test\/|\.map$|(?<!\.d)\.tsx?$|\.env\.|\.pem$/.test(path)),
    ).toEqual([]);
    expect(paths).toContain("out/package/index.d.ts");
    expect(paths).toContain("out/local/page/built/page.js");
  });

  test("every link and picture of its documents leads to one of its files", () => {
    const installed = join(made.project, "node_modules/datastream-relay");
    const broken = made.files
      .filter(({ path }) => path.endsWith(".md"))
      .flatMap(({ path }) =>
        linkTargets(readFileSync(join(installed, path), "utf8"))
          .filter((target) => !/^(#|https?:)/.test(target))
          .filter(
            (target) => !existsSync(join(installed, dirname(path), target.replace(/#.*/, ""))),
          )
          .map((target) => `${path}: ${target}`),
      );

    expect(broken).toEqual([]);
  });

  test("no file names a path of one machine", () => {
    const installed = join(made.project, "node_modules/datastream-relay");
    const named = made.files.filter(({ path }) =>
      readFileSync(join(installed, path), "utf8").includes(process.cwd()),
    );

    expect(named).toEqual([]);
  });

  test("publint finds no problem", () => {
    expect(run(".", join(tools, "publint"), "run", made.tarball, "--strict")).toMatchObject({
      status: 0,
    });
  });

  test("attw finds no problem in an ESM-only package", () => {
    const checked = run(
      ".",
      join(tools, "attw"),
      made.tarball,
      "--profile",
      "esm-only",
      "--no-emoji",
    );

    expect(checked, checked.output).toMatchObject({ status: 0 });
  });

  test("what it installs is small", () => {
    const { output } = run(made.project, "npm", "ls", "--all", "--parseable");
    // The platform's package of esbuild included.
    expect(output.trim().split("\n").length).toBeLessThan(15);
  });
});

describe("bundled by its user", () => {
  const bytesOf = async (contents: string) => {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: made.project },
      ...{ bundle: true, minify: true, write: false, platform: "node", format: "esm" },
    });
    return outputFiles[0]?.contents.length ?? 0;
  };

  test.each([
    ["the signer", 'export { sign } from "datastream-relay/client";', 1_024],
    ["the client", 'export * from "datastream-relay/client";', 26 * 1_024],
    // The providers are 9 KiB of these, 8 the checks of options, and 4 the reading of CloudEvents.
    ["the verification", 'export * from "datastream-relay/webhooks";', 49 * 1_024],
  ])("%s is small", async (_, contents, bytesMax) => {
    expect(await bytesOf(contents)).toBeLessThanOrEqual(bytesMax);
  });
});

describe.each(examples)("example $name", ({ name, code, prints }) => {
  const folderOf = (kind: string) => `${kind}-${name.replaceAll(/\W/g, "-")}`;

  test("it runs in an ESM project", async () => {
    const folder = await makeProject(folderOf("esm"), {
      "package.json": '{ "type": "module" }',
      "example.js": code,
    });

    expect(node(folder, "example.js")).toEqual({ status: 0, output: prints, problems: "" });
  });

  test("it runs in a CommonJS project, with import()", async () => {
    const folder = await makeProject(folderOf("cjs"), {
      "package.json": '{ "type": "commonjs" }',
      "example.js": toCommonJs(code),
    });

    expect(node(folder, "example.js")).toEqual({ status: 0, output: prints, problems: "" });
  });
});

describe("TypeScript", () => {
  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])(
    "the examples have no type error with module %s, resolved as %s",
    async (module, moduleResolution) => {
      const codes = [...examples.map(({ code }) => code), ...typedExamples];
      const sources = codes.map((code, index) => [`example-${index}.ts`, code] as const);
      const folder = await makeProject(`ts-${moduleResolution}`, {
        "package.json": '{ "type": "module" }',
        "tsconfig.json": JSON.stringify({
          compilerOptions: {
            ...{ module, moduleResolution, target: "es2023", strict: true, declaration: true },
            ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
            ...{ types: ["node"], typeRoots: [resolve("node_modules/@types")], outDir: "built" },
          },
        }),
        ...Object.fromEntries(sources),
        "own.ts": ownFunction,
      });
      const tsc = resolve("node_modules/typescript/bin/tsc");

      expect(run(folder, process.execPath, tsc, "-p", ".")).toEqual({
        status: 0,
        output: "",
        problems: "",
      });
    },
  );

  /** Exports whose types are inferred: each type has to have a name that the package exports. */
  const ownFunction = `
import { bucket, event, heartbeat, onEveryPlatform, redrive, relay, systemEffects, webhook, type InvocationEvent, type Mapping, type Registration, type Trigger } from "datastream-relay";
import { createDataStreamClient, sign } from "datastream-relay/client";
import { startDataStream } from "datastream-relay/testing";
import { verify } from "datastream-relay/webhooks";

export const triggers = { bucket, event: event(), heartbeat, webhook: webhook() };
export const entries = onEveryPlatform(relay(webhook(), systemEffects));
export const again = redrive(systemEffects);
export const client = (options: Parameters<typeof createDataStreamClient>[0]) => createDataStreamClient(options);
export const signed = () => sign({ method: "GET", url: "/", accessKey: "a", secretKey: "b" });
export const stream = () => startDataStream();
export const verdict = () => verify({ headers: {}, body: "" }, { name: "a", verifier: "none" });
export const registration: Registration = { triggeredBy: "cron", schedule: { default: "0 9 * * *" } };
export const notice: Trigger<InvocationEvent, string> = {
  name: "notice",
  accepts: "invocation",
  deliveryTimeoutMs: 45_000,
  settings: ["NOTICE_TEXT"],
  parse: () => ({ ok: true, value: "text" }),
  targets: () => [],
  warnings: () => [],
  map: ({ parameters }, config, { invocationId }): Mapping => ({
    records: [
      {
        topic: undefined,
        partition: undefined,
        key: config,
        content: () => ({ id: invocationId, data: { kind: "value", value: parameters }, attributes: undefined }),
      },
    ],
    endings: [],
  }),
};
`;
});

test("every export has an example", async () => {
  const entries = ["index", "client", "webhooks", "testing"];
  const modules = await Promise.all(
    entries.map(
      (name) =>
        import(join(made.project, "node_modules/datastream-relay/out/package", `${name}.js`)),
    ),
  );
  const names = modules.flatMap((module) => Object.keys(module as object));
  const code = examples.map((example) => example.code).join("\n");

  expect(names).toContain("startDataStream");
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
});

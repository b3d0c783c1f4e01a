import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { read } from "../documents/markdown.ts";
import { jsonCall, toRawParameters } from "../support/calls.ts";
import { openSource } from "../support/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "schemas-"));
const kibibyte = 1_024;

/** The lines that a user writes above `webhook({ schemas })`, by library. */
const libraries = {
  "zod/mini":
    'import * as z from "zod/mini";\nconst Order = z.object({ id: z.string(), total: z.number() });\n',
  zod: 'import * as z from "zod";\nconst Order = z.object({ id: z.string(), total: z.number() });\n',
  valibot:
    'import * as v from "valibot";\nconst Order = v.object({ id: v.string(), total: v.number() });\n',
  arktype:
    'import { type } from "arktype";\nconst Order = type({ id: "string", total: "number" });\n',
};
const zodAsAnObject =
  'import { z } from "zod";\nconst Order = z.object({ id: z.string(), total: z.number() });\n';

const plain = readFileSync("functions/webhook.ts", "utf8");

function withSchema(definition: string): string {
  return plain
    .replace("\nexport const", `\n${definition}\nexport const`)
    .replace("webhook()", "webhook({ schemas: { hook: Order } })");
}

/** Links every package of a folder, so that both the project's and the tests' are found. */
function linkPackages(from: string): void {
  for (const name of readdirSync(from).filter((one) => !one.startsWith("."))) {
    const scoped = name.startsWith("@")
      ? readdirSync(join(from, name)).map((one) => `${name}/${one}`)
      : [name];
    for (const one of scoped) {
      mkdirSync(join(folder, "node_modules", name.startsWith("@") ? name : ""), {
        recursive: true,
      });
      const to = join(folder, "node_modules", one);
      rmSync(to, { force: true });
      symlinkSync(resolve(from, one), to);
    }
  }
}

/** Leaves webhook as the only function of the copy, because the build of the others would take most of the time. */
function leaveWebhookAlone(): void {
  for (const file of readdirSync(join(folder, "functions")).filter((one) => one !== "webhook.ts")) {
    rmSync(join(folder, "functions", file));
  }
  const registry = join(folder, "lib/registry/functions.ts");
  const text = readFileSync(registry, "utf8");
  writeFileSync(registry, text.replace(/^ {2}bucket: [\s\S]*?(?=^};$)/m, ""));
}

const errors = join(folder, "stderr.txt");
let host: ChildProcess | undefined;

/** Starts the process that builds the copy. Its standard error is a file, which is whole when it answers. */
function startHost(): ChildProcess {
  const script = fileURLToPath(new URL("build-host.mjs", import.meta.url));
  const stdio = ["ignore", "ignore", openSync(errors, "a"), "ipc"] as const;
  return fork(script, { cwd: folder, stdio: [...stdio] });
}

/** Builds the copy with this `functions/webhook.ts`, and these budgets if any. */
async function build(source: string, kibibytes = {}) {
  writeFileSync(join(folder, "functions/webhook.ts"), source);
  const budgets = JSON.parse(readFileSync("artifact-budgets.json", "utf8"));
  const own = { ...budgets, kibibytes: { ...budgets.kibibytes, ...kibibytes } };
  writeFileSync(join(folder, "artifact-budgets.json"), JSON.stringify(own));
  truncateSync(errors);
  host?.send("build");
  const [status] = await once(host as ChildProcess, "message");
  const stderr = readFileSync(errors, "utf8");
  return { status, stderr, bytes: statSync(join(folder, "dist/webhook/index.js")).size };
}

let plainBytes: number | undefined;

async function bytesWithoutSchema(): Promise<number> {
  plainBytes ??= (await build(plain)).bytes;
  return plainBytes;
}

/** Bundles a file that exports the schema and nothing else, as the build bundles functions. */
function bytesAlone(definition: string): number {
  const { outputFiles } = buildSync({
    stdin: { contents: `${definition}export { Order };`, resolveDir: folder, loader: "ts" },
    ...{ bundle: true, minify: true, platform: "node", target: "node20", format: "cjs" },
    ...{ legalComments: "none", write: false },
  });
  return outputFiles[0]?.contents.length ?? 0;
}

beforeAll(() => {
  const files = ["build.mjs", "package.json", "tsconfig.json", "LICENSE"];
  for (const file of [...files, "cli", "lib", "local", "functions"]) {
    cpSync(file, join(folder, file), { recursive: true });
  }
  leaveWebhookAlone();
  linkPackages("test/node_modules");
  linkPackages("node_modules");
  host = startHost();
});
afterAll(async () => {
  host?.disconnect();
  await once(host as ChildProcess, "exit");
  rmSync(folder, { recursive: true, force: true });
});

describe("the artifact of a webhook", () => {
  test("an artifact without a schema holds no code that checks one", async () => {
    const { status, stderr } = await build(plain);

    expect([status, stderr]).toEqual([0, ""]);
    expect(readFileSync(join(folder, "dist/webhook/index.js"), "utf8")).not.toMatch(/~standard/);
  });

  test.for(Object.entries(libraries))(
    "a schema of %s costs what the library costs by itself, and at most 1 KiB",
    async ([, definition]) => {
      const without = await bytesWithoutSchema();
      const { status, stderr, bytes } = await build(withSchema(definition), { webhook: 1_000 });

      expect([status, stderr]).toEqual([0, ""]);
      expect(bytes - without - bytesAlone(definition)).toBeLessThanOrEqual(kibibyte);
      expect(await replyOf("{}")).toMatchObject({
        statusCode: 422,
        body: { status: "refused", reason: expect.stringContaining("/id") },
      });
    },
  );

  const [shown = "", ...others] = blocksOf(read("docs/webhooks.md"), "Your own schema");
  const [, , ...handle] = shown.split("\n\n");

  test.for([shown, ...others.map((one) => `${one}\n${handle.join("\n")}`)])(
    "example %# of docs/webhooks.md checks the source orders",
    async (example) => {
      const source = plain.replace(/^export .*$/m, example);

      expect(await build(source, { webhook: 1_000 })).toMatchObject({ status: 0, stderr: "" });
      expect(await replyOf('{"id":"a","total":"1"}', "orders")).toMatchObject({ statusCode: 422 });
    },
  );

  test("a build over its budget says what to import instead of all of zod", async () => {
    const { status, stderr } = await build(withSchema(zodAsAnObject));
    const lines = stderr.trim().split("\n");

    expect(status).toBe(1);
    expect(lines[0]).toMatch(/^webhook: \d+ bytes are over its budget of \d+. Its largest parts:$/);
    expect(lines[1]).toMatch(/^ +\d{6} {2}.*node_modules\/zod$/);
    expect(lines.at(-1)).toBe(
      '-> import { z } from "zod" bundles all of zod: write import * as z from "zod/mini", or import * as z from "zod"',
    );
  });

  test.for(["zod", "arktype"] as const)(
    "a build over its budget gives no such advice for %s",
    async (name) => {
      const { status, stderr } = await build(withSchema(libraries[name]));

      expect(status).toBe(1);
      expect(stderr).not.toContain("->");
    },
  );

  test.for([
    ["a comment that says webhook()", (text: string) => `// webhook() has no schema.\n${text}`],
    [
      "another name",
      (text: string) =>
        text.replaceAll(/\bwebhook(?=[ (])/g, "hook").replace("{ hook }", "{ webhook as hook }"),
    ],
    [
      "options in a variable",
      (text: string) =>
        text
          .replace("webhook({ schemas: { hook: Order } })", "webhook(options)")
          .replace("export const", "const options = { schemas: { hook: Order } };\nexport const"),
    ],
  ] as const)("a schema is found beside %s", async ([, change]) => {
    await build(change(withSchema(libraries.valibot)), { webhook: 1_000 });

    expect(await replyOf("{}")).toMatchObject({ statusCode: 422 });
  });
});

/** Returns the TypeScript of a section without its indentation. */
function blocksOf(page: string, heading: string): readonly string[] {
  const section = page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";
  const blocks = section.matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm);
  return [...blocks].map(([, indent = "", text = ""]) =>
    text.replaceAll(`\n${indent}`, "\n").trim(),
  );
}

/** Calls the built function. The refusal needs no network. */
function replyOf(body: string, source = "hook"): Promise<unknown> {
  const path = join(folder, "dist/webhook/index.js");
  const load = createRequire(import.meta.url);
  delete load.cache[path];
  const settings = { ...openSource(), WEBHOOK_SOURCES: { [source]: { verifier: "none" } } };
  return load(path).main(toRawParameters(jsonCall(`/${source}`, body), settings));
}

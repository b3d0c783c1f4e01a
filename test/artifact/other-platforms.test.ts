import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { startEmulator } from "../../local/data-stream/server.ts";
import { codeBlocks, read } from "../documents/markdown.ts";
import { toRequest } from "../support/calls.ts";
import { push, pushCall } from "../support/deliveries.ts";
import { freePort } from "../support/free-port.ts";
import { type Bag, webhookSettings } from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

/** The files of docs/other-platforms.md, each in a folder with the built webhook, as a reader has them. */
const files = new Map(
  codeBlocks(read("docs/other-platforms.md")).flatMap((block) => {
    const [, path, source] = /^```js\n\/\/ (\S+)\n([\s\S]*)```$/.exec(block) ?? [];
    return path === undefined || source === undefined ? [] : [[path, source] as const];
  }),
);

const path = "/webhook/github";
const folder = mkdtempSync(join(tmpdir(), "other-platforms-"));
const bin = (name: string) => resolve("test/node_modules/.bin", name);
const state: { emulator?: Awaited<ReturnType<typeof startEmulator>> } = {};

beforeAll(async () => {
  state.emulator = await startEmulator({
    port: 0,
    topics: { orders: 3 },
    accessKeys: { [secretsInUse.ncloudAccessKey]: secretsInUse.ncloudSecretKey },
  });
  cpSync("dist/webhook", join(folder, "dist/webhook"), { recursive: true });
  symlinkSync(resolve("test/node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), "{}");
  for (const [path, source] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
});

afterAll(async () => {
  await state.emulator?.close();
  rmSync(folder, { recursive: true });
});

function settings(): Readonly<Record<string, string>> {
  const all: Bag = { ...webhookSettings, DATASTREAM_ENDPOINT: state.emulator?.origin };
  const texts = Object.entries(all).map(([name, value]): [string, string] => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}

type Command = { readonly command: string; readonly args: readonly string[] };

/** Starts a server of a platform and returns its origin as soon as it answers. */
async function start({ command, args }: Command, port: number) {
  const env = { PATH: process.env["PATH"], HOME: folder, PORT: String(port), ...settings() };
  const child = spawn(command, [...args], { cwd: folder, env });
  onTestFinished(() => stop(child));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += text;
    });
  }
  const origin = `http://127.0.0.1:${port}`;
  const ask = async () => (await fetch(origin + path)).status;
  await expect.poll(() => ask().catch(() => output), { timeout: 20_000 }).toBe(200);
  return { origin, output: () => output };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once("exit", done));
  if (child.exitCode === null && child.kill("SIGKILL")) {
    await ended;
  }
}

async function valuesOf(id: string): Promise<readonly string[]> {
  const answer = await fetch(`${state.emulator?.origin}/_/topics/orders/records?limit=1000`);
  const { records } = (await answer.json()) as { readonly records: readonly { value: string }[] };
  return records.map(({ value }) => value).filter((value) => value.includes(`"id":"${id}"`));
}

type Send = (request: Request) => Promise<Response>;

/** Checks what every platform has to pass on: methods, paths, headers, bytes, statuses and bodies. */
async function expectWebhook(send: Send) {
  const reply = await send(toRequest({ ...pushCall, path }));
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toMatch(/^application\/json/);
  const { status, id } = (await reply.json()) as { readonly status: string; readonly id: string };
  expect(status).toBe("delivered");
  expect((await valuesOf(id)).at(-1)).toContain(`"data":${push.body}}`);

  const forged = await send(toRequest({ ...pushCall, path, body: `${push.body} ` }));
  expect(forged.status).toBe(401);
  expect(await forged.json()).toEqual({ status: "refused", reason: "unauthenticated" });

  const health = await send(toRequest({ method: "GET", path }));
  expect(health.status).toBe(200);
  expect(await health.json()).toEqual({ status: "ok" });

  const head = await send(toRequest({ method: "HEAD", path }));
  expect(head.status).toBe(200);
  expect(await head.text()).toBe("");
}

/** Sends a request over a socket. */
function sendTo(origin: string): Send {
  return async ({ url, method, headers, body }) => {
    const sent = body === null ? null : await new Response(body).arrayBuffer();
    return fetch(origin + new URL(url).pathname, { method, headers, body: sent });
  };
}

test("every file of docs/other-platforms.md is tried here", () => {
  expect([...files.keys()].toSorted()).toEqual([
    "api/webhook/[source].mjs",
    "bun.mjs",
    "deno.mjs",
    "functions-framework.mjs",
    "hono.mjs",
    "netlify/functions/webhook.mjs",
    "srvx.mjs",
    "worker.mjs",
  ]);
});

const node = process.execPath;
const deno = ["run", "--allow-net", "--allow-env", "deno.mjs"];
const framework = ["--source=functions-framework.mjs", "--target=webhook"];

test.for([
  ["srvx", { command: node, args: ["srvx.mjs"] }],
  ["Hono on Node.js", { command: node, args: ["hono.mjs"] }],
  ["functions-framework", { command: bin("functions-framework"), args: framework }],
  ["Bun", { command: bin("bun"), args: ["run", "bun.mjs"] }],
  ["Deno", { command: bin("deno"), args: deno }],
] as const)("%s serves the built webhook", async ([, command]) => {
  const { origin } = await start(command, await freePort());

  await expectWebhook(sendTo(origin));
});

test("workerd, the runtime of Cloudflare Workers, serves the built webhook and logs its calls", async () => {
  const port = await freePort();
  await bundleWorker();
  writeFileSync(join(folder, "worker.capnp"), toWorkerdConfig(port));
  const command = { command: bin("workerd"), args: ["serve", "worker.capnp"] };
  const { origin, output } = await start(command, port);

  await expectWebhook(sendTo(origin));

  expect(output()).toContain('"message":"call ended","function":"webhook","ending":"delivered"');
});

/** Bundles the Worker into one ES module, as Wrangler does, whose requires of Node's modules go to the runtime. */
async function bundleWorker(): Promise<void> {
  await build({
    entryPoints: [join(folder, "worker.mjs")],
    outfile: join(folder, "bundled.mjs"),
    ...{ bundle: true, platform: "node", format: "esm", logLevel: "warning" },
    banner: {
      js: `import { createRequire } from "node:module"; const require = createRequire("/");`,
    },
  });
}

/** Returns a configuration in which settings are bindings of the Worker. */
function toWorkerdConfig(port: number): string {
  const bindings = Object.entries(settings()).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "bundled.mjs")],
  compatibilityDate = "2026-08-04",
  bindings = [${bindings.join(", ")}],
);`;
}

describe("a platform that loads a module and calls its export", () => {
  async function load(file: string): Promise<{ readonly default: unknown }> {
    for (const [name, value] of Object.entries(settings())) {
      vi.stubEnv(name, value);
    }
    return import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href);
  }

  test("Vercel's call of the fetch export reaches the built webhook", async () => {
    const module = await load("api/webhook/[source].mjs");
    const { fetch: call } = module.default as { readonly fetch: Send };

    await expectWebhook((request) => call(request));
  });

  test("Netlify's call of the default export with its context reaches the built webhook", async () => {
    const module = await load("netlify/functions/webhook.mjs");
    const call = module.default as (request: Request, context: object) => Promise<Response>;
    const context = { params: { 0: "github" }, site: { id: "site" }, requestId: "01J" };

    await expectWebhook((request) => call(request, context));
  });
});

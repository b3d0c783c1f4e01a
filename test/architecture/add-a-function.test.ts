import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environment, startCloudFunctionsEmulator, writeConfig } from "../cli/deploy/harness.ts";
import { isWithoutBrowser, openConsole } from "../local/page/browser.ts";
import { freePort } from "../support/free-port.ts";
import { hear } from "../support/spoken.ts";
import { findViolations, parseAllowList, readSources } from "./rooms.ts";

const run = promisify(execFile);
const guide = readFileSync("docs/architecture.md", "utf8");
const copied = ["lib", "functions", "cli", "local"];
/** vitest.config.ts, which is in the root, imports it. */
const copiedFiles = ["test/support/longest-first.ts"];
const folder = mkdtempSync(join(tmpdir(), "add-a-function-"));

const portNames = [
  "STANDIN_PORT",
  "OBJECT_STORAGE_PORT",
  "HTTP_PORT",
  "CLOUD_FUNCTIONS_PORT",
] as const;
const ports = new Map<string, number>();

/** The blocks of the guide by the path in their first line. */
function blocksOf(markdown: string): ReadonlyMap<string, string> {
  const [, section = ""] = markdown.split("\n## Add a function\n");
  const blocks = section.matchAll(/^```(?:ts|yaml)\n(?:\/\/|#) (\S+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, path = "", text = ""]) => [path, text]));
}

const blocks = blocksOf(guide);

/** The project without its tests and documents, and the files of the guide in their places. */
function pasteIntoCopy(): void {
  const listed = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", listed, { encoding: "utf8" }).trim().split("\n");
  for (const file of files) {
    const [top = ""] = file.split("/");
    if (copied.includes(top) || !file.includes("/") || copiedFiles.includes(file)) {
      cpSync(file, join(folder, file));
    }
  }
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  for (const [path, text] of blocks) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path === "serverless.yml" ? withEntry(text) : text);
  }
}

function withEntry(entry: string): string {
  const [functions, resources] = readFileSync("serverless.yml", "utf8").split("\nresources:\n");
  return `${functions}\n${entry}\nresources:\n${resources}`;
}

/** Prints what the command says, whatever its exit code: the doctor's is 1 where a check failed. */
async function command(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const options = { cwd: folder, env: { PATH: process.env["PATH"], ...env } };
  const ended = await run(process.execPath, [...args], options).catch((error: unknown) => error);
  const { stdout = "", stderr = "" } = ended as { stdout?: string; stderr?: string };
  hear(stdout + stderr);
  return { stdout, stderr };
}

async function startHost(): Promise<ChildProcess> {
  for (const name of portNames) {
    ports.set(name, await freePort());
  }
  const env = { ...process.env, NOTICE_TEXT: "from the setting" };
  const started = spawn(process.execPath, ["cli/bin.mjs", "start", "--no-build"], {
    cwd: folder,
    env: { ...env, ...Object.fromEntries([...ports].map(([name, port]) => [name, `${port}`])) },
  });
  const printed: string[] = [];
  started.stdout.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  started.stderr.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  while (!printed.join("").includes("Ctrl-C ends everything")) {
    if (started.exitCode !== null) {
      throw new Error(`the host ended:\n${printed.join("")}`);
    }
    await sleep(100);
  }
  return started;
}

const originOf = (name: string) => `http://127.0.0.1:${ports.get(name)}`;

describe("the function in Add a function of docs/architecture.md", () => {
  let built = { stdout: "", stderr: "" };
  let host: ChildProcess | undefined;

  beforeAll(async () => {
    pasteIntoCopy();
    built = await command(["build.mjs"]);
    host = await startHost();
  }, 120_000);
  afterAll(async () => {
    if (host !== undefined && host.exitCode === null) {
      host.kill("SIGINT");
      await once(host, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test("the guide has four files, one of which is the registry with the function's lines added", () => {
    const registry = "lib/registry/functions.ts";
    const others = (blocks.get(registry) ?? "").split("\n").filter((line) => !/notice/.test(line));

    expect([...blocks.keys()]).toEqual([
      "lib/triggers/notice.ts",
      registry,
      "functions/notice.ts",
      "serverless.yml",
    ]);
    expect(others.join("\n")).toBe(readFileSync(registry, "utf8"));
  });

  test("the files have the right types and break no rule of the rooms", async () => {
    const { stdout } = await command(["node_modules/typescript/bin/tsc", "--noEmit"]);

    expect(stdout).toBe("");
    expect(findViolations(readSources(folder, copied), parseAllowList(guide))).toEqual([]);
  });

  test("the build keeps the default budget and lists the function in dist/functions.json", () => {
    const { functions } = JSON.parse(readFileSync(join(folder, "dist/functions.json"), "utf8")) as {
      functions: { name: string; settings: string[] }[];
    };

    expect(built.stdout).toMatch(/^notice +\d+ +\d+ +\d+ +51200$/m);
    expect(built.stderr).toBe("");
    expect(functions.at(-1)).toMatchObject({
      ...{ name: "notice", accepts: "invocation", triggeredBy: "cron" },
      schedule: { default: "0 9 * * *" },
    });
    expect(
      functions.filter(({ settings }) => settings.includes("NOTICE_TEXT")).map(({ name }) => name),
    ).toEqual(["notice"]);
  });

  test("the doctor checks the artifact and the settings, and names a misspelt one", async () => {
    const { stdout } = await command(
      ["cli/bin.mjs", "doctor", "--json", "--settings", "local/settings.env"],
      { NOTICE_TEXT: "Good evening", NOTICE_TXT: "Good night" },
    );

    const { checks } = JSON.parse(stdout) as { checks: unknown[] };
    expect(checks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: "artifact", subject: "notice", verdict: "ok" }),
        expect.objectContaining({ check: "settings", subject: "notice", verdict: "ok" }),
        expect.objectContaining({
          ...{ check: "variable", subject: "NOTICE_TXT" },
          found: expect.stringContaining("did you mean NOTICE_TEXT?"),
        }),
      ]),
    );
  });

  test("deploy --plan has an action, a trigger and the setting, which no other action gets", async () => {
    const emulator = await startCloudFunctionsEmulator();
    const functions = { heartbeat: { cron: "*/5 * * * *" }, notice: { cron: "0 9 * * *" } };
    const config = writeConfig({ region: "kr", vpc: { vpcNo: 11, subnetNo: 22 }, functions });

    const { stdout } = await command(
      [
        ...["cli/bin.mjs", "deploy", "--plan", "--json"],
        ...["--config", config, "--endpoint", emulator.origin],
      ],
      { ...environment, NOTICE_TEXT: "Good evening" },
    );

    const { ok, changes } = JSON.parse(stdout) as {
      readonly ok: boolean;
      readonly changes: readonly { name: string; kind: string; fields: { field: string }[] }[];
    };
    const textFields = changes.filter(({ fields }) =>
      fields.some(({ field }) => field.includes("NOTICE_TEXT")),
    );
    expect(ok).toBe(true);
    expect(changes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "action datastream-relay-heartbeat",
      "action datastream-relay-notice",
      "trigger datastream-relay-heartbeat-cron",
      "link datastream-relay-heartbeat-cron -> datastream-relay-heartbeat",
      "trigger datastream-relay-notice-cron",
      "link datastream-relay-notice-cron -> datastream-relay-notice",
    ]);
    expect(textFields.map(({ name }) => name)).toEqual(["datastream-relay-notice"]);
  });

  test("the local host runs the function with its setting", async () => {
    const answered = await fetch(`${originOf("STANDIN_PORT")}/_/functions/notice`, {
      method: "POST",
      body: "{}",
    });
    const { reply } = (await answered.json()) as { reply: { body: string } };
    const kept = await fetch(
      `${originOf("STANDIN_PORT")}/_/topics/local-events/records?key=notice`,
    );

    expect(JSON.parse(reply.body)).toMatchObject({ delivered: 1 });
    expect(await kept.text()).toContain("from the setting");
  });

  test.skipIf(isWithoutBrowser)(
    "the page offers the function, runs it with an event, and leads to its message",
    async () => {
      const origin = originOf("STANDIN_PORT");
      const { page, complaints } = await openConsole({ origin }, { hash: "#/send" });

      await page.getByLabel("What to send").selectOption("notice");
      await page.getByLabel("Event, as JSON").fill('{"text":"from the page"}');
      await page.getByRole("button", { name: "Run with this event" }).click();
      const result = page.getByRole("region", { name: "Result" });
      await result.getByRole("link", { name: /^local-events\// }).click();
      await page.locator("#record-value", { hasText: "from the page" }).waitFor();

      expect(complaints).toEqual([]);
    },
  );
});

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { freePorts, type Ports } from "../cli/deploy/npm-start.ts";
import { hear } from "../support/spoken.ts";

const run = promisify(execFile);
/** The section and its steps. Both pages have the same blocks of code. */
const pages = [
  ["docs/deploy-naver-cloud.md", "Rehearse on your machine"],
  ["docs/ko/deploy-naver-cloud.md", "내 컴퓨터에서 연습하기"],
] as const;
const notOfUsers = ["dist", "coverage", ".git", ".deploy"];

/** Returns the blocks within the numbered steps of a section. */
function stepsOf(page: string, heading: string): readonly string[] {
  const sections = readFileSync(page, "utf8").split(/^## /m);
  const section = sections.find((one) => one.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^ {3}```sh\n([\s\S]*?)^ {3}```$/gm)].map(([, block = ""]) => block);
}

/** The project as somebody has it who has just cloned it: its build is its own. */
function cloneByLinks(): string {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of readdirSync(".").filter((one) => !notOfUsers.includes(one))) {
    symlinkSync(resolve(name), join(folder, name));
  }
  return folder;
}

function withPorts(block: string, ports: Ports): string {
  return block
    .replaceAll("127.0.0.1:3000", `127.0.0.1:${ports.HTTP_PORT}`)
    .replaceAll("127.0.0.1:4010", `127.0.0.1:${ports.STANDIN_PORT}`)
    .replaceAll("127.0.0.1:4012", `127.0.0.1:${ports.CLOUD_FUNCTIONS_PORT}`);
}

async function startIn(folder: string, command: string, ports: Ports): Promise<void> {
  const child = spawn("sh", ["-c", command], {
    cwd: folder,
    env: { ...process.env, ...ports },
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += String(chunk);
    });
  }
  onTestFinished(async () => {
    process.kill(-(child.pid ?? 0), "SIGINT");
    await once(child, "exit");
  });
  while (!text.includes("Ctrl-C ends everything")) {
    expect(child.exitCode, text).toBe(null);
    await sleep(100);
  }
}

describe("the steps of the rehearsal", () => {
  test("the steps work as they are printed, in their order", { timeout: 240_000 }, async () => {
    const [[page, heading]] = pages;
    const ports = await freePorts();
    const folder = cloneByLinks();
    const [start = "", ...blocks] = stepsOf(page, heading);
    await startIn(folder, start, ports);

    const outs: string[] = [];
    for (const block of blocks) {
      const options = { cwd: folder, env: { ...process.env, ...ports } };
      const { stdout } = await run("sh", ["-ec", withPorts(block, ports)], options);
      hear(stdout);
      outs.push(stdout);
    }

    const [plan, apply, sent, opened, fired, removed] = outs;
    expect(start).toBe("   npm start\n");
    expect(blocks).toHaveLength(6);
    expect(plan).toContain("create: 17");
    expect(apply).toContain("Smoke call: passed");
    expect(apply).toContain("the record is on topic local-events");
    expect(sent).toContain('"status":"delivered"');
    expect(sent).toContain('"key":"octo/demo"');
    expect(opened).toContain('"valuesAreMadeUp":true');
    expect(opened).toContain("github: a wrong signature got the function's own 401");
    expect(opened).toContain("github: a signed delivery was delivered, id ");
    expect(fired).toContain('"action":"datastream-relay-event","isSuccess":true');
    expect(fired).toContain('"name":"datastream-relay-webhook"');
    for (const name of ["webhook", "heartbeat", "event"]) {
      expect(fired).toMatch(
        new RegExp(`^ {2}\\S+Z {2}${name} {2}success {2}\\d+ ms {2}\\w+$`, "m"),
      );
    }
    expect(fired).toContain("info call ended: delivered, delivered 1");
    // The console's own method stays, with what holds it.
    expect(removed).toContain("delete: 14");
  });

  test("both pages have the same steps", () => {
    const [english, korean] = pages.map(([page, heading]) => stepsOf(page, heading));

    expect(english).toHaveLength(7);
    expect(korean).toEqual(english);
  });
});

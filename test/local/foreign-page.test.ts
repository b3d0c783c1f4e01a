import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { listen } from "../support/loopback.ts";
import { executablePath, isWithoutBrowser, launchArgs } from "./page/browser.ts";

/** A name of another site that its owner has pointed to this machine, as in DNS rebinding. */
const rebound = "rebound.example";

const names = ["STANDIN_PORT", "OBJECT_STORAGE_PORT", "HTTP_PORT", "CLOUD_FUNCTIONS_PORT"] as const;
type Ports = Readonly<Record<(typeof names)[number], number>>;

/** Requests that a page could make to each port: one that reads, and one that changes something. */
const targets = [
  {
    port: "STANDIN_PORT",
    read: "/_/topics",
    change: "/_/faults",
    body: '{"steps":[{"status":503}]}',
  },
  {
    port: "STANDIN_PORT",
    read: "/_/deliveries",
    change: "/_/functions/webhook",
    body: '{"source":"github"}',
  },
  { port: "STANDIN_PORT", read: "/", change: "/api/produce", body: '{"topic":"local-events"}' },
  {
    port: "OBJECT_STORAGE_PORT",
    read: "/_/objects",
    change: "/_/faults",
    body: '{"steps":[{"status":503}]}',
  },
  { port: "HTTP_PORT", read: "/webhook/open", change: "/webhook/open", body: '{"from":"a page"}' },
  {
    port: "HTTP_PORT",
    read: "/",
    change: "/bucket",
    body: '{"container_name":"a","object_name":"b"}',
  },
  { port: "CLOUD_FUNCTIONS_PORT", read: "/_/origins", change: "/_/triggers/any", body: "{}" },
] as const;

const state: { ports?: Ports; child?: ChildProcess } = {};

describe.skipIf(isWithoutBrowser)("a page of another origin", () => {
  beforeAll(async () => {
    const ports = await Promise.all(names.map(freePort));
    state.ports = Object.fromEntries(names.map((name, i) => [name, ports[i]])) as Ports;
    const environment = Object.entries(state.ports).map(([name, port]) => [name, `${port}`]);
    state.child = spawn(process.execPath, ["cli/bin.mjs", "start", "--no-build"], {
      env: { ...process.env, ...Object.fromEntries(environment) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    state.child.stdout?.on("data", (text) => {
      printed += text;
    });
    while (!printed.includes("Ctrl-C ends everything")) {
      await sleep(50);
    }
  }, 120_000);

  afterAll(async () => {
    state.child?.kill("SIGINT");
    await once(state.child as ChildProcess, "exit");
  });

  test("a page on another port of this machine reads and changes nothing, on every port", async () => {
    const page = await openForeignPage("127.0.0.1");

    expect(await attack(page, "127.0.0.1")).toEqual(targets.map(() => nothing));
    await expectUntouched();
  });

  test("a page of another site reads and changes nothing, on every port", async () => {
    const page = await openForeignPage("other.example");

    expect(await attack(page, "127.0.0.1")).toEqual(targets.map(() => nothing));
    await expectUntouched();
  });

  test("a name that was pointed to this machine reaches no port", async () => {
    const page = await openForeignPage(rebound);

    expect(await attack(page, rebound)).toEqual(targets.map(() => nothing));
    await expectUntouched();
    for (const { port, read } of targets) {
      // Even as the page's own origin.
      const response = await page.goto(`http://${rebound}:${state.ports?.[port]}${read}`);
      expect(response?.status()).toBe(403);
    }
  });
});

/** The page could read no response, and hear no event. */
const nothing = { isRead: false, isHeard: false };

/** Opens a page that some other server on this machine serves, under that name. */
async function openForeignPage(name: string): Promise<Page> {
  const script = readFileSync(new URL("foreign-page.js", import.meta.url), "utf8");
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>foreign</title><body><script>${script}</script>`);
  });
  const port = await listen(server);
  const rules = `--host-resolver-rules=MAP *.example 127.0.0.1`;
  const browser = await chromium.launch({ executablePath, args: [...launchArgs, rules] });
  onTestFinished(async () => {
    await browser.close();
    server.close();
  });
  const page = await browser.newPage();
  await page.goto(`http://${name}:${port}/`);
  return page;
}

/** Tries what a page can against every target. */
async function attack(page: Page, host: string) {
  const results: unknown[] = [];
  for (const { port, read, change, body } of targets) {
    const origin = `http://${host}:${state.ports?.[port]}`;
    const urls = {
      read: origin + read,
      change: origin + change,
      events: `${origin}/_/events`,
      body,
    };
    results.push(await page.evaluate(`attack(${JSON.stringify(urls)})`));
  }
  return results;
}

/** Nothing has reached the topic, no fault is on, no object is there. */
async function expectUntouched(): Promise<void> {
  const { STANDIN_PORT, OBJECT_STORAGE_PORT } = state.ports as Ports;
  const get = async (port: number, path: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}${path}`)).json();
  const { records } = (await get(STANDIN_PORT, "/_/topics/local-events/records")) as {
    readonly records: readonly { readonly value: string }[];
  };
  expect(records.filter(({ value }) => !value.includes('"type":"heartbeat.tick"'))).toEqual([]);
  expect(await get(STANDIN_PORT, "/_/faults")).toMatchObject({ steps: [] });
  expect(await get(OBJECT_STORAGE_PORT, "/_/faults")).toMatchObject({ steps: [] });
}

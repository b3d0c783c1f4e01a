import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { freePort } from "../../support/free-port.ts";

const names = [
  ...["STANDIN_PORT", "OBJECT_STORAGE_PORT", "HTTP_PORT", "OFFLINE_PORT", "LAMBDA_PORT"],
  "CLOUD_FUNCTIONS_PORT",
] as const;
type Ports = Readonly<Record<string, string>>;

async function start(
  command: "start" | "offline",
  ports: Ports,
  until: string,
): Promise<ChildProcess> {
  const args = [resolve("cli/bin.mjs"), command, "--no-build"];
  // The cron does not come due, so that each record is one of the test's own calls.
  const env = { ...process.env, HEARTBEAT_CRON: "0 0 1 1 *", ...ports };
  const child = spawn(process.execPath, args, { env });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  }
  await vi.waitUntil(() => printed.join("").includes(until), { timeout: 120_000 });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) {
    child.kill("SIGINT");
    await once(child, "exit");
  }
}

async function keysIn(ports: Ports): Promise<readonly string[]> {
  const url = `http://127.0.0.1:${ports["STANDIN_PORT"]}/_/topics/local-events/records`;
  const { records } = (await (await fetch(url)).json()) as { records: { key: string }[] };
  return records.map(({ key }) => key);
}

/** Sends a request as it is written, with any Host, and returns its status and header names. */
async function sendRaw(port: string, method: string, headers: Record<string, string>) {
  const call = request({ host: "127.0.0.1", port, path: "/webhook/open", method, headers });
  call.end();
  const [response] = await once(call, "response");
  response.resume();
  return { status: response.statusCode as number, names: Object.keys(response.headers).join() };
}

describe("npm run offline beside npm start", () => {
  let ports: Ports;
  let local: ChildProcess;
  let offline: ChildProcess;

  beforeAll(async () => {
    const free = await Promise.all(names.map(async (name) => [name, `${await freePort()}`]));
    ports = Object.fromEntries(free);
    local = await start("start", ports, "Ctrl-C ends everything");
    offline = await start("offline", ports, "Ctrl-C ends everything");
  }, 240_000);
  afterAll(async () => {
    // Ctrl-C ends the command alone, and the emulators of npm start go on.
    await end(offline);
    expect(offline.exitCode).toBe(0);
    expect(await keysIn(ports)).toEqual(expect.any(Array));
    await end(local);
  }, 120_000);

  test("both forms of the functions put records on the same topic", async () => {
    const post = (port: string | undefined, id: string) =>
      fetch(`http://127.0.0.1:${port}/webhook/open`, { method: "POST", body: id });
    const invoke = `http://127.0.0.1:${ports["LAMBDA_PORT"]}/2015-03-31/functions/datastream-relay-dev-heartbeat/invocations`;

    const replies = [
      await post(ports["HTTP_PORT"], "a"),
      await post(ports["OFFLINE_PORT"], "b"),
      await fetch(invoke, { method: "POST", body: "{}" }),
    ];

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await keysIn(ports)).length).toBeGreaterThanOrEqual(3);
  });

  test.each(["OFFLINE_PORT", "LAMBDA_PORT"])(
    "the %s refuses foreign pages and names none",
    async (name) => {
      const port = ports[name] ?? "";
      const own = `localhost:${port}`;
      const foreign = [
        { host: "evil.example" },
        { host: own, origin: "http://evil.example" },
        { host: own, origin: `http://localhost:${ports["STANDIN_PORT"]}` },
        { host: own, origin: "null" },
        { host: own, "sec-fetch-site": "cross-site" },
      ];
      const preflight = { "access-control-request-method": "POST" };

      for (const headers of foreign as readonly Record<string, string>[]) {
        for (const [method, extra] of [
          ["POST", {}],
          ["OPTIONS", preflight],
        ] as const) {
          const answer = await sendRaw(port, method, { ...headers, ...extra });
          expect([answer.status, method]).toEqual([403, method]);
          expect(answer.names).not.toContain("access-control");
        }
      }
      const same = await sendRaw(port, "POST", { host: own, origin: `http://${own}` });
      expect(same.status).not.toBe(403);
      expect(same.names).not.toContain("access-control");
    },
  );
});

describe("npm run offline alone", () => {
  test("the command starts the emulators and ends them", async () => {
    const free = await Promise.all(names.map(async (name) => [name, `${await freePort()}`]));
    const ports: Ports = Object.fromEntries(free);
    const offline = await start("offline", ports, "Ctrl-C ends everything");

    const reply = await fetch(`http://127.0.0.1:${ports["OFFLINE_PORT"]}/webhook/open`, {
      method: "POST",
      body: "alone",
    });
    const keys = await keysIn(ports);
    await end(offline);

    expect([reply.status, keys.length]).toEqual([200, 1]);
    await expect(fetch(`http://127.0.0.1:${ports["STANDIN_PORT"]}/`)).rejects.toThrow();
  }, 180_000);
});

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { nodeBinaries } from "../support/node-binaries.ts";
import { hear } from "../support/spoken.ts";

const run = promisify(execFile);
const main = resolve("cli/bin.mjs");

const portNames = [
  "STANDIN_PORT",
  "OBJECT_STORAGE_PORT",
  "HTTP_PORT",
  "CLOUD_FUNCTIONS_PORT",
] as const;
type Ports = Readonly<Record<(typeof portNames)[number], string>>;

async function freePorts(): Promise<Ports> {
  const ports = await Promise.all(portNames.map(freePort));
  return Object.fromEntries(portNames.map((name, index) => [name, `${ports[index]}`])) as Ports;
}

type How = { readonly node?: string; readonly cwd?: string; readonly args?: readonly string[] };

function start(ports: Ports, { node = process.execPath, cwd, args = [] }: How = {}) {
  const child = spawn(node, [main, "start", "--no-build", ...args], {
    cwd: cwd ?? process.cwd(),
    env: { ...process.env, ...ports },
  });
  const printed: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => printed.push(String(chunk)));
  return { child, text: () => printed.join("") };
}

async function until(holds: () => boolean | Promise<boolean>, msMax: number): Promise<void> {
  const endMs = Date.now() + msMax;
  while (!(await holds())) {
    if (Date.now() > endMs) {
      throw new Error(`nothing happened within ${msMax} ms`);
    }
    await sleep(100);
  }
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) {
      process.kill(-pid, "SIGKILL");
    }
  } catch {
    // The process has ended, as expected.
  }
}

function isClosed(port: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => false,
    () => true,
  );
}

type Produced = { readonly key: string; readonly value: string; readonly partition: number };

async function records(ports: Ports): Promise<readonly Produced[]> {
  const url = `http://127.0.0.1:${ports.STANDIN_PORT}/_/topics/local-events/records`;
  const answer = (await (await fetch(url)).json()) as { records: Produced[] };
  return answer.records;
}

function deliver(ports: Ports, body: string): Promise<Response> {
  const signature = createHmac("sha256", "local-github-secret").update(body).digest("hex");
  return fetch(`http://127.0.0.1:${ports.HTTP_PORT}/webhook/github`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
    body,
  });
}

async function shell(command: string): Promise<string> {
  const { stdout } = await run("sh", ["-c", command]);
  hear(stdout);
  return stdout;
}

type Started = ReturnType<typeof start>;

/** The servers of all versions run from the beginning, so that one minute of the schedule is enough for all of them. */
const servers = new Map<string, { readonly ports: Ports; readonly running: Started }>();

beforeAll(async () => {
  for (const { path } of nodeBinaries()) {
    const ports = await freePorts();
    const running = start(ports, { node: path });
    servers.set(path, { ports, running });
    await until(() => running.text().includes("Ctrl-C ends everything"), 120_000);
  }
}, 150_000);

function serverOf(node: string): { readonly ports: Ports; readonly running: Started } {
  const server = servers.get(node);
  if (server === undefined) {
    throw new Error(`no server runs on ${node}`);
  }
  return server;
}

afterAll(async () => {
  for (const { child } of [...servers.values()].map(({ running }) => running)) {
    if (child.exitCode === null && child.kill("SIGINT")) {
      await once(child, "exit");
    }
  }
});

describe.each(nodeBinaries())("npm start on $name", ({ path: node }) => {
  let ports: Ports;
  let running: Started;
  let curls: readonly string[];

  beforeAll(() => {
    ({ ports, running } = serverOf(node));
    curls = running
      .text()
      .split("\n")
      .filter((line) => line.startsWith("curl"));
  });

  /** A tick of the schedule can be the newest record, so a test looks at all of them. */
  const values = async () => (await records(ports)).map(({ value }) => value);

  test("a start without problems prints nothing of the functions' host", () => {
    const [started] = running.text().split("Ctrl-C ends everything");

    expect(started).toContain("The functions");
    expect(started).not.toContain("Starting Offline");
    expect(started).not.toContain('"level":"warn"');
  });

  test("a signed GitHub delivery reaches the topic with all its digits", async () => {
    const reply = await shell(curls[0] ?? "");

    expect(JSON.parse(reply)).toMatchObject({ status: "delivered" });
    const found = (await records(ports)).find(({ key }) => key === "octo/demo");
    expect(found?.value).toContain(
      '"data":{"repository":{"full_name":"octo/demo"},"after":12345678901234567890}',
    );
    expect(found?.value).toContain('"type":"com.github.push"');
    // KafkaJS computes murmur2("octo/demo") as -262370054, which is partition 0 of 3.
    expect(found?.partition).toBe(0);
  });

  test("the curl command of the README works unchanged", async () => {
    const readme = readFileSync("README.md", "utf8");
    const block = /```sh\n *(curl[\s\S]*?)```/.exec(readme)?.[1] ?? "";

    const reply = await shell(block.replaceAll("127.0.0.1:3000", `127.0.0.1:${ports.HTTP_PORT}`));

    expect(JSON.parse(reply)).toMatchObject({ status: "delivered" });
  });

  test("object events of S3 and of NAVER Cloud reach the topic", async () => {
    expect(JSON.parse(await shell(curls[1] ?? ""))).toMatchObject({ delivered: 1, failed: 0 });
    expect(JSON.parse(await shell(curls[2] ?? ""))).toMatchObject({ delivered: 1, failed: 0 });

    const keys = (await records(ports)).map(({ key }) => key);
    expect(keys).toContain("photos/a cat.jpg");
    expect(keys).toContain("photos/서울/cat.jpg");
  });

  test("a heartbeat is sent by hand, and by its schedule within a minute", async () => {
    expect(JSON.parse(await shell(curls[3] ?? ""))).toMatchObject({ delivered: 1 });

    const ticks = async () =>
      (await records(ports)).filter(({ key }) => key === "local-heartbeat").length;
    await until(async () => (await ticks()) >= 2, 70_000);

    expect(await ticks()).toBeGreaterThanOrEqual(2);
  }, 90_000);

  test("the event of a file in Object Storage reaches the topic", async () => {
    const reply = await shell(curls[4] ?? "");

    expect(reply).toBe("200\n");
    const key = "local-uploads/README.md";
    const find = async () => (await records(ports)).find((record) => record.key === key);
    await until(async () => (await find()) !== undefined, 20_000);
    expect(JSON.parse((await find())?.value ?? "")).toMatchObject({
      type: "com.ncloud.objectstorage.object-created",
      subject: "README.md",
    });
    const objects = await fetch(`http://127.0.0.1:${ports.OBJECT_STORAGE_PORT}/_/objects`);
    expect(await objects.json()).toMatchObject({
      objects: [{ bucket: "local-uploads", size: readFileSync("README.md").length }],
    });
  });

  test("a delivery that the stream refuses is stored and delivered later", async () => {
    const letters = async () => {
      const path = "/_/objects?bucket=local-dead-letters";
      const answer = await fetch(`http://127.0.0.1:${ports.OBJECT_STORAGE_PORT}${path}`);
      return ((await answer.json()) as { objects: unknown[] }).objects.length;
    };
    const faults = `http://127.0.0.1:${ports.STANDIN_PORT}/_/faults`;
    const steps = [{ times: 1000, when: { key: "octo/late" }, status: 503 }];
    await fetch(faults, { method: "POST", body: JSON.stringify({ steps }) });

    const reply = await deliver(ports, '{"repository":{"full_name":"octo/late"}}');
    const lettersBefore = await letters();
    await fetch(faults, { method: "DELETE" });
    const redriven = await shell((curls[3] ?? "").replace("/heartbeat", "/redrive"));

    expect(reply.status).toBe(200);
    expect(lettersBefore).toBeGreaterThan(0);
    expect(JSON.parse(redriven)).toMatchObject({ failed: 0 });
    await until(async () => (await letters()) === 0, 20_000);
    const keys = (await records(ports)).map(({ key }) => key);
    expect(keys).toContain("octo/late");
    // The bucket of dead letters has a trigger too. The function itself ignores its events.
    expect(keys.filter((key) => key.startsWith("local-dead-letters"))).toEqual([]);
  });

  test("a line for each call says what it came to", async () => {
    await deliver(ports, '{"repository":{"full_name":"octo/line"}}');
    await fetch(`http://127.0.0.1:${ports.HTTP_PORT}/webhook/github`, {
      method: "POST",
      body: "{}",
    });

    await until(() => running.text().includes("401 refused"), 20_000);
    expect(running.text()).toMatch(
      /^\d\d:\d\d:\d\d {2}github push {9}→ delivered local-events\/[012]\/\d+ {2}\d+ ms$/m,
    );
    expect(running.text()).toMatch(
      /github POST {9}→ 401 refused: the header x-hub-signature-256 is missing {2}\d+ ms$/m,
    );
  });

  test("bytes of EUC-KR arrive whole", async () => {
    const url = `http://127.0.0.1:${ports.HTTP_PORT}/webhook/open`;
    const headers = { "content-type": "text/plain; charset=euc-kr" };
    await fetch(url, { method: "POST", headers, body: Buffer.from([0xb0, 0xa1]) });

    expect(await values()).toContainEqual(expect.stringContaining('"data_base64":"sKE="'));
  });

  test("text bodies and their signatures pass unchanged", async () => {
    const url = `http://127.0.0.1:${ports.HTTP_PORT}/webhook/open`;
    const reply = await fetch(url, {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: "한글 1.0\r\n",
    });

    expect(reply.status).toBe(200);
    expect(await values()).toContainEqual(expect.stringContaining('"data":"한글 1.0\\r\\n"'));
  });

  test("Ctrl-C ends everything with exit code 0 and free ports", async () => {
    const second = await freePorts();
    const other = start(second, { node });
    await until(() => other.text().includes("Ctrl-C ends everything"), 120_000);

    other.child.kill("SIGINT");
    const [code] = (await once(other.child, "exit")) as [number];

    expect(code).toBe(0);
    await expect(fetch(`http://127.0.0.1:${second.HTTP_PORT}/`)).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${second.STANDIN_PORT}/`)).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${second.OBJECT_STORAGE_PORT}/`)).rejects.toThrow();
  }, 150_000);
});

describe("npm start --json", () => {
  test("stdout has lines of JSON alone: the start, each call, the end", async () => {
    const ports = await freePorts();
    const child = spawn(
      process.execPath,
      [main, "start", "--no-build", "--json", "--events", "s3"],
      {
        env: { ...process.env, ...ports },
      },
    );
    const printed: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => printed.push(String(chunk)));
    await until(() => printed.join("").includes('"type":"start"'), 120_000);
    await deliver(ports, '{"repository":{"full_name":"octo/json"}}');
    const upload = `http://127.0.0.1:${ports.STANDIN_PORT}/_/functions/upload`;
    await fetch(upload, { method: "POST", body: '{"name":"a b.txt","text":"x"}' });
    await until(() => printed.join("").includes('"function":"bucket"'), 20_000);
    child.kill("SIGINT");
    await once(child, "exit");

    const lines = printed.join("").trimEnd().split("\n");
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      told.filter(({ function: name }) => name !== "heartbeat" && name !== "redrive"),
    ).toMatchObject([
      {
        type: "start",
        addresses: { functions: `http://127.0.0.1:${ports.HTTP_PORT}` },
      },
      { type: "call", source: "github", kind: "push", status: 200, outcome: "delivered" },
      { type: "call", function: "bucket", trigger: "object-storage", outcome: "delivered" },
      { type: "stop" },
    ]);
  }, 180_000);
});

describe("a killed npm start", () => {
  test("a killed npm start leaves its ports free and its topics to the next start", async () => {
    const args = ["--data", mkdtempSync(join(tmpdir(), "relay-"))];
    const ports = await freePorts();
    const child = spawn(process.execPath, [main, "start", "--no-build", ...args], {
      env: { ...process.env, ...ports },
    });
    const printed: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => printed.push(String(chunk)));
    await until(() => printed.join("").includes("Ctrl-C ends everything"), 120_000);
    const reply = await deliver(ports, '{"repository":{"full_name":"octo/killed"}}');
    child.kill("SIGKILL");
    await once(child, "exit");
    await until(() => isClosed(ports.HTTP_PORT), 20_000);

    const next = start(ports, { args });
    await until(() => next.text().includes("Ctrl-C ends everything"), 120_000);
    const keys = (await records(ports)).map(({ key }) => key);
    next.child.kill("SIGINT");
    await once(next.child, "exit");

    expect(reply.status).toBe(200);
    expect(keys).toContain("octo/killed");
  }, 270_000);
});

/** The project in a folder of its own: its build would remove other tests' artifacts for a while. */
function linkProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "relay-"));
  const linked = [
    ...["cli", "functions", "lib", "local", "node_modules"],
    ...["serverless-checks.cjs", "serverless-settings.cjs"],
  ];
  for (const name of linked) {
    symlinkSync(resolve(name), join(folder, name));
  }
  // serverless does not follow a link to its configuration.
  for (const name of ["package.json", "serverless.yml"]) {
    copyFileSync(name, join(folder, name));
  }
  return folder;
}

describe("an ended npm", () => {
  test.for(["SIGKILL", "SIGTERM"] as const)(
    "npm ended by %s leaves nothing running and its ports free",
    { timeout: 180_000 },
    async (signal) => {
      const ports = await freePorts();
      const npm = spawn("npm", ["start"], {
        cwd: linkProject(),
        env: { ...process.env, ...ports },
        // The process has its own group, so that a failed test can still end all of it.
        detached: true,
      });
      onTestFinished(() => endGroup(npm));
      const printed: string[] = [];
      npm.stdout.on("data", (chunk: Buffer) => printed.push(String(chunk)));
      await until(() => printed.join("").includes("Ctrl-C ends everything"), 120_000);

      npm.kill(signal);
      await once(npm, "exit");

      for (const name of portNames) {
        await until(() => isClosed(ports[name]), 20_000);
        expect(await isClosed(ports[name])).toBe(true);
      }
    },
  );
});

describe("npm start with options", () => {
  test("deliveries survive a restart in their own directory, and an open port is warned of", async () => {
    const args = ["--data", mkdtempSync(join(tmpdir(), "relay-")), "--host", "0.0.0.0"];
    const ports = await freePorts();
    const first = start(ports, { args });
    await until(() => first.text().includes("Ctrl-C ends everything"), 120_000);
    const reply = await deliver(ports, '{"repository":{"full_name":"octo/kept"}}');
    hear(await reply.text());
    const rival = start(await freePorts(), { args });
    const [code] = (await once(rival.child, "exit")) as [number];
    first.child.kill("SIGINT");
    await once(first.child, "exit");

    const second = start(ports, { args });
    await until(() => second.text().includes("Ctrl-C ends everything"), 120_000);
    const keys = (await records(ports)).map(({ key }) => key);
    second.child.kill("SIGINT");
    await once(second.child, "exit");

    expect(reply.status).toBe(200);
    expect([code, rival.text()]).toEqual([
      1,
      `--data ${args[1]} is in use by another emulator: end that one, or name another directory\npage: docs/troubleshooting.md#npm-start\n`,
    ]);
    expect(keys).toContain("octo/kept");
    expect(first.text()).toContain(
      `!! WARNING: port ${ports.STANDIN_PORT} is open to every network`,
    );
  }, 240_000);
});

describe("a failing npm start", () => {
  test.for(["HTTP_PORT", "OBJECT_STORAGE_PORT"] as const)(
    "a %s in use is named in one line",
    async (name) => {
      const ports = await freePorts();
      const holder = createServer().listen(Number(ports[name]), "127.0.0.1");
      await once(holder, "listening");

      const { child, text } = start(ports);
      const [code] = (await once(child, "exit")) as [number];
      holder.close();

      expect(code).toBe(1);
      expect(text()).toBe(
        `Port ${ports[name]} is in use: stop what listens there, or set ${name} to another\npage: docs/troubleshooting.md#npm-start\n`,
      );
    },
  );

  test.for([
    [{ HTTP_PORT: "http" }, "HTTP_PORT must be a port from 1 to 65535"],
    [{ STANDIN_SIZE: "value" }, "STANDIN_SIZE must be message or body"],
    [
      { STANDIN_ACTIVATION_DELAY_MS: "-1" },
      "STANDIN_ACTIVATION_DELAY_MS must be a whole number from 0 to 120000",
    ],
    [
      { DATASTREAM_PARTITIONS: '{"local-events":20}' },
      "topic local-events: the partition count must be from 1 to 16 (set by STANDIN_TOPICS, otherwise by DATASTREAM_TOPIC and DATASTREAM_PARTITIONS)",
    ],
  ] as const)("the variable in %j is named, with exit code 2", async ([variables, problem]) => {
    const { child, text } = start({ ...(await freePorts()), ...variables });
    const [code] = (await once(child, "exit")) as [number];

    expect(code).toBe(2);
    expect(text()).toBe(`${problem}\npage: docs/troubleshooting.md#npm-start\n`);
  });

  test("a Node that is too old is named in one line", async () => {
    const script =
      'Object.defineProperty(process, "versions", { value: { node: "18.20.4" } });' +
      'import("./local/check-node.mjs")';

    const failure: unknown = await run(process.execPath, ["-e", script]).catch((error) => error);

    expect(failure).toMatchObject({
      code: 1,
      stderr:
        "datastream-relay needs Node 20.19 or newer; this is Node 18.20.4\npage: docs/troubleshooting.md#doctor-node\n",
    });
  });

  test("a damaged list of functions is named in one line", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "relay-"));
    mkdirSync(join(cwd, "dist"));
    writeFileSync(join(cwd, "dist/functions.json"), '{ "functions": [');
    const { child, text } = start(await freePorts(), { cwd });
    const [code] = (await once(child, "exit")) as [number];

    expect(code).toBe(1);
    expect(text()).toMatch(
      /^dist\/functions\.json is damaged: run npx datastream-relay build first\npage: /,
    );
  });

  test("a missing build is named in one line", async () => {
    const { child, text } = start(await freePorts(), {
      cwd: mkdtempSync(join(tmpdir(), "relay-")),
    });
    const [code] = (await once(child, "exit")) as [number];

    expect(code).toBe(1);
    expect(text()).toEqual(
      expect.stringMatching(
        /^dist\/functions\.json is missing: run npx datastream-relay build first\npage: .*docs\/troubleshooting\.md#npm-start\n$/,
      ),
    );
  });
});

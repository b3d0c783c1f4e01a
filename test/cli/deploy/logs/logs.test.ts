import { createServer, type Server } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { runDeploy as runCommand } from "../../../../cli/deploy/command.ts";
import { createTransport } from "../../../../lib/http/client.ts";
import type { CloudFunctionsOptions } from "../../../../local/cloud-functions/server.ts";
import { closeServer, listen } from "../../../../local/http/listen.ts";
import { hear } from "../../../support/spoken.ts";
import {
  closing,
  config,
  environment,
  runDeploy,
  secrets,
  startCloudFunctionsEmulator,
  writeConfig,
} from "../harness.ts";

const ok = JSON.stringify({
  level: "info",
  at: "2026-11-30T01:02:03.456Z",
  message: "call ended",
  function: "heartbeat",
  ending: "delivered",
  delivered: 1,
  refused: 0,
  ms: 41,
});
const faulted = JSON.stringify({
  level: "error",
  at: "2026-11-30T01:02:04.456Z",
  message: "call ended",
  function: "heartbeat",
  ending: "faulted",
  code: "STREAM_UNAUTHENTICATED",
  reason: "HTTP 401",
  page: "docs/troubleshooting.md#STREAM_UNAUTHENTICATED",
  failed: 1,
  ms: 12,
});

/** Starts an emulator with every function deployed, whose actions log these lines. */
async function startDeployed(
  logsOf: (run: number) => readonly string[],
  options: Partial<CloudFunctionsOptions> = {},
) {
  let runs = 0;
  const emulator = await startCloudFunctionsEmulator({
    activationDelayMs: 0,
    run: async () => {
      runs += 1;
      return { status: 200, result: { runs }, logs: logsOf(runs) };
    },
    ...options,
  });
  const { code } = await runDeploy(emulator.origin, { apply: true });
  expect(code).toBe(0);
  return emulator;
}

const tick = "datastream-relay-heartbeat-cron";
const hours = "datastream-relay-redrive-cron";

describe("deploy --logs", () => {
  test("one function's runs come newest first, each with its lines, and a code is explained", async () => {
    const emulator = await startDeployed((run) => [
      `2026-11-30T01:02:03.456Z stdout: ${run === 1 ? ok : faulted}`,
    ]);
    await emulator.fire(tick);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await emulator.fire(tick);

    const { code, out, err } = await runDeploy(emulator.origin, { logs: "heartbeat" });

    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(
      /^ {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}heartbeat {2}success {2}\d+ ms {2}[0-9a-f]{32}$/,
    );
    expect(lines[1]).toBe(
      "!     error call ended: faulted, STREAM_UNAUTHENTICATED, failed 1, 12 ms, HTTP 401 (Data Stream does not accept the key pair or the clock: docs/troubleshooting.md#STREAM_UNAUTHENTICATED)",
    );
    expect(lines[3]).toBe(
      "      info call ended: delivered, delivered 1, 41 ms (everything is on the topic)",
    );
  });

  test("runs of every configured function are merged by time if none is named, and others' are left out", async () => {
    const emulator = await startDeployed(() => ["stdout line"]);
    emulator.plant({
      ...{ kind: "action", name: "datastream-relay-heartbeat", packageName: "other" },
      ...{ platform: "vpc", type: "basic", description: "", runtime: "nodejs:22", code: "" },
      ...{ binary: false, main: "main", timeoutMs: 1_000, memoryMb: 256, vpc: undefined },
      ...{ rawHttp: false, customOptions: false, parameters: {} },
    });
    for (const [index, name] of [tick, hours, tick].entries()) {
      await emulator.fire(name);
      await new Promise((resolve) => setTimeout(resolve, 5));
      emulator.addActivation({
        ...{ id: `f0${index}`.padEnd(32, "0"), packageName: "other", isSuccess: true },
        ...{ action: "datastream-relay-heartbeat", endedMs: Date.now(), durationMs: 1 },
        ...{ result: {}, logs: ["not ours"] },
      });
    }

    const { code, out } = await runDeploy(emulator.origin, { logs: true, json: true });

    const shown = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(shown.map((one) => one.function)).toEqual(["heartbeat", "redrive", "heartbeat"]);
    expect(shown[0]).toEqual({
      activationId: expect.stringMatching(/^[0-9a-f]{32}$/),
      function: "heartbeat",
      action: "datastream-relay-heartbeat",
      start: expect.stringMatching(/Z$/),
      durationMs: expect.any(Number),
      status: "success",
      isError: false,
      lines: [{ text: "stdout line", isError: false }],
    });
    expect(out).not.toContain("not ours");
  });

  test("a run whose detail is not there yet is shown without its log, and first", async () => {
    const emulator = await startDeployed(() => [ok], { activationDelayMs: 35_000 });
    await emulator.fire(tick);

    const people = await runDeploy(emulator.origin, { logs: "heartbeat" });
    const machines = await runDeploy(emulator.origin, { logs: "heartbeat", json: true });

    expect(people.code).toBe(0);
    expect(people.out).toMatch(/^ {2}time unknown {2}heartbeat {2}success {2}\d+ ms {2}/);
    expect(people.out).toContain("its log is not there yet");
    expect(JSON.parse(machines.out)).toMatchObject({ start: null, lines: null });
  });

  test("a function that is not deployed ends with 1, and a name of no function with 2", async () => {
    const emulator = await startCloudFunctionsEmulator();

    const absent = await runDeploy(emulator.origin, { logs: "heartbeat" });
    const machines = await runDeploy(emulator.origin, { logs: "heartbeat", json: true });
    const unknown = await runDeploy(emulator.origin, { logs: "nonsense" });

    expect([absent.code, unknown.code]).toEqual([1, 2]);
    expect(absent.err).toBe(
      "error: heartbeat is not deployed: there is no action datastream-relay-heartbeat\npage: docs/troubleshooting.md#deploy-logs\n",
    );
    expect(JSON.parse(machines.out)).toEqual({
      ok: false,
      problems: ["heartbeat is not deployed: there is no action datastream-relay-heartbeat"],
      page: "docs/troubleshooting.md#deploy-logs",
    });
    expect(unknown.err).toContain(
      ": there is no such function; there are webhook, bucket, heartbeat",
    );
  });

  test("nothing that ran is said on the other channel, and is no failure", async () => {
    const emulator = await startDeployed(() => []);

    const { code, out, err } = await runDeploy(emulator.origin, { logs: true });

    expect([code, out]).toEqual([0, ""]);
    expect(err).toContain("nothing ran within the last month");
  });

  test("a log shows no secret, not even one that an escape sequence cuts in two", async () => {
    const [secret = ""] = secrets.slice(-1);
    const broken = `${secret.slice(0, 5)}\u001b[0m${secret.slice(5)}`;
    const emulator = await startDeployed(() => [
      `plain ${secret}`,
      `broken ${broken}`,
      JSON.stringify({ level: "info", message: "odd", value: secret }),
    ]);
    await emulator.fire(tick);

    const { out } = await runDeploy(emulator.origin, { logs: "heartbeat" });

    expect(out).not.toContain(secret);
    expect(out).toContain("plain [hidden]");
    expect(out).toContain("broken [hidden]");
    expect(out).toContain("info odd: value=[hidden]");
  });

  test("version 2.0 is read too", async () => {
    const given = { region: "gov", functions: { heartbeat: { cron: "0 * * * *" } } };
    const emulator = await startCloudFunctionsEmulator({
      ...{ zone: "gov", activationDelayMs: 0 },
      run: async () => ({ status: 200, result: {}, logs: [ok] }),
    });
    await runDeploy(emulator.origin, { apply: true, given });
    await emulator.fire(tick);

    const shown = await runDeploy(emulator.origin, { logs: true, given });
    const { out } = await follow(emulator.origin, { given, untilLines: 2 });

    expect(shown.out).toContain("everything is on the topic");
    expect(out).toContain("everything is on the topic");
  });
});

type Follow = {
  readonly given?: unknown;
  readonly untilLines: number;
  readonly onSleep?: (sleeps: number) => Promise<void>;
};

/** Runs --follow on a clock that sleeps move, until so many lines are out, then presses Ctrl-C. */
async function follow(
  origin: string,
  { given = config, untilLines, onSleep = async () => undefined }: Follow,
) {
  const outs: string[] = [];
  const errs: string[] = [];
  let interrupt: () => void = () => undefined;
  let sleeps = 0;
  const argv = ["--logs", "--follow", "--config", writeConfig(given), "--endpoint", origin];
  const code = await runCommand(
    argv,
    {
      writeOut: (text) => outs.push(text),
      writeError: (text) => errs.push(text),
      ...{ isOutTty: false, isErrorTty: false, isInputTty: false },
      input: () => Readable.from([]),
      environment,
      onInterrupt: (listener) => {
        interrupt = listener;
      },
    },
    {
      now: Date.now,
      async sleep(ms) {
        sleeps += 1;
        await onSleep(sleeps);
        if (outs.join("").split("\n").length > untilLines || sleeps > 2_000) {
          interrupt();
        }
        await new Promise((resolve) => setTimeout(resolve, Math.min(ms, 1)));
      },
      random: () => 0.5,
      newId: () => "id",
      transport: createTransport({ now: Date.now }),
      write: () => undefined,
    },
  );
  const out = outs.join("");
  hear(out);
  return { code, out, err: errs.join(""), sleeps };
}

describe("deploy --logs --follow", () => {
  test("each run is shown once, oldest first, until Ctrl-C, which ends with 0", async () => {
    const emulator = await startDeployed((run) => [`run ${run}`]);
    await emulator.fire(tick);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await emulator.fire(hours);

    const { code, out } = await follow(emulator.origin, {
      untilLines: 8,
      async onSleep(sleeps) {
        if (sleeps === 30 || sleeps === 60) {
          await emulator.fire(tick);
        }
      },
    });

    expect(code).toBe(0);
    expect(out.match(/run \d/g)).toEqual(["run 1", "run 2", "run 3", "run 4"]);
  });

  test("a run is waited for until its log is there", async () => {
    const emulator = await startDeployed((run) => [`run ${run}`], { activationDelayMs: 300 });

    const { out } = await follow(emulator.origin, {
      untilLines: 2,
      async onSleep(sleeps) {
        if (sleeps === 3) {
          await emulator.fire(tick);
        }
      },
    });

    expect(out).toMatch(/^ {2}\d{4}-.*\n {6}run 1\n$/);
  });

  test("polls are 5 s apart", async () => {
    const emulator = await startDeployed(() => ["line"]);
    const before = emulator.calls().length;

    const { sleeps } = await follow(emulator.origin, {
      untilLines: 2,
      async onSleep(count) {
        if (count === 100) {
          await emulator.fire(tick);
        }
      },
    });

    const polls = Math.ceil(sleeps / 25);
    expect(emulator.calls().length - before).toBeLessThanOrEqual(4 * polls + 1);
  });

  test("Ctrl-C between two attempts at an API that is down ends with 0", async () => {
    const emulator = await startDeployed(() => []);
    emulator.setFaults(() => ({ kind: "status", status: 503 }));

    const { code, out } = await follow(emulator.origin, { untilLines: 0 });

    expect([code, out]).toEqual([0, ""]);
  });

  test.for([
    ["--follow", ["--plan", "--follow"], "--follow goes with --logs only"],
    ["--exit-code", ["--apply", "--exit-code"], "--exit-code goes with --plan only"],
  ] as const)("%s alone is not understood", async ([, argv, message]) => {
    const errs: string[] = [];
    const code = await runCommand(
      argv,
      {
        writeOut: () => undefined,
        writeError: (text) => errs.push(text),
        ...{ isOutTty: false, isErrorTty: false, isInputTty: false },
        input: () => Readable.from([]),
        environment,
        onInterrupt: () => undefined,
      },
      {
        ...{ now: Date.now, random: () => 0, newId: () => "id", write: () => undefined },
        sleep: async () => undefined,
        transport: createTransport({ now: Date.now }),
      },
    );

    expect(code).toBe(2);
    expect(errs.join("")).toContain(message);
  });
});

/** Answers every list with these items, and every detail with this body. */
async function startForeign(list: unknown, detail: unknown, status = 200): Promise<string> {
  const server: Server = createServer(({ url = "" }, response) => {
    const isList = /\/activations(?:\?|$)/.test(url);
    response.writeHead(isList ? 200 : status, { "content-type": "application/json" });
    response.end(JSON.stringify(isList ? list : detail));
  });
  const port = await listen(server, 0, "127.0.0.1");
  closing({ close: () => closeServer(server) });
  return `http://127.0.0.1:${port}`;
}

const id = "18c70ad3a7804d25870ad3a7806d25cb";

describe("answers in other forms", () => {
  test.for([
    [
      "objects as lines",
      {
        logs: [
          { level: "error", message: "call ended", code: "WRONG_DOOR" },
          { time: 1, log: "x" },
        ],
      },
      ["error call ended: WRONG_DOOR", '{"time":1,"log":"x"}'],
    ],
    ["one text of several lines", { logs: "one\ntwo\r\nthree" }, ["one", "two", "three"]],
    ["an object in the place of the list", { logs: { a: 1 } }, ['{"a":1}']],
    ["no logs at all", {}, []],
    ["null and numbers as lines", { logs: [null, 7, ["x"]] }, ["null", "7", '["x"]']],
    ["the content without an envelope", { content: undefined, logs: ["plain"] }, ["plain"]],
    [
      "escape sequences and controls",
      { logs: ["\u001b[31mred\u001b[0m \u001b]0;title\u0007bell\u0007 a\rb\u202ec\u009b2Jd"] },
      ["red bell  a b cd"],
    ],
    [
      "a code that is a name of every object",
      { logs: ['{"level":"error","message":"call ended","code":"__proto__"}'] },
      ["error call ended: __proto__"],
    ],
    [
      "an unknown level",
      { logs: ['{"level":"loud","message":"hello"}'] },
      ['{"level":"loud","message":"hello"}'],
    ],
    ["a line of the error stream", { logs: ["2026-11-30T01:02:03Z stderr: at main"] }, ["at main"]],
  ] as const)("%s are one harmless line each", async ([, content, expected]) => {
    const origin = await startForeign(
      { content: { activations: [{ activationId: id, duration: 3, status: "success" }] } },
      { content: { activationId: id, start: 1_796_000_000_000, ...content } },
    );

    const { code, out } = await runDeploy(origin, { logs: "heartbeat", json: true });

    const shown = JSON.parse(out);
    expect(code).toBe(0);
    expect(shown.lines.map(({ text }: { text: string }) => text)).toEqual(expected);
    expect(shown.start).toBe("2026-11-30T00:53:20.000Z");
  });

  test.for([
    ["text in milliseconds", "1796000000000", "2026-11-30T00:53:20.000Z"],
    ["seconds", 1_796_000_000, "2026-11-30T00:53:20.000Z"],
    ["ISO 8601", "2026-11-30T00:53:20Z", "2026-11-30T00:53:20.000Z"],
    ["Korean time", "2026-11-30T09:53:20", "2026-11-30T00:53:20.000Z"],
    ["nonsense", "yesterday", null],
    ["an object", {}, null],
    ["a number out of range", 1e300, null],
    ["nothing", undefined, null],
  ] as const)("a start as %s is read as far as it can be", async ([, start, expected]) => {
    const origin = await startForeign(
      { content: { activations: [{ activationId: id }] } },
      { content: { start, logs: [] } },
    );

    const { out } = await runDeploy(origin, { logs: "heartbeat", json: true });

    expect(JSON.parse(out)).toMatchObject({ activationId: id, start: expected, lines: [] });
  });

  test.for([
    ["a plain list", [{ activationId: id }]],
    ["a list within content", { content: [{ activationId: id }] }],
    [
      "items that are none",
      { content: { activations: [null, 1, {}, { activationId: "../x" }, { activationId: id }] } },
    ],
  ] as const)("%s is read as a list", async ([, list]) => {
    const origin = await startForeign(Array.isArray(list) ? { content: list } : list, {
      content: { logs: ["here"] },
    });

    const { out } = await runDeploy(origin, { logs: "heartbeat" });

    expect(out.match(/here/g)).toHaveLength(1);
  });

  test("a 404 of the gateway for a detail means that the log is not there yet", async () => {
    const origin = await startForeign(
      { content: { activations: [{ activationId: id }] } },
      { error: { errorCode: "300", message: "Not Found" } },
      404,
    );

    const { code, out } = await runDeploy(origin, { logs: "heartbeat" });

    expect(code).toBe(0);
    expect(out).toContain("its log is not there yet");
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startWorld, type World } from "../../local/harness.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";
import { accessKeys, keys, temporaryFile, temporaryFolder } from "../shared/terminal.ts";

/** Starts a command as its own process. Its output is searched for secrets like everything else. */
function start(command: "doctor" | "produce", argv: readonly string[], settings: object) {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, ["cli/bin.mjs", command, ...argv], {
    env: { PATH, ...settings },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const written = { out: "", error: "" };
  child.stdout.on("data", (bytes: Buffer) => {
    written.out += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    written.error += bytes.toString();
  });
  const ended = once(child, "close").then(([code]) => {
    hear(written.out, written.error);
    return { code: code as number | null, ...written };
  });
  return { child, ended };
}

function settingsFor({ origin }: World) {
  return {
    ...keys,
    DATASTREAM_ENDPOINT: origin,
    DATASTREAM_TOPIC: "orders",
    DATASTREAM_PARTITIONS: "3",
  };
}

async function startTopic(): Promise<World> {
  return startWorld({ accessKeys, now: Date.now, random: Math.random });
}

async function valuesIn(emulator: World): Promise<readonly string[]> {
  const answer = await emulator.get("/_/topics/orders/records?after=0&limit=1000");
  return (answer as { records: { value: string }[] }).records.map(({ value }) => value);
}

describe("the process of produce", () => {
  test("produce reads its value from a pipe, prints one line and ends with 0", async () => {
    const emulator = await startTopic();

    const { child, ended } = start("produce", ["--key", "21"], settingsFor(emulator));
    child.stdin.end("piped");
    const { code, out, error } = await ended;

    expect({ code, out, error }).toEqual({
      code: 0,
      out: "delivered to orders, partition 0, 1 attempt\n",
      error: "",
    });
    expect(await valuesIn(emulator)).toEqual(["piped"]);
  });

  test("produce ends with 2 without settings", async () => {
    const { ended } = start("produce", ["--key", "k", "--value", "v"], {});

    expect(await ended).toMatchObject({ code: 2, out: "" });
  });

  test("produce writes its checkpoint at Ctrl-C, and a later run loses nothing", async () => {
    const emulator = await startTopic();
    await emulator.setFaults({ steps: [{ times: 1_000, delayMs: 100 }] });
    const values = Array.from({ length: 60 }, (_, i) => `${i}`);
    const file = temporaryFile(
      values.map((value) => `${JSON.stringify({ key: "k", value })}\n`).join(""),
    );
    const checkpoint = join(temporaryFolder(), "offset");
    const argv = ["--ndjson", file, "--checkpoint", checkpoint];
    const recorded = firstRecord(emulator);

    const { child, ended } = start("produce", argv, settingsFor(emulator));
    await recorded;
    child.kill("SIGINT");
    const first = await ended;
    await emulator.remove("/_/faults");
    const saved = JSON.parse(readFileSync(checkpoint, "utf8")).nextOffset;
    const second = await start("produce", argv, settingsFor(emulator)).ended;

    expect(first.code).toBe(1);
    expect(first.error).toContain("interrupted");
    expect(first.error).toContain(`go on: npm run produce -- --ndjson ${file} --checkpoint`);
    expect(saved).toBeGreaterThan(0);
    expect(second.code).toBe(0);
    expect([...new Set(await valuesIn(emulator))]).toEqual(values);
  });
});

/** The input stays open, like the pipe of a log that is followed. */
describe("the process of produce with an open pipe", () => {
  test("produce ends at a line that cannot be read, without waiting for the pipe's end", async () => {
    const emulator = await startTopic();

    const { child, ended } = start("produce", ["--ndjson", "-"], settingsFor(emulator));
    child.stdin.on("error", () => undefined);
    child.stdin.write('{"key":"k","value":"v"}\nnot json\n');
    const { code, error } = await ended;

    expect(code).toBe(1);
    expect(error).toContain("stopped: INPUT: line 2 (byte 24): it is not a JSON object\n");
    expect(await valuesIn(emulator)).toEqual(["v"]);
  });

  test("produce ends at Ctrl-C, without waiting for the pipe's end", async () => {
    const emulator = await startTopic();
    const argv = ["--ndjson", "-", "--checkpoint", join(temporaryFolder(), "offset")];

    // Without a partition count the command prints a warning when it is ready for the input.
    const settings = { ...settingsFor(emulator), DATASTREAM_PARTITIONS: "" };
    const { child, ended } = start("produce", argv, settings);
    child.stdin.on("error", () => undefined);
    await once(child.stderr, "data");
    child.kill("SIGINT");

    expect(await ended).toMatchObject({ code: 1, error: expect.stringContaining("interrupted\n") });
  });
});

describe("a command whose output is not read to its end", () => {
  test("the command prints no error of its own and ends as it would have", async () => {
    const { child, ended } = start("produce", ["--help"], {});
    child.stdout.destroy();

    expect(await ended).toMatchObject({ code: 0, error: "" });
  });
});

describe("the process of doctor", () => {
  test("doctor prints its table and ends with 1 if a row failed", async () => {
    const emulator = await startTopic();
    const settings = { ...settingsFor(emulator), NCLOUD_SECRET_KEY: secretsInUse.hmac };

    const { code, out } = await start("doctor", [], settings).ended;

    expect(code).toBe(1);
    expect(out).toMatch(/^check +verdict +found\nnode +ok +\d+\./);
    expect(out).toMatch(
      /\nkey pair +failed +the management API: HTTP 401 \(code 200\)\n +-> check /,
    );
    expect(out).toMatch(/\n\d+ ok, \d+ warning, 1 failed, \d+ skipped\n$/);
  });

  test("doctor prints one JSON object with --json and ends with 0 if no row failed", async () => {
    const emulator = await startTopic();

    const { code, out } = await start("doctor", ["--json", "--produce"], settingsFor(emulator))
      .ended;

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, checks: expect.any(Array) });
    expect(await valuesIn(emulator)).toHaveLength(1);
  });
});

async function firstRecord({ origin }: World): Promise<void> {
  const { body } = await fetch(`${origin}/_/events`);
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let seen = ""; !seen.includes("event: record"); ) {
    const read = await reader?.read();
    if (read === undefined || read.done) {
      throw new Error("the events ended");
    }
    seen += read.value;
  }
  await reader?.cancel();
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startWorld, type World } from "../../local/harness.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";
import { accessKeys, keys, temporaryFile, temporaryFolder } from "../shared/terminal.ts";

/** A command as its own process. What it writes is searched for secrets like everything else. */
function start(command: "doctor" | "produce", argv: readonly string[], settings: object) {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", `cli/${command}.ts`, ...argv], {
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

async function valuesIn(world: World): Promise<readonly string[]> {
  const answer = await world.get("/_/topics/orders/records?after=0&limit=1000");
  return (answer as { records: { value: string }[] }).records.map(({ value }) => value);
}

describe("produce as a process", () => {
  test("takes its value from a pipe, tells one line and ends with 0", async () => {
    const world = await startTopic();

    const { child, ended } = start("produce", ["--key", "21"], settingsFor(world));
    child.stdin.end("piped");
    const { code, out, error } = await ended;

    expect({ code, out, error }).toEqual({
      code: 0,
      out: "delivered to orders, partition 0, 1 attempt\n",
      error: "",
    });
    expect(await valuesIn(world)).toEqual(["piped"]);
  });

  test("without settings ends with 2", async () => {
    const { ended } = start("produce", ["--key", "k", "--value", "v"], {});

    expect(await ended).toMatchObject({ code: 2, out: "" });
  });

  test("is ended by Ctrl-C with its checkpoint written, and loses nothing when it goes on", async () => {
    const world = await startTopic();
    await world.setFaults({ steps: [{ times: 1_000, delayMs: 100 }] });
    const values = Array.from({ length: 60 }, (_, i) => `${i}`);
    const file = temporaryFile(
      values.map((value) => `${JSON.stringify({ key: "k", value })}\n`).join(""),
    );
    const checkpoint = join(temporaryFolder(), "offset");
    const argv = ["--ndjson", file, "--checkpoint", checkpoint];
    const recorded = firstRecord(world);

    const { child, ended } = start("produce", argv, settingsFor(world));
    await recorded;
    child.kill("SIGINT");
    const first = await ended;
    await world.remove("/_/faults");
    const saved = JSON.parse(readFileSync(checkpoint, "utf8")).nextOffset;
    const second = await start("produce", argv, settingsFor(world)).ended;

    expect(first.code).toBe(1);
    expect(first.error).toContain("interrupted");
    expect(first.error).toContain(`go on: npm run produce -- --ndjson ${file} --checkpoint`);
    expect(saved).toBeGreaterThan(0);
    expect(second.code).toBe(0);
    expect([...new Set(await valuesIn(world))]).toEqual(values);
  });
});

/** The input is left open, as by a log that is followed. */
describe("produce with a live pipe", () => {
  test("ends at a line that cannot be read, without waiting for the pipe's end", async () => {
    const world = await startTopic();

    const { child, ended } = start("produce", ["--ndjson", "-"], settingsFor(world));
    child.stdin.on("error", () => undefined);
    child.stdin.write('{"key":"k","value":"v"}\nnot json\n');
    const { code, error } = await ended;

    expect(code).toBe(1);
    expect(error).toContain("stopped: INPUT: line 2 (byte 24): it is not a JSON object\n");
    expect(await valuesIn(world)).toEqual(["v"]);
  });

  test("ends at Ctrl-C, without waiting for the pipe's end", async () => {
    const world = await startTopic();
    const argv = ["--ndjson", "-", "--checkpoint", join(temporaryFolder(), "offset")];

    // Without a count of partitions there is a warning, when all is ready for the input.
    const settings = { ...settingsFor(world), DATASTREAM_PARTITIONS: "" };
    const { child, ended } = start("produce", argv, settings);
    child.stdin.on("error", () => undefined);
    await once(child.stderr, "data");
    child.kill("SIGINT");

    expect(await ended).toMatchObject({ code: 1, error: expect.stringContaining("interrupted\n") });
  });
});

describe("a command whose output nobody reads on", () => {
  test("says nothing of its own, and ends as it would have", async () => {
    const { child, ended } = start("produce", ["--help"], {});
    child.stdout.destroy();

    expect(await ended).toMatchObject({ code: 0, error: "" });
  });
});

describe("doctor as a process", () => {
  test("prints its table, and ends with 1 where a row is failed", async () => {
    const world = await startTopic();
    const settings = { ...settingsFor(world), NCLOUD_SECRET_KEY: secretsInUse.hmac };

    const { code, out } = await start("doctor", [], settings).ended;

    expect(code).toBe(1);
    expect(out).toMatch(/^check +verdict +found\nnode +ok +\d+\./);
    expect(out).toMatch(
      /\nkey pair +failed +the management API: HTTP 401 \(code 200\)\n +-> check /,
    );
    expect(out).toMatch(/\n\d+ ok, \d+ warning, 1 failed, \d+ skipped\n$/);
  });

  test("prints one JSON object with --json, and ends with 0 where none is", async () => {
    const world = await startTopic();

    const { code, out } = await start("doctor", ["--json", "--produce"], settingsFor(world)).ended;

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, checks: expect.any(Array) });
    expect(await valuesIn(world)).toHaveLength(1);
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

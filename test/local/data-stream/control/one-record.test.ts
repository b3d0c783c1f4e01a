import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { curlCommand, shellQuote } from "../../../../local/data-stream/control/curl-command.ts";
import {
  accessKey,
  clockMs,
  produceAll,
  rawRequest,
  secretKey,
  signature,
  startWorld,
} from "../../harness.ts";

const run = promisify(execFile);
const hostile = `a'b"c\\d$(id)\`id\`!!;&|<>*?~#%s\n\r\t\u0000\u001b[31m\u202e\u2028키👍\ud800'\\''`;
const signer = { origin: "http://127.0.0.1:4010", accessKey, secretKey, nowMs: clockMs };

function recordOf(key: string, value: string) {
  return { cursor: 1, topic: "orders", partition: 2, offset: 0, timestamp: clockMs, key, value };
}

/** Runs a command with a `curl` that prints its arguments, each ended by a NUL, and then its input. */
async function argumentsOf(command: string): Promise<readonly string[]> {
  const shell = spawn("sh", ["-s"], { stdio: ["pipe", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  shell.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  shell.stdin.end(`curl() { printf '%s\\0' "$@"; case "$*" in *@-) cat;; esac; }\n${command}\n`);
  await once(shell, "close");
  return Buffer.concat(chunks).toString("utf8").split("\0");
}

describe("GET /_/records/{cursor}", () => {
  test("the response is the record, with key and value as they were produced", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "first", value: "" });
    await emulator.produce({ topic: "orders", key: hostile, value: hostile, partition: 1 });

    expect(await emulator.get("/_/records/2")).toEqual({
      cursor: 2,
      topic: "orders",
      partition: 1,
      offset: 0,
      timestamp: 1_700_000_000_000,
      key: hostile,
      value: hostile,
    });
  });

  test("every kept record is found, and no dropped or emptied one", async () => {
    const emulator = await startWorld({ recordsMax: 1500 });
    const message = { topic: "alerts", value: "" };
    const keys = Array.from({ length: 4000 }, (_, index) => String(index + 1));
    await produceAll(
      emulator,
      keys.map((key) => ({ ...message, key })),
    );
    const statuses = async (cursors: readonly number[]) => {
      const asked = cursors.map((cursor) => fetch(`${emulator.origin}/_/records/${cursor}`));
      return (await Promise.all(asked)).map(({ status }) => status);
    };

    expect(await statuses([0, 1, 2500, 2501, 4000, 4001])).toEqual([404, 404, 404, 200, 200, 404]);
    expect(await emulator.get("/_/records/2501")).toMatchObject({ cursor: 2501, key: "2501" });
    expect(await emulator.get("/_/records/3333")).toMatchObject({ cursor: 3333, key: "3333" });
    await emulator.remove("/_/records");
    await emulator.produce({ ...message, key: "next" });
    expect(await statuses([4000, 4001])).toEqual([404, 200]);
  });

  test.for(["0", "2", "-1", "1.0", "1e0", "x", "", "9007199254740993", "%31", "1/curl/", "1/CURL"])(
    "the cursor %j gets 404",
    async (cursor) => {
      const emulator = await startWorld();
      await emulator.produce({ topic: "alerts", key: "", value: "" });

      for (const path of [`/_/records/${cursor}`, `/_/records/${cursor}/curl`]) {
        const response = await fetch(`${emulator.origin}${path}`);
        expect(response.status).toBe(404);
        expect(await response.json()).toEqual({ error: expect.any(String) });
      }
    },
  );

  test.for(["/_/records/1", "/_/records/1/curl"])(
    "%s allows reading only, and refuses foreign pages",
    async (path) => {
      const emulator = await startWorld();
      await emulator.produce({ topic: "alerts", key: "", value: "" });

      const foreign = await rawRequest({
        port: emulator.port,
        path,
        headers: { origin: "http://evil.example" },
      });

      expect((await emulator.remove(path)).status).toBe(405);
      expect(foreign.status).toBe(403);
    },
  );
});

describe("GET /_/records/{cursor}/curl", () => {
  test("the command is signed anew, for the record's own partition", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "it's", value: '{"n":1}', partition: 2 });

    const response = await fetch(`${emulator.origin}/_/records/1/curl`);

    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await response.text()).toBe(
      `curl -sS -X POST '${emulator.origin}/api/produce' -H 'content-type: application/json' -H 'x-ncp-apigw-timestamp: 1700000000000' -H 'x-ncp-iam-access-key: ${accessKey}' -H 'x-ncp-apigw-signature-v2: ${signature}' --data-raw '{"topic":"orders","key":"it'\\''s","value":"{\\"n\\":1}","partition":2}'`,
    );
  });

  test("the command has the host that the request named", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "", value: "" });

    const { body } = await rawRequest({
      port: emulator.port,
      path: "/_/records/1/curl",
      headers: { host: `localhost:${emulator.port}` },
    });

    expect(body).toContain(`'http://localhost:${emulator.port}/api/produce'`);
  });

  test("an emulator without a key pair says so", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "alerts", key: "", value: "" });
    const bare = await startWorld({ accessKeys: {} });

    // Without keys nothing can be produced, so there is no record either.
    expect((await fetch(`${bare.origin}/_/records/1/curl`)).status).toBe(404);
    expect((await fetch(`${emulator.origin}/_/records/1/curl`)).status).toBe(200);
  });

  test("a real curl runs the command and produces an equal record", async () => {
    const clock = { ms: clockMs };
    const emulator = await startWorld({ now: () => clock.ms });
    const value = `${hostile}${"길고긴값".repeat(30_000)}`;
    await emulator.produce({ topic: "orders", key: hostile, value: hostile, partition: 1 });
    await emulator.produce({ topic: "orders", key: "large", value, partition: 2 });

    // The first signature would be too old by now.
    clock.ms += 600_000;
    for (const cursor of [1, 2]) {
      const command = await (await fetch(`${emulator.origin}/_/records/${cursor}/curl`)).text();
      const shell = spawn("sh", ["-s"], { stdio: ["pipe", "pipe", "inherit"] });
      shell.stdin.end(command);
      const [said] = await Promise.all([shell.stdout.toArray(), once(shell, "close")]);
      expect(Buffer.concat(said).toString()).toBe('{"status":"200","detail":"OK"}');
    }

    expect(await emulator.get("/_/records/3")).toMatchObject({
      partition: 1,
      key: hostile,
      value: hostile,
    });
    expect(await emulator.get("/_/records/4")).toMatchObject({ partition: 2, key: "large", value });
  });
});

describe("the command", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({
      unit: fc.constantFrom("'", '"', "\\", "$", "`", "!", "\n", "\u0000", "\u202e"),
      maxLength: 20,
    }),
    fc.constantFrom(hostile, "@/etc/passwd", "-d", "--", ""),
  );

  test("a shell reads exactly the intended arguments, whatever key and value hold", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (key, value) => {
        const given = await argumentsOf(curlCommand(recordOf(key, value), signer));

        expect(given.slice(0, 4)).toEqual([
          "-sS",
          "-X",
          "POST",
          "http://127.0.0.1:4010/api/produce",
        ]);
        expect(given.at(-3)).toBe("--data-raw");
        expect(JSON.parse(given.at(-2) ?? "")).toEqual({
          topic: "orders",
          key,
          value,
          partition: 2,
        });
      }),
      { numRuns: 150 },
    );
  });

  test("the command is one line of visible characters", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (key, value) => {
        expect(curlCommand(recordOf(key, value), signer)).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u,
        );
      }),
      { numRuns: 500 },
    );
  });

  test("a body that is too large for an argument goes to curl's input", async () => {
    const value = `${"'".repeat(100_000)}%s\\n`;

    const given = await argumentsOf(curlCommand(recordOf("k", value), signer));

    expect(given.at(-2)).toBe("@-");
    expect(JSON.parse(given.at(-1) ?? "")).toMatchObject({ key: "k", value });
  });

  test("the command never holds the secret key", () => {
    expect(curlCommand(recordOf("k", "v"), signer)).not.toContain(secretKey);
  });

  test("any text without a NUL is quoted for a shell", async () => {
    const text = fc
      .string({ unit: "grapheme", maxLength: 60 })
      .filter((each) => !each.includes("\0"));

    await fc.assert(
      fc.asyncProperty(text, async (each) => {
        const { stdout } = await run("sh", ["-c", `printf %s ${shellQuote(each)}`]);
        expect(stdout).toBe(each);
      }),
      { numRuns: 100 },
    );
  });
});

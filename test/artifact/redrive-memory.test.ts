import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../support/loopback.ts";
import { streamSettings } from "../support/settings.ts";

const mebibyte = 1024 * 1024;
const objectBytes = 64 * mebibyte;
/** Less than one copy of the object, and twice what a run takes. */
const growthMibMax = 56;
const name = "datastream-relay/dead-letters/2026-11-24T000000.000Z-call.ndjson";
const hostPath = fileURLToPath(new URL("../support/openwhisk-host.cjs", import.meta.url));

/** Starts one server for the storage, with one object, and for the stream. */
async function serve(object: Buffer) {
  const seen = { produced: 0, removed: 0 };
  const handlers: Readonly<Record<string, (request: IncomingMessage, to: ServerResponse) => void>> =
    {
      POST: (_, response) => {
        seen.produced += 1;
        response.end('{"status":"200","detail":"OK"}');
      },
      DELETE: ({ url = "" }, response) => {
        seen.removed += url.endsWith(name) ? 1 : 0;
        response.writeHead(204).end();
      },
      GET: (request, response) => sendPart(request, response, object),
    };
  const server = createServer((request, response) => {
    request.resume().on("end", () => handlers[request.method ?? ""]?.(request, response));
  });
  return { endpoint: `http://127.0.0.1:${await listen(server)}`, seen };
}

/** Sends a part of the object, or else the listing that names it. */
function sendPart({ headers }: IncomingMessage, response: ServerResponse, object: Buffer): void {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
  if (from === undefined) {
    response.end(
      "<ListBucketResult><IsTruncated>false</IsTruncated>" +
        `<Contents><Key>${name}</Key><Size>${object.length}</Size></Contents></ListBucketResult>`,
    );
    return;
  }
  const part = object.subarray(Number(from), Number(to) + 1);
  const range = `bytes ${from}-${Number(from) + part.length - 1}/${object.length}`;
  response.writeHead(206, { etag: '"1"', "content-range": range }).end(part);
}

async function ask(child: ChildProcess, question: object): Promise<{ readonly body: string }> {
  const answered = once(child, "message");
  child.send(question);
  const [answer] = (await answered) as [{ readonly body: string }];
  return answer;
}

/** Returns the largest memory of a process so far. */
function peakMib({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

/** Runs the built redrive once, in a heap as small as that of the smallest function. */
async function redrive(object: Buffer) {
  const { endpoint, seen } = await serve(object);
  const child = fork(hostPath, {
    env: {},
    execArgv: ["--max-old-space-size=64", "--max-semi-space-size=1"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const code = readFileSync("dist/redrive/index.js", "utf8");
  await ask(child, { init: { artifact: { kind: "source", code }, env: {} } });
  const beforeMib = peakMib(child);
  const value = {
    ...streamSettings,
    DATASTREAM_ENDPOINT: endpoint,
    OBJECT_STORAGE_ENDPOINT: endpoint,
    DEAD_LETTER_BUCKET: "letters",
  };
  const deadline = String(Date.now() + 60_000);
  const { body } = await ask(child, { run: { activation_id: "call", deadline, value } });
  return { ...seen, result: JSON.parse(body), growthMib: peakMib(child) - beforeMib };
}

/** Repeats a line until an object is as large as one may be. */
function fill(line: string): Buffer {
  return Buffer.from(line.repeat(Math.floor(objectBytes / line.length)));
}

function toLine(length: number): string {
  return `{"topic":"orders","key":"a","value":"${"x".repeat(length)}","id":"1"}\n`;
}

describe.runIf(existsSync("/proc/self/status"))("an object of 64 MiB", () => {
  test.for([
    ["records of 100 KB", 100_000],
    ["records of 900 KB", 900_000],
  ] as const)("of %s is delivered in less memory than it has bytes", async ([, length]) => {
    const object = fill(toLine(length));
    const count = Math.floor(objectBytes / toLine(length).length);

    const { result, produced, removed, growthMib } = await redrive(object);

    expect(result).toMatchObject({ delivered: count, oldestAgeSeconds: 0 });
    expect({ produced, removed }).toEqual({ produced: count, removed: 1 });
    expect(growthMib).toBeLessThan(growthMibMax);
  });

  test("an object with one line only stays where it is", async () => {
    const { result, produced, removed, growthMib } = await redrive(fill("x"));

    expect(result).toMatchObject({ delivered: 0, failed: 1 });
    expect({ produced, removed }).toEqual({ produced: 0, removed: 0 });
    expect(growthMib).toBeLessThan(growthMibMax);
  });
});

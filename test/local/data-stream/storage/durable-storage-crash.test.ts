import { randomInt } from "node:crypto";
import { Agent, request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { startEmulatorProcess, temporaryDirectory } from "../../emulator-process.ts";
import { accessKey, sign } from "../../harness.ts";

const rounds = 4;
const senders = 12;
/** A round is killed after this many responses, at an arbitrary moment of the load. */
const answersMin = 60;
const answersMax = 400;
/** The records of one response of the control API. */
const pageRecords = 1000;

type Kept = { readonly cursor: number; readonly offset: number; readonly value: string };

function produce(agent: Agent, origin: string, message: unknown): Promise<number> {
  const body = JSON.stringify(message);
  const timestamp = String(Date.now());
  const signature = sign(`POST /api/produce\n${timestamp}\n${accessKey}`).toString("base64");
  const headers = {
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": accessKey,
    "x-ncp-apigw-signature-v2": signature,
  };
  return new Promise((resolve) => {
    const call = request(`${origin}/api/produce`, { agent, method: "POST", headers });
    call.on("error", () => resolve(0));
    call.on("response", (response) => {
      const { statusCode = 0 } = response;
      response.on("error", () => resolve(0)).resume();
      response.on("end", () => resolve(statusCode));
    });
    call.end(body);
  });
}

async function readAll(origin: string, topic: string, partition: number) {
  const kept: Kept[] = [];
  for (let after = 0; ; after = kept.at(-1)?.cursor ?? 0) {
    const query = `partition=${partition}&after=${after}&limit=${pageRecords}`;
    const answer = await fetch(`${origin}/_/topics/${topic}/records?${query}`);
    const { records } = (await answer.json()) as { records: Kept[] };
    kept.push(...records);
    if (records.length < pageRecords) {
      return kept;
    }
  }
}

/** Each sender waits for a response before it sends again, so its acknowledged values have an order. */
async function loadAndKill(options: Parameters<typeof startEmulatorProcess>[0], round: number) {
  const emulator = await startEmulatorProcess(options);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const acknowledged = Array.from({ length: senders }, () => [] as string[]);
  const state = { answers: 0, isKilled: false };
  const killAfter = randomInt(answersMin, answersMax);
  await Promise.all(
    acknowledged.map(async (values, sender) => {
      for (let count = 0; !state.isKilled; count += 1) {
        const value = `${round}/${sender}/${count}`;
        const message = { topic: "orders", partition: sender % 3, key: `${sender}`, value };
        if ((await produce(agent, emulator.origin, message)) === 200) {
          values.push(value);
          state.answers += 1;
        }
        if (state.answers >= killAfter && !state.isKilled) {
          state.isKilled = true;
          await emulator.kill();
        }
      }
    }),
  );
  return acknowledged;
}

function expectWhole(kept: readonly Kept[]): void {
  const cursors = kept.map(({ cursor }) => cursor);
  expect(kept.map(({ offset }) => offset)).toEqual(kept.map((_, index) => index));
  expect(cursors).toEqual([...new Set(cursors)].toSorted((left, right) => left - right));
}

function expectInOrder(kept: readonly Kept[], acknowledged: readonly (readonly string[])[]): void {
  for (const sent of acknowledged) {
    const own = new Set(sent);
    const found = kept.map(({ value }) => value).filter((value) => own.has(value));
    expect(found).toEqual(sent);
  }
}

describe("an emulator with --data that is killed under load", () => {
  test("every acknowledged record is there after the restart, in order and without a gap", async () => {
    const options = { dataDirectory: temporaryDirectory(), recordsMax: 100_000 };
    const acknowledged: (readonly string[])[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      acknowledged.push(await loadAndKill(options, round));
    }

    const { origin } = await startEmulatorProcess(options);

    for (const partition of [0, 1, 2]) {
      const kept = await readAll(origin, "orders", partition);
      expectWhole(kept);
      expectInOrder(
        kept,
        acknowledged.flatMap((round) => round.filter((_, sender) => sender % 3 === partition)),
      );
    }
    expect(acknowledged.flat(2).length).toBeGreaterThanOrEqual(rounds * answersMin);
  }, 120_000);
});

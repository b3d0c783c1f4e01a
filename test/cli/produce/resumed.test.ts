import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runProduce } from "../../../cli/produce/command.ts";
import { deliverWindows } from "../../../cli/produce/deliver-windows.ts";
import { readWindows } from "../../../cli/produce/produce-many.ts";
import { systemEffects } from "../../../lib/adapters/system-effects.ts";
import { createTransport } from "../../../lib/http/client.ts";
import { parseConfig } from "../../../lib/settings/stream-config.ts";
import { startWorld } from "../../local/harness.ts";
import { accessKeys, keys, startCommand } from "../shared/terminal.ts";

const step = fc.oneof(
  fc.record({ times: fc.integer({ min: 1, max: 9 }), status: fc.constantFrom(500, 503, 401, 404) }),
  fc.record({ times: fc.integer({ min: 1, max: 9 }), cut: fc.constantFrom("before", "after") }),
);
const runs = fc.array(
  fc.record({
    steps: fc.array(step, { maxLength: 4 }),
    /** Ctrl-C after this many requests. */
    interruptedAfter: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    /** The process is killed after this many windows, before the checkpoint is written. */
    killedAfter: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
  }),
  { maxLength: 5 },
);
const letters = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 40 });

type Stored = { readonly key: string; readonly value: string };

class KilledRun extends Error {}

describe("an input that is resumed until it ends", () => {
  test("the whole input is on the topic, with each key's first occurrences in order, whatever failed meanwhile", async () => {
    const emulator = await startWorld({ accessKeys, now: Date.now, random: Math.random });
    const config = configFor(emulator.origin);
    const windowLines = fc.integer({ min: 1, max: 12 });
    await fc.assert(
      fc.asyncProperty(letters, runs, windowLines, async (names, failures, linesMax) => {
        await emulator.remove("/_/records");
        const lines = names.map((key, i) => `${JSON.stringify({ key, value: `${i}` })}\n`);
        const bytes = Buffer.from(lines.join(""));
        let saved = 0;
        for (const failure of [...failures, undefined]) {
          await emulator.setFaults({ steps: failure?.steps ?? [] });
          saved = await runOnce({ bytes, saved, failure, linesMax, config });
        }

        const { records } = (await emulator.get("/_/topics/orders/records?after=0&limit=1000")) as {
          records: readonly Stored[];
        };
        expect(saved).toBe(bytes.length);
        for (const letter of new Set(names)) {
          const sent = names.flatMap((key, i) => (key === letter ? [`${i}`] : []));
          const kept = records.filter(({ key }) => key === letter).map(({ value }) => value);
          expect([...new Set(kept)]).toEqual(sent);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

type ResumedRun = {
  readonly bytes: Buffer;
  readonly saved: number;
  readonly failure:
    | { readonly interruptedAfter?: number | undefined; readonly killedAfter?: number | undefined }
    | undefined;
  readonly linesMax: number;
  readonly config: ReturnType<typeof configFor>;
};

/** Runs once from the checkpoint, and returns the checkpoint that is left. */
async function runOnce({ bytes, saved, failure, linesMax, config }: ResumedRun): Promise<number> {
  const controller = new AbortController();
  const socket = createTransport({ now: Date.now });
  let requests = 0;
  let windows = 0;
  let checkpoint = saved;
  const tally = {
    ...{ delivered: 0, refused: 0, failed: 0, notAttempted: 0 },
    ...{ attempts: 0, uncertain: 0, refusals: [] },
    ...{ nextOffset: saved, nextLine: 1 },
  };
  const interruptIfDue = () => {
    if (failure?.interruptedAfter === requests) {
      controller.abort();
    }
  };
  interruptIfDue();
  const chunks = async function* () {
    // The chunks end anywhere, also in the middle of a line.
    for (let at = 0; at < bytes.length; at += 7) {
      yield bytes.subarray(at, at + 7);
    }
  };
  await deliverWindows(
    readWindows(chunks(), saved, {
      options: {},
      config,
      bounds: { linesMax, bytesMax: 1_000_000 },
    }),
    {
      ...{ config, tally, signal: controller.signal },
      effects: {
        ...systemEffects,
        sleep: () => new Promise((resolve) => setImmediate(resolve)),
        transport: (request) => {
          requests += 1;
          interruptIfDue();
          return socket(request);
        },
      },
      onWindow: async () => {
        if (failure?.killedAfter === windows) {
          throw new KilledRun();
        }
        windows += 1;
        checkpoint = tally.nextOffset;
      },
    },
  ).catch((error: unknown) => {
    expect(error).toBeInstanceOf(KilledRun);
  });
  return checkpoint;
}

function configFor(endpoint: string) {
  const parsed = parseConfig(
    {
      ...keys,
      DATASTREAM_ENDPOINT: endpoint,
      DATASTREAM_TOPIC: "orders",
      DATASTREAM_PARTITIONS: "3",
      DATASTREAM_ATTEMPTS_MAX: "2",
      DATASTREAM_CONCURRENCY: "3",
    },
    45_000,
  );
  if (!parsed.ok) {
    throw new Error("the settings of this test are wrong");
  }
  return parsed.value;
}

describe("Ctrl-C", () => {
  test("Ctrl-C ends a run that waits for its input, and the output says where to continue", async () => {
    const emulator = await startWorld({ accessKeys, now: Date.now });
    const settings = { ...keys, DATASTREAM_ENDPOINT: emulator.origin, DATASTREAM_TOPIC: "orders" };
    let reach = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const input = (async function* () {
      yield Buffer.from('{"key":"a","value":"1"}\n{"key":"a","val');
      reach();
      await new Promise(() => {});
    })();

    const command = startCommand(runProduce, ["--ndjson", "-", "--json"], { settings, input });
    await reached;
    command.interrupt();
    const { code, out } = await command.ended;

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ...{ ok: false, delivered: 0, failed: 0, notAttempted: 1, nextOffset: 0 },
      stopped: { code: "INTERRUPTED" },
      goOn: "npm run produce -- --ndjson - --json --from-offset 0 # with the same input piped in again",
    });
  });
});

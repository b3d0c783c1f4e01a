import { describe, expect, test } from "vitest";
import { startWorld } from "../../harness.ts";

const message = { topic: "orders", key: "a", value: "1" };

describe("the script", () => {
  test("a script is shown as far as it is unused, replaced and cleared", async () => {
    const emulator = await startWorld();
    const posted = await emulator.setFaults({
      steps: [{ times: 3, status: 429, headers: { "retry-after": "1" } }],
    });
    await emulator.produce(message);
    const remaining = await emulator.get("/_/faults");
    await emulator.setFaults({ steps: [{ cut: "before" }] });
    const replaced = await emulator.get("/_/faults");

    const cleared = await emulator.remove("/_/faults");

    expect(await posted.json()).toEqual({
      on: true,
      steps: [{ times: 3, status: 429, headers: { "retry-after": "1" } }],
    });
    expect(remaining).toEqual({
      on: true,
      steps: [{ times: 2, status: 429, headers: { "retry-after": "1" } }],
    });
    expect(replaced).toEqual({ on: true, steps: [{ times: 1, cut: "before" }] });
    expect(cleared.status).toBe(204);
    expect(await emulator.get("/_/faults")).toEqual({ on: false, steps: [] });
  });

  test.for([
    [[], "the script must be an object"],
    [{ step: [] }, 'the script has an unknown field "step"; known: steps, rate, bucket'],
    [{ steps: {} }, "steps must be a list of at most 100"],
    [{ steps: Array(101).fill({}) }, "steps must be a list of at most 100"],
    [{ steps: [1] }, "steps[0] must be an object"],
    [
      { steps: [{ staus: 500 }] },
      'steps[0] has an unknown field "staus"; known: times, when, status, headers, body, delayMs, firstByteMs, cut, skewMs',
    ],
    [{ steps: [{ times: 0 }] }, "steps[0].times must be an integer from 1 to 1000000"],
    [{ steps: [{}, { status: 101 }] }, "steps[1].status must be an integer from 200 to 599"],
    [{ steps: [{ status: "500" }] }, "steps[0].status must be an integer from 200 to 599"],
    [{ steps: [{ delayMs: 60_001 }] }, "steps[0].delayMs must be an integer from 0 to 60000"],
    [
      { steps: [{ skewMs: 0.5 }] },
      "steps[0].skewMs must be an integer from -604800000 to 604800000",
    ],
    [{ steps: [{ cut: "during" }] }, 'steps[0].cut must be "before" or "after"'],
    [
      { steps: [{ when: { value: "x" } }] },
      'steps[0].when has an unknown field "value"; known: topic, key, nth',
    ],
    [
      { steps: [{ when: { key: 1 } }] },
      "steps[0].when.key must be text of at most 1000 characters",
    ],
    [
      { steps: [{ status: 500, body: 1 }] },
      "steps[0].body must be text of at most 65536 characters",
    ],
    [{ steps: [{ body: "x" }] }, "steps[0] has headers or a body, which need a status"],
    [
      { steps: [{ status: 500, cut: "after" }] },
      "steps[0] has both status and cut: a cut request gets no response",
    ],
    [
      { steps: [{ status: 500, headers: { "Content-Length": "5" } }] },
      "steps[0].headers must not set Content-Length: the emulator does",
    ],
    [
      { steps: [{ status: 500, headers: { "x-a": "1\r\nx-b: 2" } }] },
      "steps[0].headers has a name or value that HTTP does not allow",
    ],
    [
      { steps: [{ firstByteMs: 60_001 }] },
      "steps[0].firstByteMs must be an integer from 0 to 60000",
    ],
    [{ steps: [{ when: { nth: 0 } }] }, "steps[0].when.nth must be an integer from 1 to 1000000"],
    [{ steps: [{ when: { nth: "2" } }] }, "steps[0].when.nth must be an integer from 1 to 1000000"],
    [{ bucket: 1_000_000 }, "bucket must be an object"],
    [{ bucket: { bytes: 1 } }, 'bucket has an unknown field "bytes"; known: bytesPerSecond'],
    [
      { bucket: { bytesPerSecond: 0 } },
      "bucket.bytesPerSecond must be an integer from 1 to 1000000000",
    ],
    [
      { rate: { probability: 1.5, seed: 1, step: {} } },
      "rate.probability must be a number from 0 to 1",
    ],
    [{ rate: { probability: 1, step: {} } }, "rate.seed must be an integer from 0 to 4294967295"],
    [{ rate: { probability: 1, seed: 1 } }, "rate.step must be an object"],
    [
      { rate: { probability: 1, seed: 1, step: { times: 2 } } },
      'rate.step has an unknown field "times"; known: when, status, headers, body, delayMs, firstByteMs, cut, skewMs',
    ],
  ] as const)("the script %j is refused, and the previous one stays", async ([script, error]) => {
    const emulator = await startWorld();
    await emulator.setFaults({ steps: [{ status: 500 }] });

    const response = await emulator.setFaults(script);

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error });
    expect(await emulator.get("/_/faults")).toEqual({
      on: true,
      steps: [{ times: 1, status: 500 }],
    });
  });

  test("a script that is not JSON or too large is refused", async () => {
    const emulator = await startWorld();

    const broken = await emulator.post("/_/faults", "{");
    const large = await emulator.post("/_/faults", " ".repeat(1_048_577));

    expect(await broken.json()).toEqual({ error: "the body must be JSON in UTF-8" });
    expect(broken.status).toBe(400);
    expect(large.status).toBe(413);
    expect(await large.json()).toEqual({ error: "a fault script is at most 1048576 bytes" });
  });
});

describe("the announcements of faults", () => {
  test("GET /_/requests and the terminal say when faults arrive, change and are used up", async () => {
    const emulator = await startWorld();
    const flags = [await emulator.get("/_/requests")];

    await emulator.setFaults({ steps: [{ status: 500 }, { status: 503 }] });
    flags.push(await emulator.get("/_/requests"));
    await emulator.setFaults({
      steps: [{ status: 500 }],
      rate: { probability: 0.25, seed: 1, step: {} },
      bucket: {},
    });
    await emulator.setFaults({ steps: [{ status: 500 }] });
    await emulator.produce(message);
    flags.push(await emulator.get("/_/requests"));

    expect(flags).toMatchObject([{ faultsOn: false }, { faultsOn: true }, { faultsOn: false }]);
    expect(emulator.lines).toEqual([
      "faults are ON: 2 steps (GET /_/faults shows them, DELETE ends them)",
      "faults are ON: 1 step, a rate of 0.25, a bucket of 1000000 bytes/s per partition (GET /_/faults shows them, DELETE ends them)",
      "faults are ON: 1 step (GET /_/faults shows them, DELETE ends them)",
      "faults are off",
    ]);
  });

  test("the terminal says when faults are cleared, and nothing when there were none", async () => {
    const emulator = await startWorld();

    await emulator.remove("/_/faults");
    await emulator.setFaults({ rate: { probability: 0, seed: 1, step: {} } });
    await emulator.remove("/_/faults");
    await emulator.setFaults({});

    expect(emulator.lines).toEqual([
      "faults are ON: a rate of 0 (GET /_/faults shows them, DELETE ends them)",
      "faults are off",
    ]);
  });
});

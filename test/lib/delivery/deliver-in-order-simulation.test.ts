import { expect, test } from "vitest";
import { createProduce } from "../../../lib/data-stream/produce.ts";
import { deliverInOrder } from "../../../lib/delivery/deliver-in-order.ts";
import { createKeyPair } from "../../../lib/model/key-pair.ts";
import { createSigningClocks } from "../../../lib/signing/clock-skew.ts";
import { createFaultyStream, createManualTime } from "../../support/faulty-stream.ts";
import { seededRandom, startMs } from "../../support/harness.ts";

const seedsCount = 300;
const keys = createKeyPair("access", "secret");

function drawRecords(random: () => number) {
  const keysCount = 1 + Math.floor(random() * 8);
  return Array.from({ length: Math.floor(random() * 25) }, (_, index) => {
    const key = `key-${Math.floor(random() * keysCount)}`;
    const value = `${random() < 0.05 ? "poison" : "record"}-${index}`;
    return { topic: "orders", partition: 0, key, value, id: value };
  });
}

async function simulate(seed: number) {
  const random = seededRandom(seed);
  const time = createManualTime();
  const { seen, transport } = createFaultyStream(time, random);
  const records = drawRecords(random);
  const limits = {
    deadlineMs: startMs + 300 + Math.floor(random() * 12_000),
    attemptsMax: 1 + Math.floor(random() * 6),
    attemptTimeoutMs: 300 + Math.floor(random() * 2_000),
    concurrency: 1 + Math.floor(random() * 6),
  };
  const produce = createProduce(
    { endpoint: "https://stream.example", keys, acknowledgement: "documented" },
    { transport, clock: createSigningClocks(time.now)() },
  );
  const effects = { now: time.now, sleep: time.sleep, random };
  const delivery = await time.run(deliverInOrder(records, limits, { produce, effects }));
  return { seen, records, limits, delivery, endedMs: time.now() };
}

type Run = Awaited<ReturnType<typeof simulate>>;

/** Records that were sent on though an earlier one of their key was neither delivered nor refused. */
function findOvertakers({ records, delivery, seen }: Run): string[] {
  const stopped = new Set<string>();
  return records.flatMap(({ key, value }, index) => {
    const kind = delivery.endings[index]?.kind ?? "";
    const overtakes = stopped.has(key) && seen.attemptsOf.has(value);
    if (!["delivered", "refused"].includes(kind)) {
      stopped.add(key);
    }
    return overtakes ? [value] : [];
  });
}

/** First occurrences of a key's records on the topic that are not in the records' order. */
function findDisorder({ records, seen }: Run): string[] {
  return [...new Set(records.map(({ key }) => key))].filter((key) => {
    const sent = records.filter((record) => record.key === key).map(({ value }) => value);
    const stored = [...new Set(seen.stored)].filter((value) => sent.includes(value));
    return stored.join() !== sent.filter((value) => stored.includes(value)).join();
  });
}

const seedGiven = process.env["SEED"];
const seeds =
  seedGiven === undefined ? Array.from({ length: seedsCount }, (_, n) => n) : [Number(seedGiven)];

test("whatever the stream does, what is said of a call is true (SEED= replays one run)", async () => {
  for (const seed of seeds) {
    const run = await simulate(seed);
    const { seen, records, limits, delivery, endedMs } = run;
    const valuesOf = (kind: string) =>
      records.filter((_, n) => delivery.endings[n]?.kind === kind).map(({ value }) => value);
    const perRecordMax = Math.max(0, ...seen.attemptsOf.values());

    expect({
      seed,
      notAcknowledged: valuesOf("delivered").filter((value) => !seen.acknowledged.has(value)),
      notReported: [...seen.acknowledged].filter((value) => !valuesOf("delivered").includes(value)),
      refusedWrongly: valuesOf("refused").filter((value) => !value.startsWith("poison")),
      attemptedAfterAll: valuesOf("notAttempted").filter((value) => seen.attemptsOf.has(value)),
      overtakers: findOvertakers(run),
      disorder: findDisorder(run),
      overtaken: seen.overtaken,
      attempts: delivery.attempts,
      uncertain: delivery.uncertain,
    }).toEqual({
      seed,
      notAcknowledged: [],
      notReported: [],
      refusedWrongly: [],
      attemptedAfterAll: [],
      overtakers: [],
      disorder: [],
      overtaken: [],
      attempts: seen.attempts,
      uncertain: seen.uncertain,
    });
    expect(seen.attempts, `SEED=${seed}`).toBeLessThanOrEqual(records.length * 2 + 20);
    expect(perRecordMax, `SEED=${seed}`).toBeLessThanOrEqual(limits.attemptsMax + 1);
    expect(seen.shortestMs, `SEED=${seed}`).toBeGreaterThanOrEqual(200);
    expect(seen.mostInFlight, `SEED=${seed}`).toBeLessThanOrEqual(limits.concurrency);
    expect(seen.latestEndMs, `SEED=${seed}`).toBeLessThanOrEqual(limits.deadlineMs - 250);
    expect(endedMs, `SEED=${seed}`).toBeLessThanOrEqual(limits.deadlineMs - 250);
  }
});

import { describe, expect, test } from "vitest";
import { createProduce } from "../../../lib/data-stream/produce.ts";
import { deliverInOrder } from "../../../lib/delivery/deliver-in-order.ts";
import type { DeliveryLimits } from "../../../lib/delivery/deliver-one.ts";
import type { HttpRequest, HttpResponse } from "../../../lib/effects/transport.ts";
import { createKeyPair } from "../../../lib/model/key-pair.ts";
import { createSigningClocks } from "../../../lib/signing/clock-skew.ts";
import { recordsWithKeys } from "../../support/delivery-run.ts";
import { createFaultyStream, createManualTime } from "../../support/faulty-stream.ts";
import { acknowledged, answer, messageOf, seededRandom, startMs } from "../../support/harness.ts";

const keys = createKeyPair("access", "secret");
const answerMs = 5;

type Time = ReturnType<typeof createManualTime>;
type Records = ReturnType<typeof recordsWithKeys>;
type Stream = (request: HttpRequest) => Promise<HttpResponse>;
type Setup = { readonly time: Time; readonly stream: Stream } & Partial<DeliveryLimits>;

/** Delivers with the real produce function in virtual time. */
async function run(records: Records, { time, stream, ...limits }: Setup) {
  const produce = createProduce(
    { endpoint: "https://stream.example", keys, acknowledgement: "documented" },
    { transport: stream, clock: createSigningClocks(time.now)() },
  );
  const effects = { now: time.now, sleep: time.sleep, random: () => 0 };
  const all = {
    ...{ deadlineMs: startMs + 900_000, attemptsMax: 5, attemptTimeoutMs: 3_000, concurrency: 16 },
    ...limits,
  };
  const { endings } = await time.run(deliverInOrder(records, all, { produce, effects }));
  return { kinds: endings.map(({ kind }) => kind), tookMs: time.now() - startMs };
}

/** Responds 5 ms after the request as the script says for each value, or acknowledges. */
function createStream(time: Time, script: Readonly<Record<string, readonly HttpResponse[]>> = {}) {
  const sent: (readonly [value: string, atMs: number])[] = [];
  const triesOf = new Map<string, number>();
  const seen = { sent, inFlight: 0, mostInFlight: 0 };
  const stream: Stream = async (request) => {
    const { value } = messageOf(request);
    const tries = triesOf.get(value) ?? 0;
    triesOf.set(value, tries + 1);
    sent.push([value, time.now() - startMs]);
    seen.inFlight += 1;
    seen.mostInFlight = Math.max(seen.mostInFlight, seen.inFlight);
    await time.sleep(answerMs);
    seen.inFlight -= 1;
    return script[value]?.[tries] ?? acknowledged;
  };
  return { seen, stream };
}

const later = (status: number, seconds: number) =>
  answer(status, "", { "retry-after": String(seconds) });

describe("a key that waits for another attempt", () => {
  test("a waiting key holds no slot, so another key is sent meanwhile", async () => {
    const time = createManualTime();
    const { seen, stream } = createStream(time, { a0: [later(503, 10)] });

    const { kinds } = await run(recordsWithKeys("abb"), { time, stream, concurrency: 1 });

    expect(kinds).toEqual(["delivered", "delivered", "delivered"]);
    expect(seen.sent).toEqual([
      ["b1", 0],
      ["b2", 5],
      ["a0", 10],
      ["a0", 10_015],
    ]);
  });

  test("a waiting record goes before its key's next record and gets its turn when it wakes", async () => {
    const time = createManualTime();
    const { seen, stream } = createStream(time, { a0: [later(503, 1)] });

    await run(recordsWithKeys("aabb"), { time, stream, concurrency: 1 });

    expect(seen.sent).toEqual([
      ["a0", 0],
      ["b2", 5],
      ["b3", 10],
      ["a0", 1_005],
      ["a1", 1_010],
    ]);
  });

  test("a waking key goes before keys with fewer records left", async () => {
    const time = createManualTime();
    const { seen, stream } = createStream(time, { a0: [answer(503)] });

    await run(recordsWithKeys("aaabbc"), { time, stream, concurrency: 1 });

    const values = seen.sent.map(([value]) => value);
    expect(values).toEqual(["a0", "b3", "a0", "a1", "a2", "b4", "c5"]);
  });

  test("a fault that stops the call ends the wait", async () => {
    const time = createManualTime();
    const script = { a0: [later(503, 30)], b1: [acknowledged], b2: [answer(403)] };
    const { seen, stream } = createStream(time, script);

    const { kinds, tookMs } = await run(recordsWithKeys("abb"), { time, stream });

    expect(kinds).toEqual(["unavailable", "delivered", "faulted"]);
    expect(tookMs).toBe(10);
    expect(new Set(seen.sent.map(([value]) => value))).toEqual(new Set(["a0", "b1", "b2"]));
  });
});

describe("a stream that throttles one record", () => {
  test("a throttling stream gets no record of any key until its wait is over", async () => {
    const time = createManualTime();
    const { seen, stream } = createStream(time, { a0: [later(429, 7)] });

    const { kinds } = await run(recordsWithKeys("abbbc"), { time, stream, concurrency: 2 });

    expect(kinds).toEqual(Array(5).fill("delivered"));
    // b2 was sent in the millisecond of the response, before it was read.
    expect(seen.sent).toEqual([
      ["b1", 0],
      ["a0", 0],
      ["b2", 5],
      ["c4", 7_005],
      ["b3", 7_005],
      ["a0", 7_010],
    ]);
  });

  test("a throttling stream delays records that had not been sent", async () => {
    const time = createManualTime();
    const { seen, stream } = createStream(time, { a0: [later(429, 7)] });

    await run(recordsWithKeys("aabc"), { time, stream, concurrency: 1 });

    expect(seen.sent.map(([, atMs]) => atMs)).toEqual([0, 7_005, 7_010, 7_015, 7_020]);
  });

  test.for([
    [3, 9],
    [9, 3],
  ] as const)(
    "a stream that asks for %i s and then %i s gets the longer wait",
    async ([first, second]) => {
      const time = createManualTime();
      const script = { a0: [later(429, first)], b1: [later(429, second)] };
      const { seen, stream } = createStream(time, script);

      await run(recordsWithKeys("abc"), { time, stream, concurrency: 2 });

      expect(seen.sent).toHaveLength(5);
      expect(seen.sent.slice(2).filter(([, atMs]) => atMs < 9_005)).toEqual([]);
    },
  );

  test("a throttling stream does not delay a faulted call", async () => {
    const time = createManualTime();
    const throttledAndFaulted = { a0: [later(429, 30)], b1: [answer(403)] };
    const { seen, stream } = createStream(time, throttledAndFaulted);

    const { kinds, tookMs } = await run(recordsWithKeys("abcd"), { time, stream, concurrency: 2 });

    expect(tookMs).toBe(5);
    expect(seen.sent.map(([value]) => value)).toHaveLength(2);
    expect(kinds).not.toContain("delivered");
  });
});

/** Makes shuffled records with the given counts per key. */
function shuffled(lengths: readonly number[], random: () => number): Records {
  const drawn = lengths
    .flatMap((length, key) => Array<string>(length).fill(`key-${key}`))
    .map((key) => ({ key, at: random() }))
    .sort((a, b) => a.at - b.at);
  return drawn.map(({ key }, index) => {
    const value = `${key}#${index}`;
    return { topic: "orders", partition: 0, key, value, id: value };
  });
}

/** Distributes records among keys by the weight of their rank. */
function shareOut(total: number, keysCount: number, weigh: (rank: number) => number) {
  const weights = Array.from({ length: keysCount }, (_, rank) => weigh(rank + 1));
  const sum = weights.reduce((a, b) => a + b);
  const lengths = weights.map((weight) => Math.max(1, Math.floor((total * weight) / sum)));
  const over = total - lengths.reduce((a, b) => a + b);
  return lengths.map((length, rank) => length + (rank < over ? 1 : 0));
}

const zipf = shareOut(1_000, 100, (rank) => 1 / rank);
const oneHotKey = [321, ...shareOut(679, 99, () => 1)];

describe("the key with most records left", () => {
  test("the longest key is sent next, whenever a slot is free", async () => {
    const time = createManualTime();
    const { seen, stream } = createStream(time);
    const records = shuffled([7, 5, 5, 4, 2, 1, 1], seededRandom(1));

    await run(records, { time, stream, concurrency: 1 });

    const left = [7, 5, 5, 4, 2, 1, 1];
    const mostLeft = seen.sent.map(([value]) => {
      const key = Number(/\d+/.exec(value)?.[0]);
      const isMost = left[key] === Math.max(...left);
      left[key] = (left[key] ?? 0) - 1;
      return isMost;
    });
    expect(mostLeft).toEqual(Array(25).fill(true));
  });

  test.for([
    ["100 keys by Zipf's law", 64, zipf],
    ["100 keys by Zipf's law", 16, zipf],
    ["100 keys by Zipf's law", 4, zipf],
    ["100 keys, one of them with 321", 64, oneHotKey],
    ["100 keys, one of them with 321", 4, oneHotKey],
    ["100 keys, one of them with 321", 3, oneHotKey],
  ] as const)("1,000 records of %s with %i in flight take the least possible time", async (of) => {
    const [, concurrency, lengths] = of;
    const leastMs = Math.max(Math.ceil(1_000 / concurrency), ...lengths) * answerMs;

    for (const seed of [1, 2, 3]) {
      const time = createManualTime();
      const { seen, stream } = createStream(time);
      const records = shuffled(lengths, seededRandom(seed));
      const { tookMs } = await run(records, { time, stream, concurrency });

      expect(records).toHaveLength(1_000);
      expect(seen.sent).toHaveLength(1_000);
      expect(seen.mostInFlight).toBeLessThanOrEqual(concurrency);
      expect(tookMs).toBeGreaterThanOrEqual(leastMs);
      expect(tookMs).toBeLessThanOrEqual(leastMs * 1.15);
    }
  });
});

test.for([16, 256])("10,000 keys are sent %i at once, never more", async (concurrency) => {
  const time = createManualTime();
  const { seen, stream } = createStream(time);
  const records = shuffled(Array<number>(10_000).fill(1), seededRandom(1));

  const { kinds, tookMs } = await run(records, { time, stream, concurrency });

  expect(new Set(kinds)).toEqual(new Set(["delivered"]));
  expect(seen.mostInFlight).toBe(concurrency);
  expect(tookMs).toBe(Math.ceil(10_000 / concurrency) * answerMs);
});

test("a key's records are in order on the stream, whatever it answers (SEED= replays one)", async () => {
  const given = process.env["SEED"];
  const seeds = given === undefined ? Array.from({ length: 60 }, (_, n) => n) : [Number(given)];
  for (const seed of seeds) {
    const random = seededRandom(seed);
    const time = createManualTime();
    const { seen, transport } = createFaultyStream(time, random);
    const lengths = shareOut(60, 1 + Math.floor(random() * 12), (rank) => 1 / rank);
    const records = shuffled(lengths, random);
    const concurrency = 1 + Math.floor(random() * 8);
    await run(records, { time, stream: transport, concurrency });

    const stored = [...new Set(seen.stored)].map((value) => value.split("#"));
    const disorder = lengths.flatMap((_, key) => {
      const places = stored.filter(([of]) => of === `key-${key}`).map(([, index]) => Number(index));
      return places.join() === [...places].sort((a, b) => a - b).join() ? [] : [key];
    });
    expect({ seed, disorder, overtaken: seen.overtaken }).toEqual({
      seed,
      disorder: [],
      overtaken: [],
    });
    expect(seen.mostInFlight, `SEED=${seed}`).toBeLessThanOrEqual(concurrency);
  }
});

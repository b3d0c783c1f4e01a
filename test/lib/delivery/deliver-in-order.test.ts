import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { deliverInOrder } from "../../../lib/delivery/deliver-in-order.ts";
import type { HttpRequest } from "../../../lib/effects/transport.ts";
import { createDelivery, recordsWithKeys } from "../../support/delivery-run.ts";
import {
  acknowledged,
  answer,
  createHarness,
  messageOf,
  noAnswer,
  startMs,
} from "../../support/harness.ts";

/** Acknowledges one turn of the event loop later, and counts records in flight. */
function createCounting() {
  const inFlight: string[] = [];
  const seen = { most: 0, sameLane: 0 };
  const transport = async (request: HttpRequest) => {
    const { topic, key } = messageOf(request);
    const lane = `${topic} ${key}`;
    seen.sameLane += inFlight.includes(lane) ? 1 : 0;
    inFlight.push(lane);
    seen.most = Math.max(seen.most, inFlight.length);
    await nextTurn();
    inFlight.splice(inFlight.indexOf(lane), 1);
    return acknowledged;
  };
  return { seen, transport };
}

function failing(answers: Readonly<Record<string, ReturnType<typeof answer>>>) {
  return (request: HttpRequest) => answers[messageOf(request).value] ?? acknowledged;
}

describe("order", () => {
  test("a key's records are sent one after the other", async () => {
    const { seen, transport } = createCounting();
    const { run, values } = createDelivery(transport);

    const { kinds } = await run("abcabcaab");

    expect(kinds).toEqual(Array(9).fill("delivered"));
    expect(values().filter((value) => value.startsWith("a"))).toEqual(["a0", "a3", "a6", "a7"]);
    expect(values().filter((value) => value.startsWith("b"))).toEqual(["b1", "b4", "b8"]);
    expect(seen).toEqual({ most: 3, sameLane: 0 });
  });

  test.for([
    [1, 1],
    [7, 7],
    [256, 26],
  ] as const)(
    "26 keys are sent in parallel: %i at once makes %i in flight",
    async ([limit, most]) => {
      const { seen, transport } = createCounting();
      const { run } = createDelivery(transport, { concurrency: limit });

      await run("abcdefghijklmnopqrstuvwxyzabc");

      expect(seen).toEqual({ most, sameLane: 0 });
    },
  );

  test("the order is per topic", async () => {
    const { seen, transport } = createCounting();

    await createDelivery(transport).run([
      ...recordsWithKeys("aa"),
      ...recordsWithKeys("aa", "alerts"),
    ]);

    expect(seen).toEqual({ most: 2, sameLane: 0 });
  });

  test("the key with the most records begins, so that it does not end alone", async () => {
    const { run, values } = createDelivery(createCounting().transport, { concurrency: 1 });

    await run("xyaaz");

    expect(values().slice(0, 2)).toEqual(["a2", "a3"]);
  });
});

describe("a failure", () => {
  test("a refused record lets its key's next records go on", async () => {
    const { run } = createDelivery(failing({ a0: answer(400) }));

    const { endings, attempts } = await run("aab");

    expect(endings).toMatchObject([
      { kind: "refused", code: "RECORD_REFUSED" },
      { kind: "delivered" },
      { kind: "delivered" },
    ]);
    expect(attempts).toBe(3);
  });

  test("an unavailable stream stops its key and no other", async () => {
    const { run, values } = createDelivery(failing({ a1: answer(503) }), { attemptsMax: 3 });

    const { kinds, attempts } = await run("aaabb");

    expect(kinds).toEqual(["delivered", "unavailable", "notAttempted", "delivered", "delivered"]);
    expect(values().filter((value) => value === "a1")).toHaveLength(3);
    expect(attempts).toBe(6);
  });

  test("a fault of every record stops the call", async () => {
    const { run } = createDelivery(failing({ a1: answer(403) }), { concurrency: 1 });

    const { kinds, attempts } = await run("aaabb");

    expect(kinds).toEqual(["delivered", "faulted", "notAttempted", "notAttempted", "notAttempted"]);
    expect(attempts).toBe(2);
  });

  test("a fault that stops the call ends the retries of other keys too", async () => {
    const { run, values } = createDelivery(failing({ a0: answer(403), b1: answer(503) }));

    expect((await run("ab")).kinds).toEqual(["faulted", "unavailable"]);
    expect(values().sort()).toEqual(["a0", "b1"]);
  });
});

describe("attempts", () => {
  test("attempts that were never sent are counted apart from those with an unknown outcome", async () => {
    const never = noAnswer({ sent: "never", code: "ECONNREFUSED" });
    const script = [noAnswer(), answer(503), answer(429), never, acknowledged];

    const { kinds, attempts, uncertain } = await createDelivery(script).run("a");

    expect(kinds).toEqual(["delivered"]);
    expect({ attempts, uncertain }).toEqual({ attempts: 5, uncertain: 2 });
  });

  test("attempts wait as Retry-After says and are signed with the time after it", async () => {
    const later = answer(429, "", { "retry-after": "7" });
    const { run, sleeps, requests } = createDelivery([later, acknowledged]);

    await run("a");

    expect(sleeps).toEqual([7_000]);
    expect(requests.map(({ headers }) => headers[5])).toEqual(["1700000000000", "1700000007000"]);
  });

  test("attempts of one record end at the maximum", async () => {
    const { run } = createDelivery(() => answer(500), { attemptsMax: 4 });

    expect(await run("a")).toMatchObject({ kinds: ["unavailable"], attempts: 4 });
  });

  test("attempts of a call are at most twice its records and 20", async () => {
    const { run, requests } = createDelivery(() => answer(503), { attemptsMax: 20 });

    const { attempts } = await run("abcdefghijklmnopqrstuvwxyz");

    expect(attempts).toBe(72);
    expect(requests).toHaveLength(72);
  });

  test("late attempts get the time that is left, and none starts with less than 200 ms", async () => {
    const harness = createDelivery(
      (request) => {
        harness.advance(request.timeoutMs);
        return noAnswer({ cause: "timeout", code: "ETIMEDOUT" });
      },
      { deadlineMs: startMs + 9_000 },
    );

    const { kinds } = await harness.run("aa");

    expect(kinds).toEqual(["unavailable", "notAttempted"]);
    expect(harness.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([3_000, 3_000, 2_750]);
  });

  test("attempts do not start after the deadline less the reserve", async () => {
    const { run } = createDelivery([], { deadlineMs: startMs + 449 });

    expect(await run("ab")).toMatchObject({ kinds: ["notAttempted", "notAttempted"], attempts: 0 });
  });

  test("an attempt on a stale socket is repeated once beyond the count", async () => {
    const stale = noAnswer({ staleSocket: true });
    const first = createDelivery([stale, acknowledged], { attemptsMax: 1 });
    const second = createDelivery([stale, stale, acknowledged], { attemptsMax: 1 });

    expect(await first.run("a")).toMatchObject({ kinds: ["delivered"], attempts: 2 });
    expect(await second.run("a")).toMatchObject({ kinds: ["unavailable"], attempts: 2 });
    expect(first.sleeps).toEqual([]);
  });
});

describe("the produce function", () => {
  const limits = {
    deadlineMs: startMs + 60_000,
    ...{ attemptsMax: 5, attemptTimeoutMs: 3_000, concurrency: 256 },
  };
  const unsent = { isProduced: false, uncertain: false, neverSent: false, freeRetry: undefined };
  const tooLarge = { kind: "refused", code: "RECORD_TOO_LARGE", reason: "" } as const;
  const down = { kind: "unavailable", code: "STREAM_UNAVAILABLE", reason: "" } as const;

  test("an exception of the produce function is a fault, and nothing is sent once the call has ended", async () => {
    const { effects } = createHarness();
    const produced: string[] = [];
    const produce = async ({ key }: { readonly key: string }) => {
      if (key === "b") {
        throw new TypeError("private words");
      }
      await nextTurn();
      produced.push(key);
      return { ...unsent, isProduced: true, verdict: { kind: "delivered" } as const };
    };

    const delivery = await deliverInOrder(recordsWithKeys("abcaca"), limits, { produce, effects });
    await nextTurn();
    await nextTurn();

    expect(delivery.endings[1]).toEqual({
      ...{ kind: "faulted", code: "UNEXPECTED" },
      reason: "an unexpected TypeError: please report it",
    });
    expect(delivery.endings.map(({ kind }) => kind)).toEqual([
      ...["delivered", "faulted", "delivered", "notAttempted", "notAttempted", "notAttempted"],
    ]);
    expect(delivery.attempts).toBe(2);
    expect(produced).toEqual(["a", "c"]);
  });

  test("a record refused without sending leaves the others no more attempts than they have alone", async () => {
    const keysOf = (count: number, mark: string) =>
      recordsWithKeys("x".repeat(count)).map((record, index) => ({
        ...record,
        key: `${mark}${index}`,
      }));
    const produce = async ({ key }: { readonly key: string }) =>
      key.startsWith("large")
        ? { ...unsent, verdict: tooLarge }
        : { ...unsent, isProduced: true, verdict: { ...down, retryAfterMs: undefined } };
    const records = [...keysOf(30, "large"), ...keysOf(40, "good")];

    const { attempts } = await deliverInOrder(records, limits, { produce, ...createHarness() });

    expect(attempts).toBe(2 * 40 + 20);
  });

  test("a failure without sending counts as one of twice the records and 20 attempts", async () => {
    let attempts = 0;
    const produce = async () => {
      attempts += 1;
      return { ...unsent, verdict: { ...down, retryAfterMs: undefined } };
    };
    const records = recordsWithKeys("abcdefghijklmnopqrstuvwxyz");

    await deliverInOrder(records, { ...limits, attemptsMax: 20 }, { produce, ...createHarness() });

    expect(attempts).toBe(2 * 26 + 20);
  });
});

describe("a stream that throttles", () => {
  const throttled = answer(429, "", { "retry-after": "7" });

  test("a throttling stream gets no request of other keys, even if the throttled record has no further attempt", async () => {
    const { run, requests } = createDelivery(() => throttled, {
      attemptsMax: 1,
      concurrency: 1,
      deadlineMs: startMs + 5_000,
    });

    const { kinds } = await run("abcde");

    expect(kinds).toEqual([
      "unavailable",
      ...["notAttempted", "notAttempted", "notAttempted", "notAttempted"],
    ]);
    expect(requests).toHaveLength(1);
  });

  test("a throttling stream that names no time gets no request for a second", async () => {
    const { run, sleeps } = createDelivery([answer(429), acknowledged], {
      attemptsMax: 1,
      concurrency: 1,
    });

    expect((await run("ab")).kinds.toSorted()).toEqual(["delivered", "unavailable"]);
    expect(sleeps).toEqual([1_000]);
  });

  test("a clock that is set back during a pause makes it twice as long at most", async () => {
    const answers = [throttled, acknowledged];
    const given = createDelivery(() => answers.shift() ?? acknowledged, {
      attemptsMax: 1,
      concurrency: 1,
    });
    const sleep = given.effects.sleep;
    let isSet = false;
    Object.assign(given.effects, {
      sleep: async (ms: number) => {
        await sleep(ms);
        given.advance(isSet ? 0 : -3_600_000);
        isSet = true;
      },
    });

    expect((await given.run("ab")).kinds.toSorted()).toEqual(["delivered", "unavailable"]);
    expect(given.sleeps).toEqual([7_000, 7_000]);
  });
});

test("an empty list of records is delivered at once", async () => {
  const { endings, attempts, uncertain } = await createDelivery([]).run("");

  expect({ endings, attempts, uncertain }).toEqual({ endings: [], attempts: 0, uncertain: 0 });
});

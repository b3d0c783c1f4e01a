import { setImmediate as nextTurn } from "node:timers/promises";
import type { HttpRequest, HttpResponse } from "../../lib/effects/transport.ts";
import { acknowledged, answer, messageOf, noAnswer, startMs } from "./harness.ts";

/** Creates a clock that moves only when everyone waits. The earliest sleeper then wakes. */
export function createManualTime() {
  let nowMs = startMs;
  const sleepers: { atMs: number; wake: () => void }[] = [];
  return {
    now: () => nowMs,
    sleep: (ms: number) =>
      new Promise<void>((wake) => {
        sleepers.push({ atMs: nowMs + ms, wake });
      }),
    async run<T>(work: Promise<T>): Promise<T> {
      let done = false;
      const result = work.finally(() => {
        done = true;
      });
      for (;;) {
        await nextTurn();
        sleepers.sort((a, b) => a.atMs - b.atMs);
        const next = done ? undefined : sleepers.shift();
        if (next === undefined) {
          return result;
        }
        nowMs = next.atMs;
        next.wake();
      }
    },
  };
}

type ManualTime = ReturnType<typeof createManualTime>;
type StreamFault = {
  readonly answer: HttpResponse;
  readonly stores: boolean;
  readonly uncertain: boolean;
};

const faults: readonly StreamFault[] = [
  { answer: answer(503), stores: false, uncertain: true },
  { answer: answer(500), stores: true, uncertain: true },
  { answer: answer(503, "", { "retry-after": "2" }), stores: false, uncertain: true },
  { answer: answer(429, "", { "retry-after": "1" }), stores: false, uncertain: false },
  { answer: answer(200, "<html></html>"), stores: false, uncertain: true },
  { answer: noAnswer(), stores: true, uncertain: true },
  { answer: noAnswer({ staleSocket: true }), stores: false, uncertain: true },
  {
    answer: noAnswer({ sent: "never", code: "ECONNREFUSED" }),
    stores: false,
    uncertain: false,
  },
];

const timedOut = {
  answer: noAnswer({ cause: "timeout", code: "ETIMEDOUT" }),
  uncertain: true,
};

/** Creates a stream with faults. The seed decides their mix too. */
export function createFaultyStream(time: ManualTime, random: () => number) {
  const faultRate = random() ** 2;
  const slownessMs = 10 + random() * 1_500;
  const faultedRate = random() < 0.2 ? 0.05 : 0;
  const seen = {
    stored: [] as string[],
    acknowledged: new Set<string>(),
    attemptsOf: new Map<string, number>(),
    inFlight: [] as string[],
    attempts: 0,
    uncertain: 0,
    mostInFlight: 0,
    latestEndMs: 0,
    /** Keys of which a second record was sent while one was in flight. */
    overtaken: [] as string[],
    shortestMs: Infinity,
  };
  const draw = (value: string): StreamFault => {
    if (value.startsWith("poison")) {
      return { answer: answer(400), stores: false, uncertain: false };
    }
    if (random() < faultedRate) {
      return { answer: answer(403), stores: false, uncertain: false };
    }
    const fault = faults[Math.floor(random() * faults.length)];
    return random() < faultRate && fault !== undefined
      ? fault
      : { answer: acknowledged, stores: true, uncertain: false };
  };
  const enter = (key: string, value: string, { timeoutMs }: HttpRequest) => {
    seen.attempts += 1;
    seen.attemptsOf.set(value, (seen.attemptsOf.get(value) ?? 0) + 1);
    seen.overtaken.push(...seen.inFlight.filter((other) => other === key));
    seen.inFlight.push(key);
    seen.mostInFlight = Math.max(seen.mostInFlight, seen.inFlight.length);
    seen.shortestMs = Math.min(seen.shortestMs, timeoutMs);
    seen.latestEndMs = Math.max(seen.latestEndMs, time.now() + timeoutMs);
  };
  const leave = (key: string, value: string, { stores, uncertain, answer }: StreamFault) => {
    seen.inFlight.splice(seen.inFlight.indexOf(key), 1);
    seen.stored.push(...(stores ? [value] : []));
    seen.uncertain += uncertain ? 1 : 0;
    if (answer === acknowledged) {
      seen.acknowledged.add(value);
    }
  };
  const transport = async (request: HttpRequest): Promise<HttpResponse> => {
    const { key, value } = messageOf(request);
    enter(key, value, request);
    const takesMs = random() * slownessMs;
    const drawn = draw(value);
    const ending = takesMs > request.timeoutMs ? { ...drawn, ...timedOut } : drawn;
    await time.sleep(Math.min(takesMs, request.timeoutMs));
    leave(key, value, ending);
    return ending.answer;
  };
  return { seen, transport };
}

import type { Effects } from "../../lib/effects/effects.ts";
import type { HttpRequest, HttpResponse } from "../../lib/effects/transport.ts";
import { createSigningClocks, type SigningClock } from "../../lib/signing/clock-skew.ts";
import { hear } from "./spoken.ts";

/** 2023-11-14T22:13:20Z. */
export const startMs = 1_700_000_000_000;

export type ScriptStep =
  | HttpResponse
  | ((request: HttpRequest) => HttpResponse | Promise<HttpResponse>);
/** One step for each exchange, in order, or one function for all of them. */
export type Script =
  | readonly ScriptStep[]
  | ((request: HttpRequest, index: number) => HttpResponse | Promise<HttpResponse>);

export type HarnessOptions = {
  readonly transport?: Script;
  /** The default is 0, which makes every wait as short as it can be. */
  readonly random?: number | (() => number);
  readonly nowMs?: number;
};

export type Harness = {
  readonly effects: Effects;
  /** The clock of one call. */
  readonly clock: SigningClock;
  /** Moves the clock forward. `sleep` moves it too. */
  readonly advance: (ms: number) => void;
  readonly sleeps: readonly number[];
  readonly requests: readonly HttpRequest[];
  readonly lines: readonly string[];
};

/** Creates effects with a clock that only sleeping moves, ids `id-1`, `id-2`… and a scripted stream. */
export function createHarness(options: HarnessOptions = {}): Harness {
  const { transport: script = () => acknowledged, random = 0 } = options;
  let nowMs = options.nowMs ?? startMs;
  let ids = 0;
  const sleeps: number[] = [];
  const requests: HttpRequest[] = [];
  const lines: string[] = [];
  const advance = (ms: number) => {
    nowMs += ms;
  };
  const effects: Effects = {
    now: () => nowMs,
    sleep: async (ms) => {
      sleeps.push(ms);
      advance(ms);
    },
    random: typeof random === "number" ? () => random : random,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    transport: async (request) => {
      requests.push(request);
      return play(script, request, requests.length - 1);
    },
    write: (line) => {
      lines.push(line);
      hear(line);
    },
  };
  const clock = createSigningClocks(effects.now)();
  return { effects, clock, advance, sleeps, requests, lines };
}

function play(script: Script, request: HttpRequest, index: number) {
  if (typeof script === "function") {
    return script(request, index);
  }
  const step = script[index];
  if (step === undefined) {
    throw new Error(`exchange ${index + 1} is not in the script of ${script.length}`);
  }
  return typeof step === "function" ? step(request) : step;
}

type Headers = Readonly<Record<string, string | undefined>>;

export function answer(
  status: number,
  body = refusals.get(status) ?? "",
  headers: Headers = {},
): HttpResponse {
  return { kind: "response", status, headers, body, truncated: false };
}

/** The API's own refusals of a record, in the forms that its page and its gateway document. */
const refusals: ReadonlyMap<number, string> = new Map([
  [400, '{"status":"400","detail":"Bad Request"}'],
  [413, '{"error":{"errorCode":"430","message":"Request Entity Too Large"}}'],
]);

/** The success that the API's page shows. */
export const acknowledged = answer(200, '{"status":"200","detail":"OK"}');

export type FailedExchange = Extract<HttpResponse, { kind: "noResponse" }>;

/** Makes a failed exchange. By default the connection is reset after the request was sent. */
export function noAnswer(facts: Partial<Omit<FailedExchange, "kind">> = {}): HttpResponse {
  return {
    kind: "noResponse",
    sent: "unknown",
    cause: "connection",
    code: "ECONNRESET",
    staleSocket: false,
    ...facts,
  };
}

/** Reads the record of a produce request, for tests that do not look at the bytes. */
export function messageOf(request: HttpRequest): {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  readonly partition?: number;
} {
  return JSON.parse(String(request.body));
}

/** Implements Mulberry32, which returns the same numbers in [0, 1) for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

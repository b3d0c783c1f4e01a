import type { HttpResponse } from "../../lib/effects/transport.ts";
import { answer, noAnswer } from "../support/harness.ts";
import type { Dice } from "./dice.ts";
import type { KnownOutcome } from "./ledger.ts";

/** Describes what happens to one request on its way and what the product receives. */
export type RequestOutcome = {
  readonly name: string;
  /** When the server acts, counted from the start. Absent if it never does. */
  readonly actsMs?: number;
  /** When the product receives something. The product's own timeout may come first. */
  readonly endsMs: number;
  /** The knowledge of the product about the request when its own timeout ends it. */
  readonly sent: "never" | "unknown";
  readonly ends: (served: HttpResponse | undefined) => HttpResponse;
};

type Faults = Readonly<Record<string, (dice: Dice) => Omit<RequestOutcome, "name">>>;

const silence: HttpResponse = noAnswer({ cause: "timeout", code: "ETIMEDOUT" });

/** The server never acts, and the product receives `received`. */
function lost(received: HttpResponse, facts: Partial<RequestOutcome> = {}) {
  return (dice: Dice) =>
    ({ endsMs: dice.between(1, 300), sent: "unknown", ends: () => received, ...facts }) as const;
}

/** The server acts, and the product receives `received`. */
function acted(received: (served: HttpResponse | undefined) => HttpResponse) {
  return (dice: Dice) => {
    const actsMs = dice.between(1, 200);
    return {
      actsMs,
      endsMs: actsMs + dice.between(1, 200),
      sent: "unknown",
      ends: received,
    } as const;
  };
}

const passed = (served: HttpResponse | undefined): HttpResponse => served ?? silence;
const page = "<html><body>Welcome to the hotel's network</body></html>";

function cut(served: HttpResponse | undefined): HttpResponse {
  return served?.kind === "response" && served.status < 300
    ? { ...served, body: served.body.slice(0, 12) }
    : passed(served);
}

/** Faults that can happen to a request to either server. */
const common: Faults = {
  refusedConnection: lost(noAnswer({ sent: "never", code: "ECONNREFUSED" })),
  noConnectionInTime: lost(silence, { endsMs: Infinity, sent: "never" }),
  silence: lost(silence, { endsMs: Infinity }),
  resetBeforeTheServerActs: lost(noAnswer()),
  resetAfterTheServerActed: acted(() => noAnswer()),
  staleSocket: lost(noAnswer({ staleSocket: true })),
  slow: (dice) => {
    const actsMs = dice.between(10, 400);
    return { actsMs, endsMs: actsMs + dice.between(500, 15_000), sent: "unknown", ends: passed };
  },
  late: (dice) => {
    const actsMs = dice.between(500, 40_000);
    return { actsMs, endsMs: actsMs + dice.between(1, 100), sent: "unknown", ends: passed };
  },
  down: lost(answer(503, page)),
  downFor: (dice) => lost(answer(503, "", { "retry-after": String(dice.between(1, 8)) }))(dice),
  failedBefore: lost(answer(500)),
  failedAfter: acted(() => answer(502, page)),
};

const tomcat = '{"timestamp":1,"status":400,"error":"Bad Request","message":"Invalid headers"}';

const ofStreamWithout2xx: Faults = {
  ...common,
  throttled: (dice) => lost(answer(429, "", { "retry-after": String(dice.between(1, 5)) }))(dice),
  throttledWithoutATime: lost(answer(429)),
  timedOutThere: lost(answer(408)),
  wrappedError: lost(answer(200, '{"error":{"errorCode":"900","message":"unexpected"}}')),
  forbidden: lost(answer(403)),
  unauthenticated: lost(answer(401, '{"error":{"errorCode":"200"}}')),
  foreign400: lost(answer(400, page)),
  foreign400After: acted(() => answer(400, tomcat)),
  foreign413: lost(answer(413, page)),
  foreign413After: acted(() => answer(413, "")),
};

const ofStream: Faults = {
  ...ofStreamWithout2xx,
  page: lost(answer(200, page)),
  pageAfter: acted(() => answer(200, page)),
  cut: acted(cut),
  empty: lost(answer(200)),
  emptyAfter: acted(() => answer(201)),
  maintenanceNotice: lost(answer(200, '{"message":"Service is under maintenance"}')),
};

const ofStorage: Faults = { ...common, forbidden: lost(answer(403)), slowDown: lost(answer(503)) };

/** Adds pages in the place of the storage's responses. With `pageAfter` the server acts nevertheless. */
const ofStorageWithPages: Faults = {
  ...ofStorage,
  page: lost(answer(200, page)),
  pageAfter: acted(() => answer(200, page)),
};

export type RequestFacts = {
  readonly side: "stream" | "storage";
  readonly topic: string;
  readonly key: string;
  readonly partition: number;
};

/** A time in which some requests fail. */
type Episode = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly side: RequestFacts["side"];
  readonly rate: number;
  readonly kinds: readonly string[];
  readonly hits: (facts: RequestFacts) => boolean;
};

export type FaultWindow = {
  readonly fromMs: number;
  readonly toMs: number;
  /** True if a page can take the place of the storage's response. */
  readonly pages: boolean;
  /** True if a 2xx can come from somebody other than the stream. */
  readonly foreign2xx: boolean;
};

function drawScope(dice: Dice): Episode["hits"] {
  const partition = dice.between(0, 2);
  const first = dice.oneOf(["a", "e", "u", "o"]);
  const topic = dice.oneOf(["orders", "audit"]);
  return dice.oneOf<Episode["hits"]>([
    () => true,
    () => true,
    (facts) => facts.topic === topic,
    (facts) => facts.partition === partition,
    (facts) => facts.key.includes(first),
  ]);
}

function faultsOf(side: RequestFacts["side"], { pages, foreign2xx }: FaultWindow): Faults {
  if (side === "storage") {
    return pages ? ofStorageWithPages : ofStorage;
  }
  return foreign2xx ? ofStream : ofStreamWithout2xx;
}

function namesOf(
  side: RequestFacts["side"],
  faultWindow: FaultWindow,
): readonly [string, ...string[]] {
  return Object.keys(faultsOf(side, faultWindow)) as [string, ...string[]];
}

function drawEpisode(dice: Dice, faultWindow: FaultWindow): Episode {
  const side = dice.chance(0.65) ? "stream" : "storage";
  const fromMs = dice.between(faultWindow.fromMs, faultWindow.toMs);
  const names = namesOf(side, faultWindow);
  return {
    side,
    fromMs,
    toMs: Math.min(faultWindow.toMs, fromMs + dice.between(2_000, 150_000)),
    rate: dice.oneOf([0.2, 0.5, 0.8, 1]),
    kinds: Array.from({ length: dice.between(1, 3) }, () => dice.oneOf(names)),
    hits: side === "storage" ? () => true : drawScope(dice),
  };
}

/** Creates the faults of a run: episodes and single faults, until the fault window ends. */
export function createFaults(dice: Dice, faultWindow: FaultWindow) {
  const episodes = Array.from({ length: dice.between(0, 8) }, () => drawEpisode(dice, faultWindow));
  const noise = dice.oneOf([0, 0.01, 0.05, 0.15]);
  const latencyMs = dice.oneOf([5, 40, 150, 600]);
  const kindsAt = (nowMs: number, facts: RequestFacts): readonly string[] => {
    const episode = episodes.find(
      ({ fromMs, toMs, side, hits }) =>
        side === facts.side && fromMs <= nowMs && nowMs < toMs && hits(facts),
    );
    return episode !== undefined && dice.chance(episode.rate) ? episode.kinds : [];
  };
  const ok = (mostMs: number): RequestOutcome => {
    const takesMs = dice.between(2, mostMs);
    const actsMs = Math.floor(takesMs / 2);
    return { name: "ok", actsMs, endsMs: takesMs, sent: "unknown", ends: passed };
  };
  const drawKinds = (nowMs: number, facts: RequestFacts): readonly string[] => {
    const hit = kindsAt(nowMs, facts);
    return hit.length === 0 && dice.chance(noise) ? namesOf(facts.side, faultWindow) : hit;
  };
  return (nowMs: number, facts: RequestFacts): RequestOutcome => {
    if (nowMs >= faultWindow.toMs) {
      return ok(50);
    }
    const kinds = drawKinds(nowMs, facts);
    const name = kinds[dice.between(0, kinds.length - 1)] ?? "";
    const fault = faultsOf(facts.side, faultWindow)[name];
    return fault === undefined ? ok(latencyMs * 2) : { name, ...fault(dice) };
  };
}

const refusingStatuses = [400, 413];
const uncertainStatuses = [408, 500, 502, 503, 504];

/** Says what a response tells about a request. The simulation decides this by rules of its own. */
export function knownOf(received: HttpResponse, isGenuine: boolean): KnownOutcome {
  if (received.kind === "noResponse") {
    return received.sent === "never" ? "neverSent" : "unknown";
  }
  if (received.status < 300) {
    return isGenuine ? "done" : "unknown";
  }
  const isForeign = refusingStatuses.includes(received.status) && !isGenuine;
  return isForeign || uncertainStatuses.includes(received.status) ? "unknown" : "notDone";
}

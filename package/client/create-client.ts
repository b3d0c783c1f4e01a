import { createKeyPair } from "../../lib/model/key-pair.ts";
import { notAttempted } from "../../lib/model/result.ts";
import { createSigningClocks } from "../../lib/signing/clock-skew.ts";
import { type ClientEffects, createDeliver } from "./deliver.ts";
import { type DataStreamClientOptions, readOptions } from "./options.ts";
import {
  type ProduceOutcome,
  type ProduceRecord,
  readRecord,
  refuse,
  toOutcome,
} from "./records.ts";
import { type RequestToSign, type SignedHeaders, signWith } from "./sign.ts";

export type ProduceOptions = {
  /**
   * Time for the whole call, in milliseconds from now. A number of 1e12 or more is an instant in epoch milliseconds, such as
   * the deadline of a Lambda function. Default: 45,000. More than 900,000 count as 900,000. Attempts end 250 ms before.
   */
  readonly deadlineMs?: number | undefined;
};

export type DataStreamClient = {
  /**
   * Produces records at least once, and returns one outcome for each record, in their order. It never rejects.
   *
   * Records of the same topic and key are sent one after the other, across calls too. When one of them fails, the later
   * ones of the same call are not attempted. A failed attempt is repeated, five attempts in all, with jitter and after the
   * time that `Retry-After` asks for.
   */
  readonly produce: (
    records: readonly ProduceRecord[],
    options?: ProduceOptions,
  ) => Promise<readonly ProduceOutcome[]>;
  /**
   * Signs a request to any NAVER Cloud API with the client's key pair. The time is the client's, which a refused request
   * has corrected if the clock was wrong. Throws a TypeError as `sign` does.
   */
  readonly sign: (request: RequestToSign) => SignedHeaders;
  /**
   * Waits for the running calls of `produce` and closes the connections. Later calls send nothing, and their records are
   * `notAttempted`. Closing twice is fine.
   */
  readonly close: () => Promise<void>;
};

const deadlineMsDefault = 45_000;
const deadlineMsMax = 900_000;
/** Numbers from here on are instants: as epoch milliseconds it is September 2001, as a duration it is 31 years. */
const instantMsMin = 1e12;
/** Limit of records that wait in a client. */
const waitingMax = 100_000;

const closed: ProduceOutcome = { status: "notAttempted", reason: "the client is closed" };
const badDeadline = refuse("deadlineMs", "must be a number of milliseconds");
const full: ProduceOutcome = {
  status: "notAttempted",
  reason: `over ${waitingMax} records would wait: produce fewer at once`,
};

/** Creates a client. `closeConnections` closes idle ones. Throws a TypeError for wrong options. */
export function createClient(
  options: DataStreamClientOptions,
  effects: ClientEffects & { readonly closeConnections: () => void },
): DataStreamClient {
  const config = readOptions(options);
  const keys = createKeyPair(config.accessKey, config.secretKey);
  const createClock = createSigningClocks(effects.now);
  const deliver = createDeliver({ ...config, keys }, effects, createClock);
  const running = new Set<Promise<unknown>>();
  let isClosed = false;
  let waiting = 0;
  const run = async (given: readonly unknown[], deadlineMs: number) => {
    const checked = given.map((record) => readRecord(record, config));
    const messages = checked.filter((one) => "topic" in one);
    if (waiting + messages.length > waitingMax) {
      return checked.map((one) => ("topic" in one ? full : one));
    }
    waiting += messages.length;
    const results = (await deliver(messages, deadlineMs)).values();
    waiting -= messages.length;
    return checked.map((one) =>
      "topic" in one ? toOutcome(results.next().value ?? notAttempted) : one,
    );
  };
  return {
    produce: async (records, given) => {
      const { list, deadlineMs } = readCall(records, given);
      const untilMs = toInstant(deadlineMs ?? deadlineMsDefault, effects.now());
      if (list === undefined) {
        return [refuse("records", "must be a list of records")];
      }
      if (isClosed || untilMs === undefined) {
        return list.map(() => (isClosed ? closed : badDeadline));
      }
      const call = run(list, untilMs);
      running.add(call);
      return call.finally(() => running.delete(call));
    },
    sign: ({ method, url, timestamp = createClock().time().timestampMs }) =>
      signWith({ method, url, timestamp }, keys),
    close: async () => {
      isClosed = true;
      await Promise.all(running);
      effects.closeConnections();
    },
  };
}

type GivenCall = { readonly list?: readonly unknown[]; readonly deadlineMs?: unknown };

/** Reads values of any form, even those that throw when they are read. */
function readCall(records: unknown, options: ProduceOptions | undefined): GivenCall {
  try {
    return Array.isArray(records)
      ? { list: Array.from(records), deadlineMs: options?.deadlineMs }
      : {};
  } catch {
    return {};
  }
}

/** Returns the end of a call in epoch milliseconds; undefined if `deadlineMs` is no number. */
function toInstant(deadlineMs: unknown, nowMs: number): number | undefined {
  if (typeof deadlineMs !== "number" || Number.isNaN(deadlineMs)) {
    return undefined;
  }
  const untilMs = deadlineMs >= instantMsMin ? deadlineMs : nowMs + deadlineMs;
  return Math.min(untilMs, nowMs + deadlineMsMax);
}

import {
  createFittingProduce,
  createToFitted,
  type FittingProduce,
  type ToFitted,
} from "./check-in.ts";
import type { Clocks } from "./clock.ts";
import type { Config } from "./config.ts";
import { createProduce } from "./data-stream/produce.ts";
import { type Delivery, deliver } from "./deliver.ts";
import type { Effects } from "./effects.ts";
import { toDeadLetterName, toLine, toLines } from "./object-storage/dead-letters.ts";
import { putObject } from "./object-storage/object-storage.ts";
import { createPatientAsk } from "./object-storage/patient-ask.ts";
import { createAsk } from "./object-storage/request.ts";
import { isFailure, type RecordEnding } from "./outcome.ts";
import type { Message, StreamRecord } from "./record.ts";
import { attemptMsMin, replyReserveMs } from "./retry.ts";

export type Sending = {
  readonly config: Config;
  readonly invocationId: string;
  readonly startedMs: number;
  readonly deadlineMs: number;
  readonly clocks: Clocks;
  readonly effects: Effects;
};

export type Sent = Delivery & {
  /** What happened beside the stream: for the log. */
  readonly warnings: readonly string[];
};

/** Kept free of attempts, so that dead letters are stored while there is time to store them. */
export const storeMsReserved = 1_000;
/** …and no more than this part of a call that has little time. */
const storePartReserved = 0.4;

/** Delivers what may be sent and keeps what could not be delivered in time, if there is a bucket for it. */
export async function send(records: readonly StreamRecord[], sending: Sending): Promise<Sent> {
  const { config, startedMs, deadlineMs } = sending;
  const reservedMs = config.deadLetterBucket === undefined ? 0 : toReserve(deadlineMs - startedMs);
  const toFitted = createToFitted(({ event }) => event, config);
  const delivery = await deliverFitting(records, toFitted, {
    ...sending,
    deadlineMs: deadlineMs - reservedMs,
  });
  const { deadLetterBucket: bucket } = config;
  if (bucket === undefined || !delivery.endings.some(isFailure)) {
    return { warnings: [], ...delivery };
  }
  const { endings, warnings } = await keep(toLetters(records, delivery), { bucket, ...sending });
  return { warnings, ...delivery, endings };
}

/** Time for the dead letters of a call, and never so much that the stream is not asked at all. */
function toReserve(totalMs: number): number {
  const spareMs = totalMs - replyReserveMs - attemptMsMin;
  return Math.max(0, Math.min(storeMsReserved, storePartReserved * totalMs, spareMs));
}

type Fitting = Delivery & Pick<FittingProduce, "fitted">;

/** Delivers the records that fit, or whose data can be left in a bucket; the others are refused unsent. */
export async function deliverFitting(
  records: readonly StreamRecord[],
  toFitted: ToFitted,
  sending: Omit<Sending, "invocationId" | "startedMs">,
): Promise<Fitting> {
  const { config, deadlineMs, effects } = sending;
  const { produce, fitted } = createFitting(toFitted, sending);
  const delivery = await deliver(records, { deadlineMs, ...config }, { produce, effects });
  return { fitted, ...delivery };
}

/** Attempts of records that fit, over a call's own stream and storage. */
export function createFitting(
  toFitted: ToFitted,
  { config, clocks, effects }: Pick<Sending, "config" | "clocks" | "effects">,
): FittingProduce {
  return createFittingProduce(
    createProduce(config, { clock: clocks.stream, ...effects }),
    toFitted,
    {
      put: ({ bucket, name, body }, timeoutMs) => {
        // A request that is signed anew by a corrected clock has what the first one left.
        const untilMs = effects.now() + timeoutMs;
        const leftMs = () => Math.max(1, untilMs - effects.now());
        const context = { ...effects, clock: clocks.storage };
        return putObject(createAsk(config.storage, context, leftMs), { bucket, name }, body);
      },
      now: effects.now,
    },
  );
}

/** Endings, and by the places of their records the messages that a later run can still deliver. */
type Letters = {
  readonly letters: ReadonlyMap<number, Message>;
  readonly endings: readonly RecordEnding[];
};

/** Whether what was never attempted can be sent at all is not known before. */
function toLetters(records: readonly StreamRecord[], { endings, fitted }: Fitting): Letters {
  const letters = new Map<number, Message>();
  const known = endings.map((ending, index) => {
    const record = records[index];
    const one = record !== undefined && isFailure(ending) ? fitted(record) : ending;
    if (!("letter" in one)) {
      return one;
    }
    letters.set(index, one.letter);
    return ending;
  });
  return { letters, endings: known };
}

type Kept = { readonly endings: readonly RecordEnding[]; readonly warnings: readonly string[] };

/** Writes the letters as one object, in order. */
async function keep(
  { letters, endings }: Letters,
  { bucket, config, invocationId, deadlineMs, clocks, effects }: Sending & { bucket: string },
): Promise<Kept> {
  if (letters.size === 0) {
    return { endings, warnings: [] };
  }
  const ask = createPatientAsk(config, { ...effects, clock: clocks.storage }, deadlineMs);
  const name = toDeadLetterName(effects.now(), invocationId);
  const lines = toLines([...letters.values()].map(toLine));
  const stored = await putObject(ask, { bucket, name }, lines);
  if (!stored.ok) {
    return { endings, warnings: [`dead letters could not be stored: ${stored.reason}`] };
  }
  return {
    endings: endings.map((ending, index) => (letters.has(index) ? toStored(ending) : ending)),
    warnings: [`${letters.size} dead letters stored as ${name}`],
  };
}

function toStored(ending: RecordEnding): RecordEnding {
  const reason = "code" in ending ? `${ending.code}: ${ending.reason}` : "not attempted";
  return { kind: "stored", reason, isFault: ending.kind === "faulted" };
}

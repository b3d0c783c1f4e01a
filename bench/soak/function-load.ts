// The load on the functions that no webhook calls: bucket events, parameters, ticks, and redrive, which drains what
// they stored during outages.
import { setTimeout as sleep } from "node:timers/promises";

export type CallCounts = {
  readonly delivered: number;
  readonly stored: number;
  readonly oldestAgeSeconds?: number;
};
export type FunctionHost = {
  readonly run: (activationId: string, value: object) => Promise<{ readonly ended: CallCounts }>;
};

type Load = {
  readonly everyMs: number;
  /** Makes the parameters of a call, and the texts that its records will have. */
  readonly toCall: (seq: number) => { readonly value: object; readonly tokens: readonly string[] };
};

const largeEvery = 20;
const drainRunsMax = 50;
const redriveEveryMs = 3_000;

/** Names the records of a bucket event: a few, and now and then two thousand. */
function toBucketTokens(seq: number): readonly string[] {
  const count = seq % largeEvery === 0 ? 2_000 : 20;
  return Array.from({ length: count }, (_, index) => `soak-bucket-${seq}-${index}.`);
}

const loads: Readonly<Record<string, Load>> = {
  bucket: {
    everyMs: 500,
    toCall: (seq) => {
      const tokens = toBucketTokens(seq);
      const Records = tokens.map((token) => ({
        eventSource: "aws:s3",
        eventName: "ObjectCreated:Put",
        eventTime: "2026-11-24T00:00:00.000Z",
        s3: { bucket: { name: "uploads" }, object: { key: `${token}jpg`, size: 1 } },
      }));
      return { value: { Records }, tokens };
    },
  },
  event: {
    everyMs: 300,
    toCall: (seq) => {
      const text = "x".repeat(seq % largeEvery === 0 ? 500_000 : 200);
      return { value: { order: `soak-event-${seq}.`, text }, tokens: [`soak-event-${seq}.`] };
    },
  },
  heartbeat: {
    everyMs: 1_000,
    toCall: (seq) => {
      const name = `soak-heartbeat-${seq}.`;
      return { value: { HEARTBEAT_NAME: name }, tokens: [name] };
    },
  },
};
export const functionNames = [...Object.keys(loads), "redrive"];

/** Matches the text of any record of these functions. */
export const tokenForm = /soak-(?:bucket|event|heartbeat)-[\d-]+\./;

/**
 * Calls all functions until it is over, and then redrive until its bucket is empty. Returns the texts of all records that a call
 * reported as delivered or stored.
 */
export async function loadFunctions(
  hosts: ReadonlyMap<string, FunctionHost>,
  settings: object,
  isOver: () => boolean,
): Promise<{
  readonly accepted: readonly string[];
  readonly calls: number;
  readonly isDrained: boolean;
}> {
  const accepted: string[] = [];
  let calls = 0;
  const run = async (name: string, value: object): Promise<CallCounts | undefined> => {
    calls += 1;
    const result = await hosts.get(name)?.run(`${name}-${calls}`, { ...settings, ...value });
    return result?.ended;
  };
  const repeat = async (name: string, { everyMs, toCall }: Load): Promise<void> => {
    for (let seq = 1; !isOver(); seq += 1) {
      const { value, tokens } = toCall(seq);
      const ended = await run(name, value);
      const isSafe = ended !== undefined && ended.delivered + ended.stored === tokens.length;
      accepted.push(...(isSafe ? tokens : []));
      await sleep(everyMs);
    }
  };
  const redrive = async (): Promise<boolean> =>
    (await run("redrive", { DELIVERY_TIMEOUT_MS: 10_000 }))?.oldestAgeSeconds === 0;
  const redriveAgain = async (): Promise<void> => {
    while (!isOver()) {
      await redrive();
      await sleep(redriveEveryMs);
    }
  };
  await Promise.all([
    ...Object.entries(loads).map(([name, load]) => repeat(name, load)),
    redriveAgain(),
  ]);
  for (let at = 0; at < drainRunsMax; at += 1) {
    if (await redrive()) {
      return { accepted, calls, isDrained: true };
    }
  }
  return { accepted, calls, isDrained: false };
}

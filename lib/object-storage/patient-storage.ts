import type { SigningClock } from "../clock.ts";
import type { Effects } from "../effects.ts";
import { nextWaitMs, replyReserveMs } from "../retry.ts";
import {
  createObjectStorage,
  type ObjectStorage,
  type StorageConfig,
  type Stored,
} from "./object-storage.ts";

/** Tries of one request, within the call's deadline. */
const attemptsMax = 3;
const attemptMsMin = 50;

type Limits = { readonly storage: StorageConfig; readonly attemptTimeoutMs: number };
type Context = Pick<Effects, "now" | "sleep" | "random" | "transport"> & {
  readonly clock: SigningClock;
};

/** Object storage that is asked again after failures which can pass, while there is time. */
export function createPatientStorage(
  { storage: config, attemptTimeoutMs }: Limits,
  context: Context,
  deadlineMs: number,
): ObjectStorage {
  const leftMs = () => deadlineMs - replyReserveMs - context.now();
  const timeoutMs = () => Math.max(attemptMsMin, Math.min(attemptTimeoutMs, leftMs()));
  const storage = createObjectStorage(config, context, timeoutMs);
  const waitAfter = (attempts: number, stored: Stored<unknown>): number | undefined =>
    stored.ok || !canPass(stored.status)
      ? undefined
      : nextWaitMs({
          ...{ attempts, attemptsMax, retryAfterMs: undefined, deadlineMs },
          ...{ nowMs: context.now(), random: context.random() },
        });
  const patiently = async <T>(ask: () => Promise<Stored<T>>): Promise<Stored<T>> => {
    for (let attempts = 1; ; attempts += 1) {
      const stored = await ask();
      const waitMs = waitAfter(attempts, stored);
      if (waitMs === undefined) {
        return stored;
      }
      await context.sleep(waitMs);
    }
  };
  return {
    put: (object, body) => patiently(() => storage.put(object, body)),
    get: (object) => patiently(() => storage.get(object)),
    list: (query) => patiently(() => storage.list(query)),
    remove: (object) => patiently(() => storage.remove(object)),
  };
}

function canPass(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

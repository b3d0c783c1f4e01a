import type { Effects } from "../effects/effects.ts";
import { attemptMsMin, nextWaitMs, replyReserveMs } from "../http/backoff.ts";
import type { StorageConfig } from "../model/storage.ts";
import type { SigningClock } from "../signing/clock-skew.ts";
import {
  createStorageClient,
  type StorageClient,
  type StorageFailure,
  type StorageResult,
  toFailure,
} from "./client.ts";

/** Limit of attempts of one request. */
const attemptsMax = 3;
const timeoutMsMin = 50;
/**
 * Longest wait that a storage's `Retry-After` causes. It never uses up the time of the last attempt, because giving up
 * would lose records.
 */
const retryAfterMsMax = 5_000;

type Limits = { readonly storage: StorageConfig; readonly attemptTimeoutMs: number };
type Context = Pick<Effects, "now" | "sleep" | "random" | "transport"> & {
  readonly clock: SigningClock;
};

/** Creates a client that retries after transient failures, within the deadline in epoch milliseconds. */
export function createRetryingClient(
  { storage, attemptTimeoutMs }: Limits,
  context: Context,
  deadlineMs: number,
): StorageClient {
  const leftMs = () => deadlineMs - replyReserveMs - context.now();
  const timeoutMs = () => Math.max(timeoutMsMin, Math.min(attemptTimeoutMs, leftMs()));
  const client = createStorageClient(storage, context, timeoutMs);
  const waitAfter = (attempts: number, result: StorageResult<unknown>): number | undefined =>
    result.ok || !canPass(result.status)
      ? undefined
      : nextWaitMs({
          ...{ attempts, attemptsMax, deadlineMs },
          retryAfterMs: Math.min(
            ...[result.retryAfterMs ?? 0, retryAfterMsMax, leftMs() - attemptMsMin],
          ),
          ...{ nowMs: context.now(), random: context.random() },
        });
  return async (request, isOwnResponse) => {
    for (let attempts = 1; ; attempts += 1) {
      const result = await client(request, isOwnResponse);
      const waitMs = waitAfter(attempts, result);
      if (waitMs === undefined) {
        return result;
      }
      await context.sleep(waitMs);
    }
  };
}

function canPass(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

const over = /* @__PURE__ */ toFailure(undefined, "no time left");

/** Tells whether a request was not made because no time was left. */
export function isOverTime({ reason }: StorageFailure): boolean {
  return reason === over.reason;
}

/** Wraps a client so that it makes no request when only the time for the reply is left. */
export function untilOver(
  client: StorageClient,
  deadlineMs: number,
  now: () => number,
): StorageClient {
  return async (request, isOwnResponse) =>
    now() < deadlineMs - replyReserveMs ? client(request, isOwnResponse) : over;
}

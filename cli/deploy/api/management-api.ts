import type { Effects } from "../../../lib/effects/effects.ts";
import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { nextWaitMs } from "../../../lib/http/backoff.ts";
import { parseObject } from "../../shared/parse-object.ts";
import type { ApiCall, ApiRequest } from "../../shared/signed-call.ts";
import { ApiFailure, toFailure } from "./api-failure.ts";
import type { Place } from "./regions.ts";

export type Ask = {
  readonly method: ApiRequest["method"];
  /** Below the version's base path, each name percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  /** `untilAnswered`: the call is not idempotent, so it is only sent again where it surely was not carried out. */
  readonly again?: "always" | "untilAnswered";
};

/** Gives the answer's `content`; throws an ApiFailure. */
export type ManagementApi = (ask: Ask) => Promise<UnknownObject>;

const attemptsMax = 8;
/** Subnets are attached within minutes: 20 waits of 10 s. */
const laterAttemptsMax = 20;
const laterWaitMs = 10_000;
const retryAfterMsMax = 60_000;
const deadlineMsMax = 10 * 60_000;

type ApiEffects = Pick<Effects, "now" | "sleep" | "random"> & {
  /** Takes secrets out of what the API says. */
  readonly hide: (text: string) => string;
};

export function createManagementApi(
  call: ApiCall,
  place: Place,
  { now, sleep, random, hide }: ApiEffects,
): ManagementApi {
  return async (ask) => {
    const deadlineMs = now() + deadlineMsMax;
    for (let attempts = 1; ; attempts += 1) {
      const failure = await tryOnce(call, place, { ask, nowMs: now(), hide });
      if (!(failure instanceof ApiFailure)) {
        return failure;
      }
      const waitMs = waitAfter(failure, ask, {
        attempts,
        nowMs: now(),
        deadlineMs,
        random: random(),
      });
      if (waitMs === undefined) {
        throw failure;
      }
      await sleep(waitMs);
    }
  };
}

type Try = { readonly ask: Ask; readonly nowMs: number; readonly hide: ApiEffects["hide"] };

async function tryOnce(
  call: ApiCall,
  place: Place,
  { ask, nowMs, hide }: Try,
): Promise<UnknownObject | ApiFailure> {
  const { method, path, body, timeoutMs } = ask;
  const answer = await call({
    method,
    pathAndQuery: `${place.basePath}${path}${toQuery(place, ask.query ?? {})}`,
    ...(body === undefined ? {} : { body }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const what = `${method} ${path}`;
  if (answer.kind !== "response" || answer.status < 200 || answer.status > 299) {
    return toFailure(answer, { what, nowMs, hide });
  }
  return toContent(what, answer.body, answer.truncated);
}

function toQuery({ platform, platformIsSent }: Place, query: Readonly<Record<string, string>>) {
  const all = new URLSearchParams({ ...(platformIsSent ? { platform } : {}), ...query });
  return all.size === 0 ? "" : `?${all}`;
}

/** DELETE is answered 204 without a body. A page in place of JSON is not the API. */
function toContent(what: string, body: string, truncated: boolean): UnknownObject | ApiFailure {
  if (body.trim() === "") {
    return {};
  }
  const parsed = truncated ? undefined : parseObject(body);
  if (parsed !== undefined) {
    return isUnknownObject(parsed["content"]) ? parsed["content"] : parsed;
  }
  const facts = { errorCode: "", retry: "never", retryAfterMs: undefined } as const;
  return new ApiFailure(`${what}: the answer is not JSON: is this the API?`, {
    ...facts,
    isUncertain: true,
    isAbsent: false,
    isConflict: false,
  });
}

type Waiting = {
  readonly attempts: number;
  readonly nowMs: number;
  readonly deadlineMs: number;
  readonly random: number;
};

function waitAfter(failure: ApiFailure, { again = "always" }: Ask, waiting: Waiting) {
  if (failure.retry === "never" || (again === "untilAnswered" && failure.isUncertain)) {
    return undefined;
  }
  const isLater = failure.retry === "later";
  const askedMs = Math.min(failure.retryAfterMs ?? 0, retryAfterMsMax);
  return nextWaitMs({
    ...waiting,
    attemptsMax: isLater ? laterAttemptsMax : attemptsMax,
    retryAfterMs: isLater ? Math.max(laterWaitMs, askedMs) : askedMs,
  });
}

export function actionPath(packageName: string, name: string): string {
  return `/packages/${encodeURIComponent(packageName)}/actions/${encodeURIComponent(name)}`;
}

export function triggerPath(name: string): string {
  return `/triggers/${encodeURIComponent(name)}`;
}

/** Undefined where the API says that there is no such thing. */
export async function findContent(
  api: ManagementApi,
  path: string,
): Promise<UnknownObject | undefined> {
  try {
    return await api({ method: "GET", path });
  } catch (error) {
    if (error instanceof ApiFailure && error.isAbsent) {
      return undefined;
    }
    throw error;
  }
}

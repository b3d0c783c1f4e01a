import type { Effects } from "../../../lib/effects/effects.ts";
import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { nextWaitMs } from "../../../lib/http/backoff.ts";
import { parseObject } from "../../shared/parse-object.ts";
import type { ApiCall, ApiRequest } from "../../shared/signed-call.ts";
import { type AdviceFor, ApiFailure, hasError, toFailure } from "./api-failure.ts";
import type { DeployLocation } from "./regions.ts";

export type ManagementRequest = {
  readonly method: ApiRequest["method"];
  /** The path below the version's base path, with each name percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  /**
   * `untilAnswered`: the request is not idempotent, so it is sent again only if the earlier attempt surely
   * had no effect.
   */
  readonly again?: "always" | "untilAnswered";
};

/** Sends a request and returns the response's `content`. Throws an ApiFailure. */
export type ManagementApi = (request: ManagementRequest) => Promise<UnknownObject>;

const attemptsMax = 8;
/** A subnet is attached within minutes, so 20 attempts 10 s apart are enough. */
const laterAttemptsMax = 20;
const laterWaitMs = 10_000;
const retryAfterMsMax = 60_000;
const deadlineMsMax = 10 * 60_000;

type ApiEffects = Pick<Effects, "now" | "sleep" | "random"> & {
  /** Removes secrets from what the API returned. */
  readonly hide: (text: string) => string;
  readonly adviceFor?: AdviceFor | undefined;
};

/** The path of an API below its origin. Some requests name the platform too. */
type ApiPlace = Pick<DeployLocation, "platform" | "platformIsSent"> & { readonly basePath: string };

export function createManagementApi(
  call: ApiCall,
  place: ApiPlace,
  { now, sleep, random, hide, adviceFor }: ApiEffects,
): ManagementApi {
  return async (request) => {
    const deadlineMs = now() + deadlineMsMax;
    for (let attempts = 1; ; attempts += 1) {
      const failure = await tryOnce(call, place, { request, nowMs: now(), hide, adviceFor });
      if (!(failure instanceof ApiFailure)) {
        return failure;
      }
      const waitMs = waitAfter(failure, request, {
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

type AttemptContext = {
  readonly request: ManagementRequest;
  readonly nowMs: number;
  readonly hide: ApiEffects["hide"];
  readonly adviceFor?: AdviceFor | undefined;
};

async function tryOnce(
  call: ApiCall,
  place: ApiPlace,
  { request, ...told }: AttemptContext,
): Promise<UnknownObject | ApiFailure> {
  const { method, path, body, timeoutMs } = request;
  const response = await call({
    method,
    pathAndQuery: `${place.basePath}${path}${toQuery(place, request.query ?? {})}`,
    ...(body === undefined ? {} : { body }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  const what = `${method} ${path}`;
  if (response.kind !== "response" || response.status < 200 || response.status > 299) {
    return toFailure(response, { what, ...told });
  }
  const content = parseContent(what, response.body, response.truncated);
  return !(content instanceof ApiFailure) && hasError(content)
    ? toFailure(response, { what, ...told })
    : content;
}

function toQuery({ platform, platformIsSent }: ApiPlace, query: Readonly<Record<string, string>>) {
  const all = new URLSearchParams({ ...(platformIsSent ? { platform } : {}), ...query });
  return all.size === 0 ? "" : `?${all}`;
}

/**
 * Parses a successful response. DELETE returns 204 without a body. A response that is not JSON does not
 * come from the API.
 */
function parseContent(what: string, body: string, truncated: boolean): UnknownObject | ApiFailure {
  if (body.trim() === "") {
    return {};
  }
  const parsed = truncated ? undefined : (parseObject(body) ?? parseList(body));
  if (parsed !== undefined) {
    return [parsed["content"], parsed["data"]].find(isUnknownObject) ?? parsed;
  }
  const facts = {
    status: undefined,
    errorCode: "",
    retry: "never",
    retryAfterMs: undefined,
  } as const;
  return new ApiFailure(`${what}: the answer is not JSON: is this the API?`, {
    ...facts,
    isUncertain: true,
    isAbsent: false,
    isConflict: false,
  });
}

/** Other services of NAVER Cloud answer with a list in `content`, and Apache OpenWhisk with the list alone. */
function parseList(body: string): UnknownObject | undefined {
  try {
    const content: unknown = JSON.parse(body);
    return Array.isArray(content) ? { content } : undefined;
  } catch {
    return undefined;
  }
}

type RetryState = {
  readonly attempts: number;
  readonly nowMs: number;
  readonly deadlineMs: number;
  readonly random: number;
};

function waitAfter(
  failure: ApiFailure,
  { again = "always" }: ManagementRequest,
  waiting: RetryState,
) {
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

/** Returns undefined if the API says that the resource does not exist. */
export async function findContent(
  api: ManagementApi,
  path: string,
  query: NonNullable<ManagementRequest["query"]> = {},
): Promise<UnknownObject | undefined> {
  try {
    return await api({ method: "GET", path, query });
  } catch (error) {
    if (error instanceof ApiFailure && error.isAbsent) {
      return undefined;
    }
    throw error;
  }
}

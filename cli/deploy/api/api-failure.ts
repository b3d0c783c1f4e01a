import { requestIdOf } from "../../../lib/data-stream/request-id.ts";
import type { HttpResponse } from "../../../lib/effects/transport.ts";
import { isUnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { retryAfterMsOf } from "../../../lib/http/backoff.ts";
import { otherProtocolOf } from "../../../lib/http/response.ts";
import { parseObject } from "../../shared/parse-object.ts";

export type RetryAdvice = "now" | "later" | "never";

/** Reports a request to the management API that failed. The message contains no value of ours. */
export class ApiFailure extends Error {
  override name = "ApiFailure";
  readonly errorCode: string;
  readonly retry: RetryAdvice;
  readonly retryAfterMs: number | undefined;
  /** The API may have carried the request out although it failed for us. */
  readonly isUncertain: boolean;
  /** The API itself, and not its gateway, says that the resource does not exist. */
  readonly isAbsent: boolean;
  readonly isConflict: boolean;
  /** The key pair is known and may not do this. */
  readonly isForbidden: boolean;

  constructor(message: string, facts: FailureFacts) {
    super(message);
    this.errorCode = facts.errorCode;
    this.retry = facts.retry;
    this.retryAfterMs = facts.retryAfterMs;
    this.isUncertain = facts.isUncertain;
    this.isAbsent = facts.isAbsent;
    this.isConflict = facts.isConflict;
    this.isForbidden = facts.isForbidden ?? false;
  }
}

type FailureFacts = Pick<
  ApiFailure,
  "errorCode" | "retry" | "retryAfterMs" | "isUncertain" | "isAbsent" | "isConflict"
> & { readonly isForbidden?: boolean };

/**
 * The gateway's own codes have three digits, those of Cloud Functions have five. NAVER Cloud API guide,
 * "API Gateway overview" (https://api.ncloud-docs.com, read in November 2026).
 */
const gatewayNotFound = "300";
const permissionDenied = "210";
/**
 * These codes pass by themselves, so a later attempt can succeed. All others, such as
 * ACTION_BODY_INVALID_TYPE, are final.
 */
const passingCodes = new Set([
  // Seen in public code with HTTP 400 and the text "Please try again in a few minutes".
  "80031",
  // Documented on "Delete Action" with HTTP 500: a subnet is being attached or detached.
  "81313",
  "81314",
]);
/** ACTION_PLATFORM_MISMATCH and TRIGGER_PLATFORM_MISMATCH. */
const platformMismatch = ["80302", "80502"];
const messageCharactersMax = 200;

type FailureContext = {
  readonly what: string;
  readonly nowMs: number;
  /** Removes secrets from a text. It runs before the text is cut, because a cut could leave half a secret. */
  readonly hide: (text: string) => string;
  /** Says what to do about a failure. By default it speaks of Cloud Functions. */
  readonly adviceFor?: AdviceFor | undefined;
};

export type AdviceFor = (status: number, errorCode: string) => string;

export function toFailure(
  response: HttpResponse,
  { what, nowMs, hide, adviceFor = adviceForFunctions }: FailureContext,
): ApiFailure {
  if (response.kind === "noResponse") {
    return new ApiFailure(
      `${what}: ${otherProtocolOf(response) ?? "no answer"} (${response.code})`,
      {
        errorCode: "",
        retry: "now",
        retryAfterMs: undefined,
        isUncertain: response.sent === "unknown",
        isAbsent: false,
        isConflict: false,
      },
    );
  }
  const { status, headers } = response;
  const { errorCode, message, isDescribed } = readError(response.body, hide);
  const requestId = requestIdOf(headers);
  const parts = [
    `HTTP ${status}`,
    ...(errorCode === "" ? [] : [`code ${errorCode}`]),
    ...(message === "" ? [] : [message]),
    ...(requestId === undefined ? [] : [`request ${toPlainText(hide(requestId))}`]),
  ];
  return new ApiFailure(
    `${what}: ${parts.join(", ").replace(/\.$/, "")}${adviceFor(status, errorCode)}`,
    {
      errorCode,
      retry: retryFor(status, errorCode),
      retryAfterMs: retryAfterMsOf(headers, nowMs),
      // A gateway that gave up waiting does not know whether the API carried the request out.
      isUncertain: status >= 500 || status === 408,
      isAbsent: status === 404 && isDescribed && errorCode !== gatewayNotFound,
      isConflict: status === 409,
      isForbidden: status === 403 || (status === 401 && errorCode === permissionDenied),
    },
  );
}

function retryFor(status: number, errorCode: string): RetryAdvice {
  if (passingCodes.has(errorCode)) {
    return "later";
  }
  return status === 408 || status === 429 || status >= 500 ? "now" : "never";
}

/**
 * Reads `error.errorCode`, `error.message` and `error.details` (NAVER Cloud API guide, "Cloud Functions
 * overview", https://api.ncloud-docs.com, read in November 2026). Each of them may be absent.
 */
function readError(body: string, hide: FailureContext["hide"]) {
  const given = parseObject(body)?.["error"];
  const error = isUnknownObject(given) ? given : undefined;
  const { errorCode, message, details } = error ?? {};
  const texts = [message, details].filter((text) => typeof text === "string" && text !== "");
  return {
    errorCode: toPlainText(hide(textOrEmpty(errorCode))),
    message: toPlainText(hide([...new Set(texts)].join(": "))),
    isDescribed: error !== undefined,
  };
}

/** Accepts text and numbers only: an object from outside can define a `toString` that is not a function. */
function textOrEmpty(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/**
 * Makes a message printable: the gateway's messages contain HTML, and text from outside could contain
 * escape sequences of a terminal.
 */
export function toPlainText(value: unknown): string {
  return (
    String(value)
      // The pattern excludes `<` within a tag, so every character is looked at once.
      .replaceAll(/<[^<>]{0,100}>/g, " ")
      // Replaces control and format characters, line ends included.
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
      .replaceAll(/ {2,}/g, " ")
      .trim()
      .slice(0, messageCharactersMax)
  );
}

function adviceForFunctions(status: number, errorCode: string): string {
  if (status === 401 && errorCode === permissionDenied) {
    return ". The key pair is known and may not do this: give its Sub Account NCP_VPC_CLOUD_FUNCTIONS_MANAGER";
  }
  if (status === 401) {
    return ". Check the key pair, and this machine's clock: 5 minutes of difference are refused";
  }
  if (status === 403) {
    return ". Give the key pair's Sub Account NCP_VPC_CLOUD_FUNCTIONS_MANAGER, and look at its allowed sources";
  }
  if (platformMismatch.includes(errorCode)) {
    return ". It is there on the other platform: delete it in the console, or choose another prefix";
  }
  return status === 404 && errorCode === gatewayNotFound
    ? ". The gateway does not know this path: check region and --endpoint"
    : "";
}

import { requestIdOf } from "../../../lib/data-stream/request-id.ts";
import type { HttpResponse } from "../../../lib/effects/transport.ts";
import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { retryAfterMsOf } from "../../../lib/http/backoff.ts";
import { otherProtocolOf } from "../../../lib/http/response.ts";
import { type Page, toPage } from "../../shared/page.ts";
import { parseObject } from "../../shared/parse-object.ts";
import { anchorOf, findKnownError, type KnownError } from "./known-errors.ts";

export type RetryAdvice = "now" | "later" | "never";

/** Reports a request to the management API that failed. The message contains no value of ours. */
export class ApiFailure extends Error {
  override name = "ApiFailure";
  /** The HTTP status; undefined without a response of the API. */
  readonly status: number | undefined;
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
  /** Says what the error means and what to do. */
  readonly page: Page;

  constructor(message: string, facts: FailureFacts) {
    super(message);
    this.status = facts.status;
    this.errorCode = facts.errorCode;
    this.retry = facts.retry;
    this.retryAfterMs = facts.retryAfterMs;
    this.isUncertain = facts.isUncertain;
    this.isAbsent = facts.isAbsent;
    this.isConflict = facts.isConflict;
    this.isForbidden = facts.isForbidden ?? false;
    this.page = toPage(facts.anchor ?? "deploy-api");
  }
}

type FailureFacts = Pick<
  ApiFailure,
  "status" | "errorCode" | "retry" | "retryAfterMs" | "isUncertain" | "isAbsent" | "isConflict"
> & {
  readonly isForbidden?: boolean;
  /** The place of a known error in docs/troubleshooting.md. */
  readonly anchor?: string;
};

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
const messageCharactersMax = 200;

type FailureContext = {
  readonly what: string;
  readonly nowMs: number;
  /** Removes secrets from a text. It runs before the text is cut, because a cut could leave half a secret. */
  readonly hide: (text: string) => string;
  /** Says what to do about a failure of another service than Cloud Functions; empty if it knows nothing of its own. */
  readonly adviceFor?: AdviceFor | undefined;
};

export type AdviceFor = (status: number, errorCode: string) => string;

export function toFailure(
  response: HttpResponse,
  { what, nowMs, hide, adviceFor }: FailureContext,
): ApiFailure {
  if (response.kind === "noResponse") {
    return new ApiFailure(
      `${what}: ${otherProtocolOf(response) ?? "no answer"} (${response.code})`,
      {
        status: undefined,
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
  const known = findKnownError({ status, errorCode, text: message });
  const advice = adviceFor?.(status, errorCode) || toAdvice(known);
  return new ApiFailure(`${what}: ${parts.join(", ").replace(/\.$/, "")}${advice}`, {
    ...(known === undefined ? {} : { anchor: anchorOf(known) }),
    status,
    errorCode,
    retry: retryFor(status, errorCode),
    retryAfterMs: retryAfterMsOf(headers, nowMs),
    // A gateway that gave up waiting does not know whether the API carried the request out.
    isUncertain: status >= 500 || status === 408,
    isAbsent: status === 404 && isDescribed && errorCode !== gatewayNotFound,
    isConflict: status === 409,
    isForbidden: isForbiddenBy(status, errorCode),
  });
}

function isForbiddenBy(status: number, errorCode: string): boolean {
  return status === 403 || (status === 401 && errorCode === permissionDenied);
}

function retryFor(status: number, errorCode: string): RetryAdvice {
  if (passingCodes.has(errorCode)) {
    return "later";
  }
  return status === 408 || status === 429 || status >= 500 ? "now" : "never";
}

/** Recognizes a failure that is reported with a status of success, as other services of NAVER Cloud do. */
export function hasError({ error, errorCode, responseError }: UnknownObject): boolean {
  return [error, errorCode, responseError].some((field) => (field ?? null) !== null);
}

type ErrorFields = {
  readonly code?: unknown;
  readonly texts?: readonly unknown[];
  /** True if the API itself describes the error. */
  readonly isDescribed: boolean;
};

function readError(body: string, hide: FailureContext["hide"]) {
  const { code, texts = [], isDescribed } = findError(parseObject(body) ?? {});
  const told = texts.filter((text) => typeof text === "string" && text !== "");
  return {
    errorCode: toPlainText(hide(textOrEmpty(code))),
    message: toPlainText(hide([...new Set(told)].join(": "))),
    isDescribed,
  };
}

/** The textual codes of version 3. Other services write a sentence into the same field. */
const textualCode = /^[A-Z][A-Za-z]{2,60}$/;

/**
 * Finds the error in its documented forms: `error.errorCode`, `error.message` and `error.details` (NAVER Cloud API guide,
 * "Cloud Functions overview", https://api.ncloud-docs.com, read in November 2026), each of which may be absent; a
 * textual code in `error` in version 3. Other services of NAVER Cloud were seen to answer with `responseError`, with
 * `errorCode` beside nothing, and with `timestamp`, `status`, `error`, `message`.
 */
function findError(body: UnknownObject): ErrorFields {
  const { error, message, details, responseError, errorCode, timestamp } = body;
  if (isUnknownObject(error)) {
    const code = error["errorCode"] ?? error["code"];
    return { code, texts: [error["message"], error["details"]], isDescribed: true };
  }
  if (isUnknownObject(responseError)) {
    const { returnCode, returnMessage } = responseError;
    return { code: returnCode, texts: [returnMessage], isDescribed: false };
  }
  if (typeof error === "string" && textualCode.test(error) && timestamp === undefined) {
    return { code: error, texts: [message, details], isDescribed: true };
  }
  return { code: errorCode, texts: [error, message, details], isDescribed: false };
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

function toAdvice(known: KnownError | undefined): string {
  return known === undefined ? "" : `. ${known.means}. ${known.todo}`;
}

import type { HttpResponse } from "../../../lib/effects/transport.ts";
import { isUnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { retryAfterMsOf } from "../../../lib/http/backoff.ts";
import { otherProtocolOf } from "../../../lib/http/client.ts";
import { parseObject } from "../../shared/parse-object.ts";

export type Retry = "now" | "later" | "never";

/** A call of the management API that did not do what it was asked. Its message names no value of ours. */
export class ApiFailure extends Error {
  override name = "ApiFailure";
  readonly errorCode: string;
  readonly retry: Retry;
  readonly retryAfterMs: number | undefined;
  /** The call may have been carried out all the same. */
  readonly isUncertain: boolean;
  /** The API, and not its gateway, says that the resource does not exist. */
  readonly isAbsent: boolean;
  readonly isConflict: boolean;

  constructor(message: string, facts: FailureFacts) {
    super(message);
    this.errorCode = facts.errorCode;
    this.retry = facts.retry;
    this.retryAfterMs = facts.retryAfterMs;
    this.isUncertain = facts.isUncertain;
    this.isAbsent = facts.isAbsent;
    this.isConflict = facts.isConflict;
  }
}

type FailureFacts = Pick<
  ApiFailure,
  "errorCode" | "retry" | "retryAfterMs" | "isUncertain" | "isAbsent" | "isConflict"
>;

/** The gateway's own codes are three digits ("API Gateway overview"); those of Cloud Functions are five. */
const gatewayNotFound = "300";
/** ACTION_BODY… and alike are final; these pass by themselves. */
const passingCodes = new Set([
  // Seen in public code as HTTP 400: "Please try again in a few minutes".
  "80031",
  // "Delete Action", HTTP 500: a subnet is being attached, or detached.
  "81313",
  "81314",
]);
/** ACTION_PLATFORM_MISMATCH and TRIGGER_PLATFORM_MISMATCH. */
const platformMismatch = ["80302", "80502"];
const messageCharactersMax = 200;

type Context = {
  readonly what: string;
  readonly nowMs: number;
  /** Takes secrets out: before a text is cut, or a half of one would be left. */
  readonly hide: (text: string) => string;
};

export function toFailure(answer: HttpResponse, { what, nowMs, hide }: Context): ApiFailure {
  if (answer.kind === "noResponse") {
    return new ApiFailure(`${what}: ${otherProtocolOf(answer) ?? "no answer"} (${answer.code})`, {
      errorCode: "",
      retry: "now",
      retryAfterMs: undefined,
      isUncertain: answer.sent === "unknown",
      isAbsent: false,
      isConflict: false,
    });
  }
  const { status, headers } = answer;
  const { errorCode, message, isDescribed } = readError(answer.body, hide);
  const requestId = headers["x-ncp-apigw-request-id"];
  const parts = [
    `HTTP ${status}`,
    ...(errorCode === "" ? [] : [`code ${errorCode}`]),
    ...(message === "" ? [] : [message]),
    ...(typeof requestId === "string" ? [`request ${toPlainText(requestId)}`] : []),
  ];
  return new ApiFailure(
    `${what}: ${parts.join(", ").replace(/\.$/, "")}${adviceFor(status, errorCode)}`,
    {
      errorCode,
      retry: retryFor(status, errorCode),
      retryAfterMs: retryAfterMsOf(headers, nowMs),
      // A gateway that has waited for long enough does not know either.
      isUncertain: status >= 500 || status === 408,
      isAbsent: status === 404 && isDescribed && errorCode !== gatewayNotFound,
      isConflict: status === 409,
    },
  );
}

function retryFor(status: number, errorCode: string): Retry {
  if (passingCodes.has(errorCode)) {
    return "later";
  }
  return status === 408 || status === 429 || status >= 500 ? "now" : "never";
}

/** `error.errorCode`, `error.message`, `error.details` ("Cloud Functions overview"), all of them optional here. */
function readError(body: string, hide: Context["hide"]) {
  const given = parseObject(body)?.["error"];
  const error = isUnknownObject(given) ? given : undefined;
  const { errorCode, message, details } = error ?? {};
  const texts = [message, details].filter((text) => typeof text === "string" && text !== "");
  return {
    errorCode: toPlainText(hide(toText(errorCode))),
    message: toPlainText(hide([...new Set(texts)].join(": "))),
    isDescribed: error !== undefined,
  };
}

/** Of text and numbers only: an object from outside can name a `toString` that is no function. */
function toText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The gateway's messages have HTML in them, and what comes from outside could hold a terminal's commands. */
export function toPlainText(value: unknown): string {
  return (
    String(value)
      // No tag begins in a tag: every character is looked at once.
      .replaceAll(/<[^<>]{0,100}>/g, " ")
      // Control and format characters, the lines' ends included.
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
      .replaceAll(/ {2,}/g, " ")
      .trim()
      .slice(0, messageCharactersMax)
  );
}

function adviceFor(status: number, errorCode: string): string {
  if (status === 401 && errorCode === "210") {
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

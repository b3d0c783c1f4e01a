import { type Bag, isBag } from "../bag.ts";
import type { Faulted, Refused, Unavailable } from "../outcome.ts";
import type { StreamRecord } from "../record.ts";

export const producePath = "/api/produce";

/** The request body of `POST /api/produce`: one message. */
export function toProduceBody({ topic, key, value, partition }: StreamRecord): string {
  return JSON.stringify({ topic, key, value, partition });
}

export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly truncated: boolean;
  readonly retryAfterMs: number | undefined;
};

/** What an answer of the API means for the record that was sent. */
export type Verdict = { readonly kind: "delivered" } | Refused | Faulted | Unavailable;

/** Turns any answer, the API's or not, into a verdict. Never throws. */
export function toVerdict(answer: Answer): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) {
    return fromSuccess(answer);
  }
  if (status === 408 || status === 429 || status >= 500) {
    return fromOutage(answer);
  }
  return fromRejection(answer);
}

// Other NAVER Cloud services wrap a failure in HTTP 200 under one of these names.
const errorFields = ["error", "errorCode", "responseError"];
const acknowledgedStatuses = [200, 201, 202];

function fromSuccess(answer: Answer): Verdict {
  const isReply = !answer.truncated && isAcknowledgement(answer.body);
  if (acknowledgedStatuses.includes(answer.status) && isReply) {
    return { kind: "delivered" };
  }
  return {
    kind: "unavailable",
    code: "STREAM_NOT_THE_API",
    reason:
      `HTTP ${answer.status} with a body that is not the produce API's, which acknowledges ` +
      "nothing: check DATASTREAM_ENDPOINT",
    retryAfterMs: answer.retryAfterMs,
  };
}

/** The documents' table says that `status` is a number, and their example shows text. */
function isAcknowledgement(body: string): boolean {
  if (body.trim() === "") {
    return true;
  }
  const reply = parseObject(body);
  if (reply === undefined || errorFields.some((name) => Object.hasOwn(reply, name))) {
    return false;
  }
  const { status } = reply;
  return status === undefined || /^2\d\d$/.test(String(status));
}

function fromOutage({ status, body, retryAfterMs }: Answer): Verdict {
  const throttled = status === 429;
  return {
    kind: "unavailable",
    code: throttled ? "STREAM_THROTTLED" : "STREAM_UNAVAILABLE",
    reason: throttled
      ? `HTTP 429${described(body)}: over a quota or rate of the API, or 1 MB/s of a partition`
      : `HTTP ${status}${described(body)}: the stream is not serving`,
    retryAfterMs,
  };
}

function fromRejection({ status, body }: Answer): Verdict {
  const { code, text } = readError(body);
  const faulted = (code: Faulted["code"], advice: string): Verdict => ({
    kind: "faulted",
    code,
    reason: `HTTP ${status}${described(body)}: ${advice}`,
  });
  switch (status) {
    case 400:
      return fromBadRequest(text, faulted) ?? refusedRecord(status, body);
    case 401:
      // Permission denied is HTTP 401 too; only the gateway's code tells it from a bad signature.
      return code === "210"
        ? faulted("STREAM_FORBIDDEN", permissionAdvice)
        : faulted("STREAM_UNAUTHENTICATED", authenticationAdvice);
    case 403:
      return faulted("STREAM_FORBIDDEN", permissionAdvice);
    case 404:
      return faulted(
        "STREAM_NOT_FOUND",
        "check the topic's full name, with the account's prefix, and DATASTREAM_ENDPOINT",
      );
    case 413:
      return {
        kind: "refused",
        code: "RECORD_TOO_LARGE",
        reason: "the stream refused the record as too large (HTTP 413)",
      };
    default:
      return status >= 300 && status < 400
        ? faulted("STREAM_REDIRECTED", "redirects are not followed: correct DATASTREAM_ENDPOINT")
        : faulted("STREAM_REJECTED", "the API refuses the request");
  }
}

const authenticationAdvice =
  "check NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY; use a Sub Account's key pair, not the main " +
  "account's; check the clock (5 minutes)";
const permissionAdvice =
  "check the Sub Account's Data Stream policy and its key's allowed source addresses";

function fromBadRequest(
  text: string,
  faulted: (code: Faulted["code"], advice: string) => Verdict,
): Verdict | undefined {
  if (/invalid headers/i.test(text)) {
    return faulted("STREAM_REJECTED", "the API refuses the headers");
  }
  if (/invalid topic partition/i.test(text)) {
    return faulted(
      "STREAM_REJECTED",
      "no such partition: check DATASTREAM_PARTITIONS and fixed partitions",
    );
  }
  return undefined;
}

function refusedRecord(status: number, body: string): Refused {
  return {
    kind: "refused",
    code: "RECORD_REFUSED",
    reason: `HTTP ${status}${described(body)}: the stream refused this record`,
  };
}

/**
 * Code and text of an error body: the API's own (`status`, `detail`) or its gateway's wrapper, whose
 * `errorCode` is documented as a number and shown as text. Empty when it is neither.
 */
function readError(body: string): { readonly code: string; readonly text: string } {
  const reply = parseObject(body) ?? {};
  const { errorCode, message, details } = isBag(reply["error"]) ? reply["error"] : {};
  return { code: String(errorCode ?? ""), text: [reply["detail"], message, details].join(" ") };
}

/**
 * Names the gateway's code only: an error's text can quote the request (a key, a header), and
 * reasons reach the log.
 */
function described(body: string): string {
  const { code } = readError(body);
  return /^\d{1,5}$/.test(code) ? ` (code ${code})` : "";
}

function parseObject(text: string): Bag | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isBag(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

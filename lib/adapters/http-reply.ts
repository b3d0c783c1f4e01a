import type { CallResult, Ending, RefusalCode } from "../model/result.ts";

/** What a sender over HTTP gets, before a platform's own form of it. */
export type HttpReply = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: an answer without a body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
};

/** Asked of senders where the stream itself names no time. */
const retryAfterSecondsDefault = 10;
/** …and the most that is asked of them, whatever the stream asks of us. */
const retryAfterSecondsMax = 3_600;

const statusOfRefusal = {
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  BODY_TOO_LARGE: 413,
  BODY_NOT_BASE64: 400,
  BODY_NOT_JSON: 400,
  BODY_NOT_TEXT: 415,
  BODY_NOT_SPLIT: 400,
  UNAUTHENTICATED: 401,
  UNKNOWN_EVENT: 400,
  RECORD_TOO_LARGE: 413,
  RECORD_REFUSED: 500,
} as const satisfies Record<RefusalCode, number>;

/** The one table from an outcome to the answer over HTTP. 2xx only for what is safe or unwanted. */
export function toHttpReply(outcome: CallResult): HttpReply {
  const answer = toReply(outcome);
  return outcome.expectsNoContent && answer.statusCode === 200 ? reply(204, undefined) : answer;
}

function toReply({ ending, ids }: CallResult): HttpReply {
  switch (ending.kind) {
    case "healthy":
      return reply(200, { status: "ok" });
    case "answered":
      return reply(ending.status, ending.body);
    case "delivered":
    case "stored":
      return reply(200, { status: ending.kind, ...toIds(ids) });
    case "ignored":
      return reply(200, { status: "ignored" });
    case "refused":
      return refusal(ending);
    case "faulted":
      // Details of a setting or an account are for the log. Raw HTTP is named: whoever sees this
      // reply is most likely the person who just deployed the function.
      return ending.code === "RAW_HTTP_OFF"
        ? reply(500, { status: "failed", reason: ending.reason })
        : reply(500, { status: "failed" });
    case "unavailable":
      return unavailable(ending.retryAfterMs);
    case "notAttempted":
      return unavailable(undefined);
  }
}

/** Ids beyond these are left out: an answer stays small however many records there were. */
const idsInReplyMax = 100;

/** A body that made no record has none. */
function toIds(ids: readonly string[]) {
  if (ids.length === 0) {
    return {};
  }
  return ids.length === 1
    ? { id: ids[0] }
    : { count: ids.length, ids: ids.slice(0, idsInReplyMax) };
}

function refusal({
  code,
  reason,
  allow = "GET, HEAD, POST",
}: Extract<Ending, { kind: "refused" }>): HttpReply {
  const statusCode = statusOfRefusal[code];
  switch (code) {
    case "UNAUTHENTICATED":
      // No hint which check failed.
      return reply(statusCode, { status: "refused", reason: "unauthenticated" });
    case "RECORD_REFUSED":
      return reply(statusCode, { status: "failed" });
    default:
      return reply(
        statusCode,
        { status: "refused", reason },
        code === "METHOD_NOT_ALLOWED" ? { allow } : {},
      );
  }
}

function unavailable(retryAfterMs: number | undefined): HttpReply {
  const seconds =
    retryAfterMs === undefined ? retryAfterSecondsDefault : Math.ceil(retryAfterMs / 1_000);
  const asked = Math.min(seconds, retryAfterSecondsMax);
  return reply(
    503,
    { status: "failed", reason: "the stream cannot take the event now: send it again later" },
    { "retry-after": String(asked) },
  );
}

function reply(
  statusCode: number,
  body: HttpReply["body"],
  headers: HttpReply["headers"] = {},
): HttpReply {
  return { statusCode, headers: { "content-type": "application/json", ...headers }, body };
}

/** Why a call that is not HTTP counts as failed, or undefined when it went well. */
export function toErrorText({ ending, counts }: CallResult): string | undefined {
  const { refused, failed, notAttempted } = counts;
  if (refused + failed + notAttempted === 0) {
    return undefined;
  }
  const code = "code" in ending ? `${ending.code}: ` : "";
  return `${code}${refused} refused, ${failed} failed, ${notAttempted} not attempted`;
}

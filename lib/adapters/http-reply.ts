import { isText } from "../encoding/unknown-object.ts";
import type { CallResult, Ending, RefusalCode } from "../model/result.ts";

/** The response to an HTTP sender, before an adapter gives it the platform's form. */
export type HttpReply = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text as it is sent, or an object to send as JSON. Absent: the response has no body. */
  readonly body: string | Readonly<Record<string, unknown>> | undefined;
};

/** `Retry-After` for senders if the stream names no time. */
const retryAfterSecondsDefault = 10;
/** Largest `Retry-After` for senders. */
const retryAfterSecondsMax = 3_600;

const statusOfRefusal = {
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  BODY_TOO_LARGE: 413,
  BODY_NOT_BASE64: 400,
  BODY_NOT_JSON: 400,
  BODY_NOT_TEXT: 415,
  BODY_NOT_SPLIT: 400,
  BODY_INVALID: 422,
  UNAUTHENTICATED: 401,
  UNKNOWN_EVENT: 400,
  RECORD_TOO_LARGE: 413,
  RECORD_REFUSED: 500,
} as const satisfies Record<RefusalCode, number>;

const textType = "text/plain; charset=utf-8";

/** Maps a result to the HTTP response. Only delivered, stored and ignored events get a 2xx. */
export function toHttpReply(result: CallResult): HttpReply {
  const { ending, reply: form = { status: 200, body: "json" } } = result;
  const { statusCode, headers, body } = toReply(result);
  // The sender of a challenge expects one response only, and a health check asks for no sender.
  if (ending.kind === "answered") {
    return { statusCode, headers, body };
  }
  const status = statusCode === 200 && ending.kind !== "healthy" ? form.status : statusCode;
  return {
    statusCode: status,
    // An empty text is valid, an empty JSON text is not.
    headers: form.body === "none" ? { ...headers, "content-type": textType } : headers,
    body: status === 204 || form.body === "none" ? undefined : body,
  };
}

/** Returns a body as it is sent; an empty text for none. */
export function toBodyText(body: HttpReply["body"] = ""): string {
  return isText(body) ? body : JSON.stringify(body);
}

function toReply({ ending, ids }: CallResult): HttpReply {
  switch (ending.kind) {
    case "healthy":
      return reply(200, { status: "ok" });
    case "answered":
      return reply(ending.status, ending.body, ending.headers);
    case "delivered":
    case "stored":
      return reply(200, toSuccess(ending.kind, ids));
    case "ignored":
      return reply(200, { status: "ignored" });
    case "refused":
      return refusal(ending);
    case "faulted":
      // Details of a setting or an account are for the log only. Raw HTTP is named, because the reader of
      // this reply has most likely just deployed the function.
      return ending.code === "RAW_HTTP_OFF"
        ? reply(500, { status: "failed", reason: ending.reason })
        : reply(500, { status: "failed" });
    case "unavailable":
      return unavailable(ending.retryAfterMs);
    case "notAttempted":
      return unavailable(undefined);
  }
}

/** Limit of ids in a reply, so that it stays small. */
const idsInReplyMax = 100;

/** Returns the status with the ids. A body that became no record has none. */
function toSuccess(status: string, ids: readonly string[]): Record<string, unknown> {
  return ids.length > 1
    ? { status, count: ids.length, ids: ids.slice(0, idsInReplyMax) }
    : { status, id: ids[0] };
}

function refusal({
  code,
  reason,
  allow = "GET, HEAD, POST",
}: Extract<Ending, { kind: "refused" }>): HttpReply {
  const statusCode = statusOfRefusal[code];
  switch (code) {
    case "UNAUTHENTICATED":
      // The sender gets no hint which check failed.
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
  const type = isText(body) ? textType : "application/json";
  return { statusCode, headers: { "content-type": type, ...headers }, body };
}

import { describe, expect, test } from "vitest";
import { toHttpReply } from "../../../lib/adapters/http-reply.ts";
import {
  type CallResult,
  type Ending,
  type RefusalCode,
  toErrorText,
} from "../../../lib/model/result.ts";

const json = { "content-type": "application/json" };
const counts = { delivered: 0, stored: 0, ignored: 0, refused: 0, failed: 0, notAttempted: 0 };

function outcomeOf(ending: Ending, given: Partial<CallResult> = {}): CallResult {
  return { ending, counts, ids: ["id-1"], attempts: 1, uncertain: 0, neverSent: 0, ...given };
}

const reason = "an example";

describe("the HTTP reply", () => {
  test.for([
    [{ kind: "healthy" }, 200, { status: "ok" }],
    [{ kind: "delivered" }, 200, { status: "delivered", id: "id-1" }],
    [{ kind: "ignored", reason }, 200, { status: "ignored" }],
    [{ kind: "faulted", code: "BAD_SETTINGS", reason }, 500, { status: "failed" }],
    [{ kind: "faulted", code: "UNEXPECTED", reason }, 500, { status: "failed" }],
    [{ kind: "faulted", code: "STREAM_FORBIDDEN", reason }, 500, { status: "failed" }],
    [{ kind: "faulted", code: "RAW_HTTP_OFF", reason }, 500, { status: "failed", reason }],
  ] as const)("the reply to %o is %i %o", ([ending, statusCode, body]) => {
    expect(toHttpReply(outcomeOf(ending))).toEqual({ statusCode, headers: json, body });
  });

  test("the reply to several delivered records names all of them", () => {
    const { body } = toHttpReply(outcomeOf({ kind: "delivered" }, { ids: ["a", "b"] }));

    expect(body).toEqual({ status: "delivered", count: 2, ids: ["a", "b"] });
  });

  test.for([
    [undefined, "10"],
    [1, "1"],
    [7_000, "7"],
    [999_999_999_000, "3600"],
  ] as const)(
    "the reply to an outage of %s ms asks for a retry in %s s",
    ([retryAfterMs, seconds]) => {
      const ending = {
        kind: "unavailable",
        code: "STREAM_THROTTLED",
        reason,
        retryAfterMs,
      } as const;

      expect(toHttpReply(outcomeOf(ending)).headers["retry-after"]).toBe(seconds);
    },
  );

  test.for([
    ["METHOD_NOT_ALLOWED", 405, { status: "refused", reason }],
    ["NOT_FOUND", 404, { status: "refused", reason }],
    ["BODY_TOO_LARGE", 413, { status: "refused", reason }],
    ["BODY_NOT_BASE64", 400, { status: "refused", reason }],
    ["BODY_NOT_JSON", 400, { status: "refused", reason }],
    ["BODY_NOT_TEXT", 415, { status: "refused", reason }],
    ["UNKNOWN_EVENT", 400, { status: "refused", reason }],
    ["RECORD_TOO_LARGE", 413, { status: "refused", reason }],
    ["UNAUTHENTICATED", 401, { status: "refused", reason: "unauthenticated" }],
    ["RECORD_REFUSED", 500, { status: "failed" }],
  ] as const satisfies [RefusalCode, number, object][])(
    "the reply to the refusal %s is %i %o",
    ([code, statusCode, body]) => {
      const reply = toHttpReply(outcomeOf({ kind: "refused", code, reason }));

      const allow = code === "METHOD_NOT_ALLOWED" ? { allow: "GET, HEAD, POST" } : {};
      expect(reply).toEqual({ statusCode, headers: { ...json, ...allow }, body });
    },
  );

  test.for([
    [undefined, "10"],
    [0, "0"],
    [1, "1"],
    [1_000, "1"],
    [1_001, "2"],
    [120_000, "120"],
  ] as const)(
    "the reply to an outage that asked for %s ms has Retry-After: %s",
    ([retryAfterMs, text]) => {
      const ending = {
        kind: "unavailable",
        code: "STREAM_THROTTLED",
        reason,
        retryAfterMs,
      } as const;

      expect(toHttpReply(outcomeOf(ending))).toEqual({
        statusCode: 503,
        headers: { ...json, "retry-after": text },
        body: {
          status: "failed",
          reason: "the stream cannot take the event now: send it again later",
        },
      });
    },
  );

  test("the reply to a record that was not attempted is that of an outage", () => {
    expect(toHttpReply(outcomeOf({ kind: "notAttempted" }))).toMatchObject({
      statusCode: 503,
      headers: { "retry-after": "10" },
    });
  });
});

describe("the error of a call without HTTP", () => {
  test.for([
    ["delivered", { delivered: 3 }],
    ["stored", { stored: 3 }],
    ["ignored", { ignored: 3 }],
  ] as const)("the error is absent if all records were %s", ([, some]) => {
    const outcome = outcomeOf({ kind: "delivered" }, { counts: { ...counts, ...some } });

    expect(toErrorText(outcome)).toBeUndefined();
  });

  test.for([
    [{ refused: 1 }, "UNKNOWN_EVENT: 1 refused, 0 failed, 0 not attempted"],
    [{ failed: 2 }, "UNKNOWN_EVENT: 0 refused, 2 failed, 0 not attempted"],
    [{ notAttempted: 3 }, "UNKNOWN_EVENT: 0 refused, 0 failed, 3 not attempted"],
  ] as const)("the error for %o is %s", ([some, text]) => {
    const ending = { kind: "refused", code: "UNKNOWN_EVENT", reason } as const;

    expect(toErrorText(outcomeOf(ending, { counts: { ...counts, ...some } }))).toBe(text);
  });

  test("the error of an ending without a code has the counts only", () => {
    const outcome = outcomeOf({ kind: "notAttempted" }, { counts: { ...counts, notAttempted: 1 } });

    expect(toErrorText(outcome)).toBe("0 refused, 0 failed, 1 not attempted");
  });
});

import { describe, expect, test } from "vitest";
import { callJson, callLines } from "../../../../local/functions/host/call-line.ts";
import type { FunctionCall } from "../../../../local/functions/host/function-call.ts";

const startedMs = new Date(2026, 10, 30, 12, 0, 1).getTime();

function callOf(told: Partial<FunctionCall>): FunctionCall {
  return {
    ...{ id: "0".repeat(32), startedMs, durationMs: 21, function: "webhook", trigger: "http" },
    reply: { status: 200, headers: {}, body: Buffer.from("{}") },
    ...{ logLines: [], callerGone: false, requestIds: [], cursors: [] },
    ...told,
  };
}

function webhook(told: Partial<FunctionCall>, headers: Record<string, string> = {}, body = "{}") {
  const request = { method: "POST", path: "/webhook/github", query: "", headers };
  return callOf({ source: "github", request: { ...request, body: Buffer.from(body) }, ...told });
}

const ended = (ending: string, facts: object = {}) => ({
  message: "call ended",
  level: "info",
  ending,
  ...facts,
});

describe("the terminal's line of a call", () => {
  test.each([
    [
      "a delivered webhook",
      webhook(
        { logLines: [ended("delivered")], cursors: ["local-events/0/3"] },
        { "x-github-event": "push" },
      ),
      ["12:00:01  github push         → delivered local-events/0/3  21 ms"],
    ],
    [
      "several records",
      webhook(
        { logLines: [ended("delivered")], cursors: ["a/0/3", "a/1/0", "a/2/9"] },
        {},
        '{"type":"paid"}',
      ),
      ["12:00:01  github paid         → delivered a/0/3 and 2 more  21 ms"],
    ],
    [
      "a refusal",
      webhook({
        reply: { status: 401, headers: {}, body: Buffer.from("{}") },
        logLines: [
          ended("refused", {
            code: "UNAUTHENTICATED",
            reason: "source github: the header x-hub-signature-256 is missing",
          }),
        ],
      }),
      [
        "12:00:01  github POST         → 401 refused: the header x-hub-signature-256 is missing  21 ms",
      ],
    ],
    [
      "an outage with warnings, and a caller that hung up",
      webhook({
        callerGone: true,
        reply: { status: 503, headers: {}, body: Buffer.from("{}") },
        logLines: [
          { level: "info", message: "routine" },
          { level: "warn", message: "record not delivered", reason: "no connection" },
          { message: "own line\u001b[31m" },
          ended("unavailable", { reason: "no connection" }),
        ],
      }),
      [
        "12:00:01  github POST         → 503 failed: no connection  21 ms  (the caller had hung up)",
        "            warn: record not delivered (no connection)",
        "            own line?[31m",
      ],
    ],
    [
      "a call by hand of a function that logs nothing",
      callOf({
        ...{ function: "notice", trigger: "by-hand" },
        reply: { result: { delivered: 2, failed: 0, attempts: 5 } },
      }),
      ["12:00:01  notice by-hand      → 2 delivered  21 ms"],
    ],
    [
      "a crash",
      callOf({
        ...{ function: "bucket", trigger: "object-storage", failure: "crashed" },
        reply: { status: 502, headers: {}, body: Buffer.from('{"error":"It ended.\\nat x"}') },
      }),
      ["12:00:01  bucket object-storage  → 502 failed: crashed: It ended.  21 ms"],
    ],
  ])("%s is told", (_, call, lines) => {
    expect(callLines(call)).toEqual(lines);
  });

  test("a line is one line without hidden characters, whatever a sender says", () => {
    const [line = ""] = callLines(
      webhook(
        { logLines: [ended("delivered")] },
        {},
        JSON.stringify({ type: "a\nb\u202e\u001b[2J".repeat(99) }),
      ),
    );

    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(line.length).toBeLessThan(200);
  });
});

test("the line of --json holds no header and no body", () => {
  const call = webhook(
    { logLines: [ended("delivered")], cursors: ["a/0/3"], requestIds: ["7"] },
    { authorization: "Bearer secret", "x-github-event": "push" },
    '{"password":"secret"}',
  );

  expect(JSON.parse(callJson(call))).toEqual({
    ...{ type: "call", at: new Date(startedMs).toISOString(), id: "0".repeat(32) },
    ...{ function: "webhook", trigger: "http", source: "github", method: "POST", kind: "push" },
    ...{ status: 200, outcome: "delivered", records: ["a/0/3"], requests: ["7"], ms: 21 },
    ...{ callerGone: false, log: [] },
  });
});

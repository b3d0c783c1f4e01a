import { describe, expect, test } from "vitest";
import { explainReply } from "../../../../../cli/deploy/gateway/smoke/explain-reply.ts";
import { smokeGateway } from "../../../../../cli/deploy/gateway/smoke/smoke-gateway.ts";
import type { HttpRequest, HttpResponse } from "../../../../../lib/effects/transport.ts";

function response(status: number, body: unknown): HttpResponse {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { kind: "response", status, headers: {}, body: text, truncated: false } as never;
}

const error = (errorCode: string) => ({ error: { errorCode, message: "x" } });
const refused = { status: "refused", reason: "unauthenticated" };

describe("the reply to a call through API Gateway", () => {
  test.for([
    [401, refused, "own", "HTTP 401 of the function: unauthenticated"],
    [401, error("210"), "wrong", "asks for an API key"],
    [401, error("200"), "wrong", "asks for an API key"],
    [403, error("230"), "wrong", "refuses the caller"],
    [404, error("300"), "passing", "the stage was not deployed with it, or not yet"],
    [404, "", "passing", "the stage was not deployed with it, or not yet"],
    [429, error("410"), "passing", "throttle"],
    [413, error("430"), "wrong", "too large"],
    [503, error("500"), "passing", "does not reach the action"],
    [504, error("510"), "wrong", "gave up waiting"],
    [202, { activationId: "0a" }, "wrong", "its reply not awaited"],
    [502, { error: "x", code: "y" }, "wrong", "the action failed"],
    [200, "<html><body>hello", "wrong", "a proxy or a console answered"],
    [200, { hello: 1 }, "wrong", "not an answer of webhook"],
    [500, { status: "failed", reason: "raw HTTP is off" }, "own", "raw HTTP is off"],
  ] as const)("HTTP %i with %j is %s: %s", ([status, body, kind, text]) => {
    const reply = explainReply(response(status, body), false);

    expect(reply.kind).toBe(kind);
    expect(reply.line).toContain(text);
  });

  test("a 401 without a body is the function's only for a source whose replies have none", () => {
    expect(explainReply(response(401, ""), true).kind).toBe("own");
    expect(explainReply(response(401, ""), false).kind).toBe("wrong");
  });
});

describe("the smoke call", () => {
  const secret = "0123456789abcdef0123";

  async function run(
    replies: readonly HttpResponse[],
    parameters: Readonly<Record<string, string>>,
    source?: string,
  ) {
    const requests: HttpRequest[] = [];
    const sleeps: number[] = [];
    const smoke = await smokeGateway({
      ...{ url: "https://abc.apigw.ntruss.com/hooks/v1/webhook", parameters, source },
      standIn: undefined,
      effects: {
        now: () => 1_700_000_000_000,
        newId: () => "id-1",
        sleep: async (ms) => {
          sleeps.push(ms);
        },
        transport: async (request) => {
          requests.push(request);
          return replies[Math.min(requests.length, replies.length) - 1] as HttpResponse;
        },
      },
    });
    return { smoke, requests, sleeps };
  }

  const github = {
    WEBHOOK_SOURCES: JSON.stringify({ open: { verifier: "none" }, gh: { verifier: "github" } }),
    WEBHOOK_SECRETS: JSON.stringify({ gh: [secret] }),
    DATASTREAM_TOPIC: "orders",
  };

  test("a source that proves its senders is called with a wrong signature, and one that proves nothing is not called", async () => {
    const { smoke, requests } = await run([response(401, refused)], github);

    expect(smoke.ending).toBe("passed");
    expect(requests.map(({ url }) => String(url))).toEqual([
      "https://abc.apigw.ntruss.com/hooks/v1/webhook/gh",
    ]);
    expect(JSON.stringify(requests)).not.toContain(secret);
  });

  test("nothing is called without a source that proves its senders", async () => {
    const open = { WEBHOOK_SOURCES: JSON.stringify({ open: { verifier: "none" } }) };
    const { smoke, requests } = await run([], open);

    expect([smoke.ending, requests]).toEqual(["skipped", []]);
  });

  test("a stage that does not serve yet is called six times, five seconds apart", async () => {
    const late = await run([response(404, error("300")), response(401, refused)], github);
    const never = await run([response(404, error("300"))], github);

    expect([late.smoke.ending, late.sleeps]).toEqual(["passed", [5_000]]);
    expect([never.smoke.ending, never.requests.length]).toEqual(["failed", 6]);
    expect(never.smoke.lines[0]).toContain("HTTP 404, code 300");
  });

  test("a wrong signature that is accepted fails", async () => {
    const { smoke } = await run([response(200, { status: "delivered", id: "1" })], github);

    expect(smoke).toEqual({
      ending: "failed",
      lines: ["gh: HTTP 200 of the function: it accepted a wrong signature"],
    });
  });

  test("the gateway's own 401 is not taken for the function's", async () => {
    const { smoke } = await run([response(401, error("210"))], github);

    expect(smoke.ending).toBe("failed");
  });

  test("a signed delivery of an open source is sent on request only", async () => {
    const replies = [response(401, refused), response(200, { status: "delivered", id: "e1" })];
    const { smoke, requests } = await run(replies, github, "open");

    expect(requests).toHaveLength(2);
    expect(smoke).toMatchObject({
      ending: "passed",
      lines: [
        "gh: a wrong signature got the function's own 401 through the gateway",
        "open: a signed delivery was delivered, id e1",
        expect.stringContaining("Data Stream > Topic > orders"),
      ],
    });
  });
});

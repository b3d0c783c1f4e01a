import { describe, expect, test } from "vitest";
import { createProduce } from "../../../lib/data-stream/produce.ts";
import { createKeyPair } from "../../../lib/model/key-pair.ts";
import {
  acknowledged,
  answer,
  createHarness,
  noAnswer,
  type Script,
} from "../../support/harness.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

const record = { topic: "orders", partition: 2, key: "주문 1", value: "값", id: "not sent" };
const throttled = answer(429, "", { "retry-after": "7" });

function createProducer(transport: Script, endpoint = "https://api.datastream.naverncp.com") {
  const harness = createHarness({ transport });
  const { ncloudAccessKey, ncloudSecretKey } = secretsInUse;
  const keys = createKeyPair(ncloudAccessKey, ncloudSecretKey);
  const produce = createProduce(
    { endpoint, keys, acknowledgement: "documented" },
    { ...harness.effects, clock: harness.clock },
  );
  return {
    ...harness,
    produce: async (timeoutMs = 3_000, of: Partial<typeof record> = {}) => {
      const attempt = await produce({ ...record, ...of }, timeoutMs);
      hear(attempt);
      return attempt;
    },
  };
}

describe("a produce request", () => {
  test("the request is one signed POST with the length of its body in bytes", async () => {
    const { produce, requests } = createProducer([acknowledged]);

    const attempt = await produce(1_234);

    expect(attempt).toEqual({
      verdict: { kind: "delivered" },
      isProduced: true,
      uncertain: false,
      neverSent: false,
      freeRetry: undefined,
    });
    expect(requests).toEqual([
      {
        method: "POST",
        url: new URL("https://api.datastream.naverncp.com/api/produce"),
        headers: [
          "host",
          "api.datastream.naverncp.com",
          "content-type",
          "application/json",
          "x-ncp-apigw-timestamp",
          "1700000000000",
          "x-ncp-iam-access-key",
          "canary-ncloud-access-key-52c8d0",
          "x-ncp-apigw-signature-v2",
          // Made with openssl dgst -sha256 -hmac over "POST /api/produce\n1700000000000\n<key>".
          "8U/lyjObAQVZGWQqqDCWN+sqWcdesqYBpnNk/QM7cKI=",
        ],
        body: '{"topic":"orders","key":"주문 1","value":"값","partition":2}',
        timeoutMs: 1_234,
      },
    ]);
  });

  test("the request omits a missing partition", async () => {
    const harness = createHarness();
    const keys = createKeyPair("access", "secret");
    const produce = createProduce(
      { endpoint: "https://a.example", keys, acknowledgement: "documented" },
      { ...harness.effects, clock: harness.clock },
    );

    await produce({ ...record, partition: undefined }, 1);

    expect(harness.requests[0]?.body).toBe('{"topic":"orders","key":"주문 1","value":"값"}');
  });

  test("the request names host and port of the endpoint", async () => {
    const { produce, requests } = createProducer([acknowledged], "http://127.0.0.1:4010");

    await produce();

    expect(requests[0]?.url.href).toBe("http://127.0.0.1:4010/api/produce");
    expect(requests[0]?.headers.slice(0, 2)).toEqual(["host", "127.0.0.1:4010"]);
  });

  test("each request is signed anew with the clock's time", async () => {
    const { produce, requests, advance } = createProducer([throttled, acknowledged]);

    await produce();
    advance(1_000);
    await produce();

    expect(requests.map(({ headers }) => [headers[5], headers[9]])).toEqual([
      ["1700000000000", "8U/lyjObAQVZGWQqqDCWN+sqWcdesqYBpnNk/QM7cKI="],
      ["1700000001000", "VwSTpk94Lho+j9qUMyYPYkx6l/6V3aT6HKuvF1s8UFY="],
    ]);
  });
});

describe("the signature", () => {
  /** Makes the real produce function with a key pair that counts its uses. */
  function createCounted(transport: Script) {
    const harness = createHarness({ transport });
    const { accessKey, secretKey } = createKeyPair("access", "secret");
    const used = { times: 0 };
    const keys = {
      accessKey,
      get secretKey() {
        used.times += 1;
        return secretKey;
      },
    };
    const context = { ...harness.effects, clock: harness.clock };
    const produce = createProduce(
      { endpoint: "https://a.example", keys, acknowledgement: "documented" },
      context,
    );
    const signed = () => harness.requests.map(({ headers }) => headers.slice(4));
    return { ...harness, used, signed, send: (value: string) => produce({ ...record, value }, 1) };
  }

  test("requests of one millisecond share a signature, whatever they send", async () => {
    const { send, used, signed, advance } = createCounted(() => acknowledged);

    await Promise.all([send("a"), send("b"), send("c")]);
    expect(used.times).toBe(1);
    advance(1);
    await send("d");
    await send("e");
    expect(used.times).toBe(2);

    const [a, b, c, d, e] = signed();
    expect([b, c]).toEqual([a, a]);
    expect(e).toEqual(d);
    expect([a?.[1], d?.[1]]).toEqual(["1700000000000", "1700000000001"]);
    expect(d?.[5]).not.toBe(a?.[5]);
  });

  test("a time that returns is signed anew", async () => {
    const { send, used, signed, advance } = createCounted(() => acknowledged);

    await send("a");
    advance(5);
    await send("a");
    advance(-5);
    await send("a");

    const [first, , third] = signed();
    expect(third).toEqual(first);
    expect(used.times).toBe(3);
  });

  test("the attempt after a wrong clock is signed with the API's time", async () => {
    const wrong = answer(401, "", { date: "Tue, 14 Nov 2023 22:23:20 GMT" });
    const { produce, requests } = createProducer([wrong, acknowledged]);

    const first = await produce();
    const second = await produce();

    expect(first).toMatchObject({ freeRetry: "wrongClock", uncertain: false, neverSent: false });
    expect(first.verdict).toMatchObject({ kind: "unavailable", code: "STREAM_UNAVAILABLE" });
    expect(second.verdict).toEqual({ kind: "delivered" });
    expect(requests.map(({ headers }) => [headers[5], headers[9]])).toEqual([
      ["1700000000000", "8U/lyjObAQVZGWQqqDCWN+sqWcdesqYBpnNk/QM7cKI="],
      // openssl dgst -sha256 -hmac over "POST /api/produce\n1700000600000\n<key>".
      ["1700000600000", "URZLbnFGdjv2uijEwmGd8pduq6zxTxAU/u9/H8bOjNc="],
    ]);
  });

  test("a signature that is refused at the API's own time is a fault", async () => {
    const right = answer(401, "", { date: "Tue, 14 Nov 2023 22:13:20 GMT" });
    const { produce } = createProducer([right]);

    expect(await produce()).toMatchObject({
      verdict: { kind: "faulted", code: "STREAM_UNAUTHENTICATED" },
      freeRetry: undefined,
    });
  });
});

describe("an attempt without a response", () => {
  /** Node's error code for TLS to a server of plain HTTP. */
  const tlsFailure = { sent: "never", code: "ERR_SSL_WRONG_VERSION_NUMBER" } as const;

  test("an attempt that was never sent cannot have made a duplicate", async () => {
    const { produce } = createProducer([noAnswer({ sent: "never", code: "ECONNREFUSED" })]);

    expect(await produce()).toEqual({
      verdict: {
        kind: "unavailable",
        code: "STREAM_UNREACHABLE",
        reason: "no connection (ECONNREFUSED, never sent)",
        retryAfterMs: undefined,
      },
      isProduced: true,
      uncertain: false,
      neverSent: true,
      freeRetry: undefined,
    });
  });

  test("an attempt with an unknown outcome may have made a duplicate", async () => {
    const { produce } = createProducer([noAnswer({ cause: "timeout", code: "ETIMEDOUT" })]);

    expect(await produce()).toEqual({
      verdict: {
        kind: "unavailable",
        code: "STREAM_TIMEOUT",
        reason: "no answer in time (ETIMEDOUT, sent, outcome unknown)",
        retryAfterMs: undefined,
      },
      isProduced: true,
      uncertain: true,
      neverSent: false,
      freeRetry: undefined,
    });
  });

  test.for([
    ["that was no HTTP", { cause: "protocol", code: "EPROTO" }, "STREAM_NOT_THE_API"],
    ["to a TLS handshake that failed", tlsFailure, "STREAM_UNREACHABLE"],
  ] as const)("an attempt %s is not reported as a missing connection", async ([, facts, code]) => {
    const { produce } = createProducer([noAnswer(facts)]);

    const { verdict } = await produce();

    expect(verdict).toMatchObject({ kind: "unavailable", code });
    expect(verdict).toMatchObject({
      reason:
        code === "STREAM_NOT_THE_API"
          ? "the answer is not HTTP/1.1 (EPROTO, sent, outcome unknown)"
          : "no TLS connection (ERR_SSL_WRONG_VERSION_NUMBER, never sent)",
    });
  });

  test("an attempt on a closed kept-alive socket is marked", async () => {
    const { produce } = createProducer([noAnswer({ staleSocket: true })]);

    expect(await produce()).toMatchObject({ uncertain: true, freeRetry: "staleSocket" });
  });
});

describe("an attempt with a response", () => {
  test.for([
    [400, false],
    [401, false],
    [413, false],
    [429, false],
    [408, true],
    [500, true],
    [503, true],
    [504, true],
    [200, true],
    [204, true],
  ] as const)(
    "a response of HTTP %i: it may have made a duplicate: %s",
    async ([status, uncertain]) => {
      const { produce } = createProducer([answer(status)]);

      expect((await produce()).uncertain).toBe(uncertain);
    },
  );

  test.for([400, 413])(
    "a foreign response of HTTP %i may have made a duplicate",
    async (status) => {
      const { produce } = createProducer([answer(status, "<html></html>")]);

      expect(await produce()).toMatchObject({
        uncertain: true,
        verdict: { code: "STREAM_FOREIGN_REFUSAL" },
      });
    },
  );

  test.for([
    ["seconds", "7", 7_000],
    ["a date", "Tue, 14 Nov 2023 22:13:29 GMT", 9_000],
    ["nothing", undefined, undefined],
  ] as const)("the response carries a Retry-After of %s", async ([, header, retryAfterMs]) => {
    const { produce } = createProducer([answer(503, "", { "retry-after": header })]);

    expect((await produce()).verdict).toMatchObject({ kind: "unavailable", retryAfterMs });
  });

  test("a Retry-After date counts from the time of the response", async () => {
    const header = "Tue, 14 Nov 2023 22:13:29 GMT";
    const { produce, advance } = createProducer(() => {
      advance(2_000);
      return answer(503, "", { "retry-after": header });
    });

    expect((await produce()).verdict).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("a Retry-After date counts by the API's own clock, which its Date shows", async () => {
    const headers = {
      date: "Tue, 14 Nov 2023 22:23:20 GMT",
      "retry-after": "Tue, 14 Nov 2023 22:23:27 GMT",
    };
    const { produce } = createProducer([answer(503, "", headers)]);

    // This machine's clock is 10 minutes behind.
    expect((await produce()).verdict).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("a Retry-After date counts by the corrected clock if there is no Date", async () => {
    const { produce } = createProducer([
      answer(401, "", { date: "Tue, 14 Nov 2023 22:23:20 GMT" }),
      answer(503, "", { "retry-after": "Tue, 14 Nov 2023 22:23:27 GMT" }),
    ]);

    await produce();

    expect((await produce()).verdict).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("a truncated response is not an acknowledgement", async () => {
    const { produce } = createProducer([{ ...acknowledged, truncated: true } as never]);

    expect((await produce()).verdict).toMatchObject({ code: "STREAM_NOT_THE_API" });
  });
});

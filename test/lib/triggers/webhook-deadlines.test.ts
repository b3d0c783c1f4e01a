import { createHmac } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { openAdapters, stubSettings, toReply } from "../../support/adapters.ts";
import { type HttpCall, jsonCall, toPayloadV2, toUpstreamParameters } from "../../support/calls.ts";
import { hookCall, push, pushCall } from "../../support/deliveries.ts";
import { answer, createHarness, type Harness, noAnswer, startMs } from "../../support/harness.ts";
import { type Bag, streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

/** A delivery of each provider, signed at the harness's time, and one without a signature. */
const calls = {
  slack: slackCall('{"type":"event_callback","event_id":"Ev1"}'),
  line: lineCall('{"destination":"U1","events":[{"type":"message","webhookEventId":"e-1"}]}'),
  github: pushCall,
  hook: hookCall("{}"),
} as const;

const sources = {
  ...streamSettings,
  WEBHOOK_SOURCES: {
    slack: { verifier: "slack" },
    line: { verifier: "line" },
    github: { verifier: "github" },
    hook: { verifier: "none" },
  },
  WEBHOOK_SECRETS: {
    slack: [secretsInUse.provider],
    line: [secretsInUse.provider],
    github: [secretsInUse.github],
  },
};

function slackCall(body: string): HttpCall {
  const mac = createHmac("sha256", secretsInUse.provider).update(`v0:1700000000:${body}`);
  return jsonCall("/slack", body, {
    "x-slack-request-timestamp": "1700000000",
    "x-slack-signature": `v0=${mac.digest("hex")}`,
  });
}

function lineCall(body: string): HttpCall {
  const mac = createHmac("sha256", secretsInUse.provider).update(body);
  return jsonCall("/line", body, { "x-line-signature": mac.digest("base64") });
}

type Platform = (harness: Harness, call: HttpCall, given: Given) => Promise<Bag>;
type Given = { readonly settings: Bag; readonly leftMs?: number | undefined };

/** Both adapters, each with its platform's way to pass the remaining time. */
const platforms: readonly { readonly name: string; readonly call: Platform }[] = [
  {
    name: "OpenWhisk main",
    call: (harness, call, { settings, leftMs }) => {
      vi.stubEnv("__OW_DEADLINE", leftMs === undefined ? "" : String(startMs + leftMs));
      return openAdapters(webhook(), harness).main(toUpstreamParameters(call, settings));
    },
  },
  {
    name: "Lambda handler",
    call: (harness, call, { settings, leftMs }) => {
      stubSettings(settings);
      return openAdapters(webhook(), harness).handler(toPayloadV2(call), {
        getRemainingTimeInMillis: () => leftMs,
      });
    },
  },
];

describe.each(platforms)("a delivery through $name", ({ call }) => {
  type Stream = { readonly random: number; readonly answersAfterMs: number };

  /** A stream that is down and records the start and the timeout of each request. */
  async function deliver(name: keyof typeof calls, given: Partial<Given>, stream: Stream) {
    const attempts: { readonly atMs: number; readonly untilMs: number }[] = [];
    const harness = createHarness({
      random: stream.random,
      transport: ({ timeoutMs }) => {
        const atMs = harness.effects.now() - startMs;
        attempts.push({ atMs, untilMs: atMs + timeoutMs });
        harness.advance(Math.min(timeoutMs, stream.answersAfterMs));
        return stream.answersAfterMs > timeoutMs ? noAnswer({ cause: "timeout" }) : answer(503);
      },
    });
    const settings = { ...sources, ...given.settings };
    const { status } = toReply(await call(harness, calls[name], { ...given, settings }));
    const starts = attempts.map(({ atMs }) => atMs);
    const untilMs = Math.max(...attempts.map((attempt) => attempt.untilMs));
    return { status, starts, untilMs, repliedMs: harness.effects.now() - startMs };
  }

  const patient = { DELIVERY_TIMEOUT_MS: 60_000, DATASTREAM_ATTEMPTS_MAX: 20 };
  const github700 = [0, 700, 1400, 2100, 2800, 3500, 4200, 4900, 5600, 6300, 7000, 7700, 8400];

  // The last request starts 950 ms before the provider's time at the latest: 500 ms are the reserve
  // for the way, 250 ms for the reply, and with less than 200 ms no request is made. It is given up
  // 750 ms before the provider's time.
  test.for([
    ["slack", 0, 700, [0, 700, 1400], 2100],
    ["slack", 1, 700, [0, 800, 1700], 2250],
    ["slack", 1, 0, [0, 100, 300, 700, 1500], 1500],
    ["line", 0, 700, [0, 700], 1250],
    ["line", 1, 700, [0, 800], 1250],
    ["line", 1, 0, [0, 100, 300, 700], 700],
    ["github", 0, 700, github700, 9100],
    ["github", 1, 700, [0, 800, 1700, 2800, 4300, 6600], 7300],
    ["github", 1, 0, [0, 100, 300, 700, 1500, 3100, 6300], 6300],
  ] as const)(
    "a delivery of %s with random %i and a 503 after %i ms has attempts at %j and ends",
    async (row) => {
      const [name, random, answersAfterMs, expected, endMs] = row;

      const { status, starts, untilMs, repliedMs } = await deliver(
        name,
        { settings: patient },
        { random, answersAfterMs },
      );

      expect({ status, starts, repliedMs }).toEqual({
        status: 503,
        starts: expected,
        repliedMs: endMs,
      });
      expect(untilMs).toBeLessThanOrEqual({ slack: 2250, line: 1250, github: 9250 }[name]);
      expect(repliedMs).toBeLessThan({ slack: 3000, line: 2000, github: 10_000 }[name]);
    },
  );

  test.for([0, 1])(
    "a delivery with random %i makes at most 20 attempts at a stream that fails at once",
    async (random) => {
      const stream = { random, answersAfterMs: 0 };

      const { starts, repliedMs } = await deliver("slack", { settings: patient }, stream);

      expect(starts).toHaveLength(random === 0 ? 20 : 5);
      expect(repliedMs).toBeLessThan(3000);
    },
  );

  test.for([
    ["slack", 3000, 2250],
    ["line", 2000, 1250],
    ["github", 10_000, 9250],
  ] as const)(
    "a delivery of %s whose stream never responds is answered before %i ms",
    async (row) => {
      const [name, beforeMs, untilMs] = row;
      const settings = { ...patient, ATTEMPT_TIMEOUT_MS: 60_000 };
      const stream = { random: 0, answersAfterMs: Infinity };

      const delivered = await deliver(name, { settings }, stream);

      expect(delivered).toEqual({ status: 503, starts: [0], untilMs, repliedMs: untilMs });
      expect(delivered.repliedMs).toBeLessThan(beforeMs);
    },
  );

  // The time of the first request is the smallest of all limits, less 250 ms for the reply.
  test.for([
    ["slack", {}, 2250],
    ["slack", { leftMs: 60_000, timeoutMs: 60_000 }, 2250],
    ["slack", { leftMs: 2_499, timeoutMs: 60_000 }, 2249],
    ["slack", { leftMs: 60_000, timeoutMs: 2_499 }, 2249],
    ["slack", { leftMs: 1_500, timeoutMs: 1_000 }, 750],
    ["slack", { leftMs: 1_000, timeoutMs: 1_500 }, 750],
    ["line", { leftMs: 60_000, timeoutMs: 60_000 }, 1250],
    ["github", {}, 8750],
    ["github", { timeoutMs: 60_000 }, 9250],
    ["github", { leftMs: 5_000 }, 4750],
    ["hook", {}, 8750],
    ["hook", { timeoutMs: 60_000 }, 59_750],
    ["hook", { leftMs: 30_000, timeoutMs: 60_000 }, 29_750],
  ] as const)("a delivery of %s within %j gives the first request %i ms", async (row) => {
    const [name, limits, expected] = row;
    const { leftMs, timeoutMs } = { leftMs: undefined, timeoutMs: "", ...limits };
    const settings = { ATTEMPT_TIMEOUT_MS: 60_000, DELIVERY_TIMEOUT_MS: timeoutMs };

    const { untilMs } = await deliver(
      name,
      { settings, leftMs },
      { random: 0, answersAfterMs: Infinity },
    );

    expect(untilMs).toBe(expected);
  });

  test("a request gets at most the time that is left and ATTEMPT_TIMEOUT_MS", async () => {
    const settings = { ...patient, ATTEMPT_TIMEOUT_MS: 1_000 };

    const { starts, untilMs } = await deliver(
      "slack",
      { settings },
      { random: 0, answersAfterMs: Infinity },
    );

    expect({ starts, untilMs }).toEqual({ starts: [0, 1000, 2000], untilMs: 2250 });
  });

  test("a delivery is not attempted if the platform leaves no time for it", async () => {
    const stream = { random: 0, answersAfterMs: 0 };

    expect(await deliver("slack", { leftMs: 449 }, stream)).toMatchObject({
      status: 503,
      starts: [],
    });
    expect(await deliver("slack", { leftMs: 450 }, stream)).toMatchObject({
      starts: expect.arrayContaining([0]),
      untilMs: 200,
    });
  });

  test("a delivery of GitHub has the bytes that its signature fits", () => {
    const mac = createHmac("sha256", secretsInUse.github).update(push.body).digest("hex");

    expect(push.signature).toBe(`sha256=${mac}`);
  });
});

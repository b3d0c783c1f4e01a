import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSigningClocks } from "../../../lib/signing/clock-skew.ts";
import { heartbeat } from "../../../lib/triggers/heartbeat.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { adapters, produced } from "../../support/adapters.ts";
import { jsonCall } from "../../support/calls.ts";
import {
  acknowledged,
  answer,
  createHarness,
  type Harness,
  startMs,
} from "../../support/harness.ts";
import { heartbeatSettings, openSource, streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

/** The time of the stopped clocks in these tests: Tue, 14 Nov 2023 22:13:20 GMT. */
const tenMinutesAhead = "Tue, 14 Nov 2023 22:23:20 GMT";
const twentyMinutesAhead = "Tue, 14 Nov 2023 22:33:20 GMT";
const exactly = "Tue, 14 Nov 2023 22:13:20 GMT";
const tenMinutesMs = 600_000;

/** Makes clocks that an earlier call has corrected by ten minutes. */
function createCorrected() {
  const createClock = createSigningClocks(() => startMs);
  const first = createClock();
  first.onAuthFailure(first.time(), tenMinutesAhead);
  return createClock;
}

describe("a clock", () => {
  test("the clock uses the local time until a refusal", () => {
    const clock = createSigningClocks(() => startMs)();

    expect(clock.time()).toEqual({ timestampMs: startMs, offsetMs: 0 });
  });

  test.for([
    ["3 min 59 s ahead", "Tue, 14 Nov 2023 22:17:19 GMT", 0],
    ["4 min ahead", "Tue, 14 Nov 2023 22:17:20 GMT", 240_000],
    ["24 h ahead", "Wed, 15 Nov 2023 22:13:20 GMT", 86_400_000],
    ["24 h and 1 s ahead", "Wed, 15 Nov 2023 22:13:21 GMT", 0],
    ["3 min 59 s behind", "Tue, 14 Nov 2023 22:09:21 GMT", 0],
    ["4 min behind", "Tue, 14 Nov 2023 22:09:20 GMT", -240_000],
    ["24 h behind", "Mon, 13 Nov 2023 22:13:20 GMT", -86_400_000],
    ["24 h and 1 s behind", "Mon, 13 Nov 2023 22:13:19 GMT", 0],
    ["right", exactly, 0],
    ["absent", undefined, 0],
    ["empty", "", 0],
    ["no date", "soon", 0],
    ["a number", "600", 0],
    ["no such day", "Tue, 99 Nov 2023 22:23:20 GMT", 0],
  ] as const)(
    "a clock whose API's Date is %s moves by the right number of ms",
    ([, date, offsetMs]) => {
      const clock = createSigningClocks(() => startMs)();

      expect(clock.onAuthFailure(clock.time(), date)).toBe(offsetMs !== 0);
      expect(clock.time()).toEqual({ timestampMs: startMs + offsetMs, offsetMs });
    },
  );

  test("a corrected clock goes on with the time", () => {
    let nowMs = startMs;
    const clock = createSigningClocks(() => nowMs)();
    clock.onAuthFailure(clock.time(), tenMinutesAhead);

    nowMs += 5_000;

    expect(clock.time().timestampMs).toBe(startMs + tenMinutesMs + 5_000);
  });

  test("a clock keeps its correction for the next call", () => {
    expect(createCorrected()().time().offsetMs).toBe(tenMinutesMs);
  });

  test("a clock is corrected once in a call, and a second refusal drops the correction for good", () => {
    const createClock = createSigningClocks(() => startMs);
    const clock = createClock();
    clock.onAuthFailure(clock.time(), tenMinutesAhead);

    expect(clock.onAuthFailure(clock.time(), twentyMinutesAhead)).toBe(false);
    expect(clock.time().offsetMs).toBe(0);
    expect(clock.onAuthFailure(clock.time(), tenMinutesAhead)).toBe(false);
    expect(createClock().time().offsetMs).toBe(0);
  });

  test("a correction makes a concurrent request sign anew too", () => {
    const clock = createSigningClocks(() => startMs)();
    const [first, second] = [clock.time(), clock.time()];
    clock.onAuthFailure(first, tenMinutesAhead);

    expect(clock.onAuthFailure(second, tenMinutesAhead)).toBe(true);
    expect(clock.time().offsetMs).toBe(tenMinutesMs);
  });

  test("a dropped correction makes no concurrent request sign anew", () => {
    const clock = createSigningClocks(() => startMs)();
    clock.onAuthFailure(clock.time(), tenMinutesAhead);
    const [first, second] = [clock.time(), clock.time()];
    clock.onAuthFailure(first, tenMinutesAhead);

    expect(clock.onAuthFailure(second, tenMinutesAhead)).toBe(false);
    expect(clock.time().offsetMs).toBe(0);
  });

  test.for([
    ["is the local one again", exactly, 0],
    ["is 3 min from the local one", "Tue, 14 Nov 2023 22:16:20 GMT", 0],
    ["moved on", twentyMinutesAhead, 1_200_000],
  ] as const)(
    "a correction of an earlier call follows when the API's time %s",
    ([, date, offsetMs]) => {
      const clock = createCorrected()();

      expect(clock.onAuthFailure(clock.time(), date)).toBe(true);
      expect(clock.time().offsetMs).toBe(offsetMs);
    },
  );

  test("a correction of an earlier call stays if the time is not the cause of a refusal", () => {
    const clock = createCorrected()();

    expect(clock.onAuthFailure(clock.time(), tenMinutesAhead)).toBe(false);
    expect(clock.time().offsetMs).toBe(tenMinutesMs);
  });
});

function timestampsOf({ requests }: Harness) {
  return requests.map(({ headers }) => headers[headers.indexOf("x-ncp-apigw-timestamp") + 1]);
}

const refusedAhead = answer(401, "", { date: tenMinutesAhead });
const local = "1700000000000";
const ahead = "1700000600000";

describe.each(adapters)("a wrong clock through $name", ({ open }) => {
  test("the first refusal corrects the clock, and the record is signed anew and delivered", async () => {
    const harness = createHarness({ transport: [refusedAhead, acknowledged] });

    const result = await open(heartbeat, { harness, settings: heartbeatSettings }).invoke({});

    expect(result).toMatchObject({ delivered: 1, failed: 0, attempts: 2 });
    expect(timestampsOf(harness)).toEqual([local, ahead]);
    expect(produced(harness)[1]).toEqual(produced(harness)[0]);
    expect(harness.sleeps).toEqual([]);
  });

  test("the correction holds for later calls too", async () => {
    const harness = createHarness({ transport: [refusedAhead, acknowledged, acknowledged] });
    const { invoke } = open(heartbeat, { harness, settings: heartbeatSettings });

    await invoke({});
    await invoke({});

    expect(timestampsOf(harness)).toEqual([local, ahead, ahead]);
  });

  test("a clock that is not the cause is reported as a fault after the second refusal, and the correction is dropped", async () => {
    const script = [refusedAhead, refusedAhead, acknowledged];
    const harness = createHarness({ transport: script });
    const { http } = open(webhook(), { harness, settings: openSource() });

    const reply = await http(jsonCall("/hook", "{}"));
    const requestsOfFirst = timestampsOf(harness);
    const next = await http(jsonCall("/hook", "{}"));

    expect([reply.status, next.status]).toEqual([500, 200]);
    expect(requestsOfFirst).toEqual([local, ahead]);
    expect(timestampsOf(harness)).toEqual([local, ahead, local]);
  });

  test.for([
    ["right", exactly],
    ["over a day away", "Thu, 16 Nov 2023 22:13:20 GMT"],
    ["missing", undefined],
    ["none", "later"],
  ] as const)("a clock is not corrected if the Date is %s", async ([, date]) => {
    const harness = createHarness({ transport: [answer(401, "", { date })] });
    const { http } = open(webhook(), { harness, settings: openSource() });

    expect((await http(jsonCall("/hook", "{}"))).status).toBe(500);
    expect(timestampsOf(harness)).toEqual([local]);
  });

  const secret = secretsInUse.provider;
  const mac = (signed: string) => createHmac("sha256", secret).update(signed).digest("hex");
  const senders = {
    slack: (seconds: string) =>
      jsonCall("/slack", '{"type":"event_callback","event_id":"Ev1"}', {
        "x-slack-request-timestamp": seconds,
        "x-slack-signature": `v0=${mac(`v0:${seconds}:{"type":"event_callback","event_id":"Ev1"}`)}`,
      }),
    shop: (seconds: string) =>
      jsonCall("/shop", "{}", { "x-time": seconds, "x-sig": mac(`${seconds}.{}`) }),
  };
  const settings = {
    ...streamSettings,
    WEBHOOK_SOURCES: {
      slack: { verifier: "slack" },
      shop: { verifier: "hmac", header: "X-Sig", timestampHeader: "X-Time" },
    },
    WEBHOOK_SECRETS: { slack: [secret], shop: [secret] },
  };

  test.for(["slack", "shop"] as const)(
    "a correction moves no replay window of %s",
    async (name) => {
      const harness = createHarness({ transport: [refusedAhead, acknowledged, acknowledged] });
      const { http } = open(webhook(), { harness, settings });

      const replies = [
        await http(senders[name]("1700000000")),
        await http(senders[name]("1700000000")),
        await http(senders[name]("1700000600")),
      ];

      expect(replies.map(({ status }) => status)).toEqual([200, 200, 401]);
      expect(timestampsOf(harness)).toEqual([local, ahead, ahead]);
    },
  );
});

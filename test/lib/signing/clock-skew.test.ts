import { createHmac } from "node:crypto";
import { describe, expect, it, test } from "vitest";
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

/** The instant at which the clocks of these tests stand still: Tue, 14 Nov 2023 22:13:20 GMT. */
const tenMinutesAhead = "Tue, 14 Nov 2023 22:23:20 GMT";
const twentyMinutesAhead = "Tue, 14 Nov 2023 22:33:20 GMT";
const exactly = "Tue, 14 Nov 2023 22:13:20 GMT";
const tenMinutesMs = 600_000;

/** Clocks that have been corrected by ten minutes in a call that is over. */
function createCorrected() {
  const createClock = createSigningClocks(() => startMs);
  const first = createClock();
  first.onAuthFailure(first.time(), tenMinutesAhead);
  return createClock;
}

describe("a clock", () => {
  it("signs with the local time until a refusal says otherwise", () => {
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
  ] as const)("whose API's Date is %s moves by the right number of ms", ([, date, offsetMs]) => {
    const clock = createSigningClocks(() => startMs)();

    expect(clock.onAuthFailure(clock.time(), date)).toBe(offsetMs !== 0);
    expect(clock.time()).toEqual({ timestampMs: startMs + offsetMs, offsetMs });
  });

  it("that is corrected goes on with the time", () => {
    let nowMs = startMs;
    const clock = createSigningClocks(() => nowMs)();
    clock.onAuthFailure(clock.time(), tenMinutesAhead);

    nowMs += 5_000;

    expect(clock.time().timestampMs).toBe(startMs + tenMinutesMs + 5_000);
  });

  it("keeps its correction for the next call", () => {
    expect(createCorrected()().time().offsetMs).toBe(tenMinutesMs);
  });

  it("is corrected once in a call: a second refusal drops the correction for good", () => {
    const createClock = createSigningClocks(() => startMs);
    const clock = createClock();
    clock.onAuthFailure(clock.time(), tenMinutesAhead);

    expect(clock.onAuthFailure(clock.time(), twentyMinutesAhead)).toBe(false);
    expect(clock.time().offsetMs).toBe(0);
    expect(clock.onAuthFailure(clock.time(), tenMinutesAhead)).toBe(false);
    expect(createClock().time().offsetMs).toBe(0);
  });

  it("has another request that was under way signed anew too", () => {
    const clock = createSigningClocks(() => startMs)();
    const [first, second] = [clock.time(), clock.time()];
    clock.onAuthFailure(first, tenMinutesAhead);

    expect(clock.onAuthFailure(second, tenMinutesAhead)).toBe(true);
    expect(clock.time().offsetMs).toBe(tenMinutesMs);
  });

  it("has no request signed anew once the correction did not help", () => {
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
  ] as const)("kept from an earlier call follows when the API's time %s", ([, date, offsetMs]) => {
    const clock = createCorrected()();

    expect(clock.onAuthFailure(clock.time(), date)).toBe(true);
    expect(clock.time().offsetMs).toBe(offsetMs);
  });

  it("kept from an earlier call stays when the time is not why a request was refused", () => {
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
  test("is corrected by the first refusal: the record is signed anew and delivered", async () => {
    const harness = createHarness({ transport: [refusedAhead, acknowledged] });

    const result = await open(heartbeat, { harness, settings: heartbeatSettings }).invoke({});

    expect(result).toMatchObject({ delivered: 1, failed: 0, attempts: 2 });
    expect(timestampsOf(harness)).toEqual([local, ahead]);
    expect(produced(harness)[1]).toEqual(produced(harness)[0]);
    expect(harness.sleeps).toEqual([]);
  });

  test("is corrected for the calls after it too", async () => {
    const harness = createHarness({ transport: [refusedAhead, acknowledged, acknowledged] });
    const { invoke } = open(heartbeat, { harness, settings: heartbeatSettings });

    await invoke({});
    await invoke({});

    expect(timestampsOf(harness)).toEqual([local, ahead, ahead]);
  });

  test("that was not why is told as a fault after the second refusal, and not kept", async () => {
    const script = [refusedAhead, refusedAhead, acknowledged];
    const harness = createHarness({ transport: script });
    const { http } = open(webhook, { harness, settings: openSource() });

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
  ] as const)("is not suspected where the Date is %s", async ([, date]) => {
    const harness = createHarness({ transport: [answer(401, "", { date })] });
    const { http } = open(webhook, { harness, settings: openSource() });

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

  test.for(["slack", "shop"] as const)("moves no replay window of %s", async (name) => {
    const harness = createHarness({ transport: [refusedAhead, acknowledged, acknowledged] });
    const { http } = open(webhook, { harness, settings });

    const replies = [
      await http(senders[name]("1700000000")),
      await http(senders[name]("1700000000")),
      await http(senders[name]("1700000600")),
    ];

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 401]);
    expect(timestampsOf(harness)).toEqual([local, ahead, ahead]);
  });
});

import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bucket } from "../../lib/triggers/bucket.ts";
import { heartbeat } from "../../lib/triggers/heartbeat.ts";
import { webhook } from "../../lib/triggers/webhook.ts";
import { adapters, logged } from "../support/adapters.ts";
import {
  type BucketHarnessOptions,
  createBucketHarness,
  createTimeoutHarness,
  timeout,
} from "../support/buckets.ts";
import { type HttpCall, jsonCall } from "../support/calls.ts";
import { hookCall } from "../support/deliveries.ts";
import { acknowledged, answer, messageOf, noAnswer, startMs } from "../support/harness.ts";
import { senders } from "../support/senders.ts";
import {
  type Bag,
  bucketSettings,
  heartbeatSettings,
  openSource,
  streamSettings,
} from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

const kept = { DEAD_LETTER_BUCKET: "letters" };
const name = "datastream-relay/dead-letters/2023-11-14T221320.000Z-id-1.ndjson";
const put = `PUT letters/${name}`;
const json = { "content-type": "application/json" };
const comeAgain = {
  status: 503,
  headers: { ...json, "retry-after": "10" },
  body: '{"status":"failed","reason":"the stream cannot take the event now: send it again later"}',
};

describe.each(adapters)("a delivery through $name", ({ open }) => {
  const keyed = openSource({ key: ["const:customer-4714"] });
  const plain = '{"a":"private words"}';

  /** Neither key nor value ever reaches the log. */
  async function deliver(options: BucketHarnessOptions, settings: Bag = kept, body = plain) {
    const given = createBucketHarness(options);
    const { harness } = given;
    const adapter = open(webhook(), { harness, settings: { ...keyed, ...settings } });
    const reply = await adapter.http(hookCall(body));
    expect(`${reply.body}${harness.lines.join("")}`).not.toMatch(
      /customer-4714|private|specversion/,
    );
    return { ...given, reply, lines: logged(harness), last: logged(harness).at(-1) };
  }

  const id = "1aa7ec22de52752db6e9af1ec31d5b18c5f7a3d0a98116a0aab8016691c7caa6";
  const produce = "produce customer-4714";

  test.for([
    ["503", answer(503), 5, "STREAM_UNAVAILABLE"],
    ["429", answer(429), 5, "STREAM_THROTTLED"],
    ["nothing", noAnswer(), 5, "STREAM_UNREACHABLE"],
    ["nothing in time", timeout, 5, "STREAM_TIMEOUT"],
    ["401", answer(401), 1, "STREAM_UNAUTHENTICATED"],
    ["403", answer(403), 1, "STREAM_FORBIDDEN"],
    ["404", answer(404), 1, "STREAM_NOT_FOUND"],
    ["a redirect", answer(307), 1, "STREAM_REDIRECTED"],
  ] as const)(
    "a delivery that the stream answers with %s is stored after its attempts",
    async (row) => {
      const [, given, attempts, code] = row;

      const { reply, happened, stored, last } = await deliver({ stream: () => given });

      expect(reply).toEqual({
        status: 200,
        headers: json,
        body: `{"status":"stored","id":"${id}"}`,
      });
      expect(happened).toEqual([...Array(attempts).fill(produce), put]);
      expect(stored()).toEqual({
        [`letters/${name}`]:
          `{"topic":"orders","key":"customer-4714","value":"{\\"specversion\\":\\"1.0\\",` +
          `\\"id\\":\\"${id}\\",\\"source\\":\\"/webhooks/hook\\",\\"type\\":\\"webhook.received\\",` +
          `\\"time\\":\\"2023-11-14T22:13:20.000Z\\",\\"datacontenttype\\":\\"application/json\\",` +
          `\\"partitionkey\\":\\"customer-4714\\",\\"data\\":{\\"a\\":\\"private words\\"}}","id":"${id}"}\n`,
      });
      // A failure that every call would meet is a fault.
      const level = attempts === 1 ? "error" : "warn";
      expect(last).toMatchObject({ level, ending: "stored", stored: 1, failed: 0, attempts });
      expect(last?.["reason"]).toMatch(`${code}: `);
    },
  );

  test.for([500, 700, 1_000])(
    "a delivery with %i ms is attempted before it is stored",
    async (ms) => {
      const given = { ...kept, DELIVERY_TIMEOUT_MS: ms };

      const { happened } = await deliver({ stream: () => answer(503) }, given);

      expect(happened[0]).toBe(produce);
      expect(happened.at(-1)).toBe(put);
    },
  );

  test("a produced delivery is not stored", async () => {
    const { reply, happened } = await deliver({});

    expect(reply.body).toBe(`{"status":"delivered","id":"${id}"}`);
    expect(happened).toEqual([produce]);
  });

  test.for([
    [400, 500, "RECORD_REFUSED"],
    [413, 413, "RECORD_TOO_LARGE"],
  ] as const)(
    "a delivery that the stream refuses with %i is answered %i and not stored",
    async (row) => {
      const [given, status, code] = row;

      const { reply, happened, last } = await deliver({ stream: () => answer(given) });

      expect(reply.status).toBe(status);
      expect(happened).toEqual([produce]);
      expect(last).toMatchObject({ ending: "refused", code, refused: 1, stored: 0 });
    },
  );

  test("the sender retries without DEAD_LETTER_BUCKET", async () => {
    const { reply, happened } = await deliver({ stream: () => answer(503) }, {});

    expect(reply).toEqual(comeAgain);
    expect(happened).toEqual(Array(5).fill(produce));
  });

  test.for([
    ["503", answer(503), 3],
    ["403", answer(403), 1],
    ["404", answer(404), 1],
    ["nothing", noAnswer(), 3],
  ] as const)("the sender retries if the bucket answers %s too", async ([, given, puts]) => {
    const { reply, happened, stored, lines, last } = await deliver({
      stream: () => answer(503),
      failing: () => given,
    });

    expect(reply).toEqual(comeAgain);
    expect(happened.slice(5)).toEqual(Array(puts).fill(put));
    expect(stored()).toEqual({});
    expect(last).toMatchObject({ level: "error", ending: "unavailable", stored: 0, failed: 1 });
    const message = expect.stringMatching(/^dead letters could not be stored: object storage: /);
    expect(lines).toContainEqual(expect.objectContaining({ message }));
  });

  test("a wrong account and an unavailable bucket are answered 500", async () => {
    const down = { stream: () => answer(403), failing: () => answer(500) };

    const { reply } = await deliver(down);

    expect(reply).toMatchObject({ status: 500, body: '{"status":"failed"}' });
  });

  test("a delivery is stored if the bucket works at the third attempt", async () => {
    let puts = 0;
    const failing = () => {
      puts += 1;
      return puts < 3 ? answer(500) : undefined;
    };

    const { reply, stored } = await deliver({ stream: () => answer(503), failing });

    expect(reply.body).toBe(`{"status":"stored","id":"${id}"}`);
    expect(Object.keys(stored())).toEqual([`letters/${name}`]);
  });

  const split = {
    ...kept,
    ...openSource({ split: "/items", key: ["element:/k"], id: ["element:/i"], value: "raw" }),
    DATASTREAM_ATTEMPTS_MAX: 1,
  };
  const items = (keys: string) =>
    `{"items":[${[...keys].map((key, index) => `{"k":"${key}","i":"${index}"}`).join()}]}`;
  const namesIn = (text = "") =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Bag)
      .map(({ key, id: of }) => `${key}${String(of).slice(0, 1)}`);

  test("a partly delivered event stores the rest, including later records of its keys, in order", async () => {
    const stream: BucketHarnessOptions["stream"] = (request) =>
      messageOf(request).key === "b" ? answer(503) : acknowledged;

    const { reply, stored, last, messages } = await deliver({ stream }, split, items("babab"));

    expect(reply).toMatchObject({ status: 200, body: expect.stringMatching(/"stored","count":5/) });
    expect(namesIn(stored()[`letters/${name}`])).toEqual(["b0", "b2", "b4"]);
    expect(messages.map(({ key }) => key).toSorted()).toEqual(["a", "a", "b"]);
    expect(last).toMatchObject({ ending: "stored", delivered: 2, stored: 3, notAttempted: 0 });
  });

  test("a refused record does not stop the others from being stored, and the reply reports the refusal", async () => {
    const stream: BucketHarnessOptions["stream"] = (request) =>
      answer(messageOf(request).key === "b" ? 503 : 400);

    const { reply, stored, last } = await deliver({ stream }, split, items("ab"));

    expect(reply.status).toBe(500);
    expect(namesIn(stored()[`letters/${name}`])).toEqual(["b1"]);
    expect(last).toMatchObject({ code: "RECORD_REFUSED", refused: 1, stored: 1, failed: 0 });
  });

  test("a fault stores all records of the delivery", async () => {
    const { stored, last } = await deliver({ stream: () => answer(403) }, split, items("aab"));

    expect(namesIn(stored()[`letters/${name}`])).toEqual(["a0", "a1", "b2"]);
    expect(last).toMatchObject({ ending: "stored", stored: 3, failed: 0, notAttempted: 0 });
  });

  test("a fault stores no record that no later call could send", async () => {
    const settings = { ...split, DATASTREAM_MESSAGE_BYTES_MAX: 700 };
    const tooLarge = `{"k":"a","i":"1","x":"${"x".repeat(700)}"}`;
    const body = `{"items":[{"k":"a","i":"0"},${tooLarge},{"k":"a","i":"2"}]}`;

    const { stored, last } = await deliver({ stream: () => answer(403) }, settings, body);

    expect(namesIn(stored()[`letters/${name}`])).toEqual(["a0", "a2"]);
    expect(last).toMatchObject({ code: "RECORD_TOO_LARGE", refused: 1, stored: 2 });
  });

  test.for(senders.filter(({ name: of }) => ["discord", "twilio", "stripe"].includes(of)))(
    "a stored delivery of $name is answered $status",
    async (sender) => {
      const { harness, stored } = createBucketHarness({ stream: () => answer(503) });
      const { secret, contentType, verifier } = sender;
      const body = sender.bodyAt(startMs);
      const signed = sender.sign(Buffer.from(body), { secret, contentType, nowMs: startMs });
      const settings = {
        ...{ ...streamSettings, ...kept },
        WEBHOOK_SOURCES: { [sender.name]: { verifier, ...sender.options } },
        WEBHOOK_SECRETS: { [sender.name]: [secret] },
      };

      const reply = await open(webhook(), { harness, settings }).http({
        ...{ method: "POST", path: `/${sender.name}`, body },
        headers: { "content-type": contentType, ...signed },
      });

      expect(reply.status).toBe(sender.status);
      expect(reply.body.includes("stored")).toBe(sender.status === 200);
      expect(Object.keys(stored())).toEqual([`letters/${name}`]);
    },
  );

  const mac = (text: string) => createHmac("sha256", secretsInUse.provider).update(text);
  const lineBody = '{"events":[{"type":"message","webhookEventId":"e-1"}]}';
  const slackBody = '{"type":"event_callback","event_id":"Ev1"}';
  const impatient: Readonly<Record<string, HttpCall>> = {
    hook: hookCall("{}"),
    line: jsonCall("/line", lineBody, { "x-line-signature": mac(lineBody).digest("base64") }),
    slack: jsonCall("/slack", slackBody, {
      "x-slack-request-timestamp": "1700000000",
      "x-slack-signature": `v0=${mac(`v0:1700000000:${slackBody}`).digest("hex")}`,
    }),
  };
  const settingsOfAll = {
    ...{ ...streamSettings, ...kept },
    WEBHOOK_SOURCES: {
      ...{ hook: { verifier: "none" }, line: { verifier: "line" }, slack: { verifier: "slack" } },
    },
    WEBHOOK_SECRETS: { line: [secretsInUse.provider], slack: [secretsInUse.provider] },
  };

  // One second of the call is kept for the object, or two fifths of it, and 250 ms for the reply. The
  // call of LINE takes 1500 ms at most, and Slack's 2500.
  test.for([
    ["hook", {}, [0, 3000, 6000], 7750, 8750],
    ["hook", { ATTEMPT_TIMEOUT_MS: 60_000 }, [0], 7750, 8750],
    ["hook", { DELIVERY_TIMEOUT_MS: 3_000 }, [0], 1750, 2750],
    ["hook", { DELIVERY_TIMEOUT_MS: 1_000 }, [0], 350, 750],
    ["hook", { DELIVERY_TIMEOUT_MS: 750 }, [0], 200, 500],
    ["line", {}, [0], 650, 1250],
    ["slack", {}, [0], 1250, 2250],
  ] as const)(
    "a delivery of %s with %j has attempts at %j and is stored at %i ms, else answered at %i",
    async (row) => {
      const [source, limits, attempts, storedMs, silentMs] = row;
      const settings = { ...settingsOfAll, ...limits };
      const call = impatient[source] ?? {};

      const slow = createTimeoutHarness((kind) => kind === "produce");
      const stored = await open(webhook(), { harness: slow.harness, settings }).http(call);
      const dead = createTimeoutHarness(() => true);
      const failed = await open(webhook(), { harness: dead.harness, settings }).http(call);

      const starts = attempts.map((atMs) => ({ kind: "produce", atMs }));
      expect(stored).toMatchObject({ status: 200, body: expect.stringMatching('"stored"') });
      expect(slow.starts).toEqual([...starts, { kind: "PUT", atMs: storedMs }]);
      expect(failed).toEqual(comeAgain);
      expect(dead.starts).toEqual([...starts, { kind: "PUT", atMs: storedMs }]);
      expect(dead.harness.effects.now() - startMs).toBe(silentMs);
    },
  );

  test("no attempt starts in the second that is reserved for storing, whatever the waits are", async () => {
    for (const random of [0, 0.3, 0.7, 0.999]) {
      const starts: number[] = [];
      const { harness, happened } = createBucketHarness({
        random,
        stream: () => {
          starts.push(harness.effects.now() - startMs);
          harness.advance(300);
          return answer(503);
        },
      });
      const settings = { ...settingsOfAll, DATASTREAM_ATTEMPTS_MAX: 20 };

      await open(webhook(), { harness, settings }).http(hookCall("{}"));

      expect(starts.length).toBeGreaterThan(3);
      expect(Math.max(...starts)).toBeLessThanOrEqual(9_000 - 1_000 - 450);
      expect(happened.filter((what) => what.startsWith("PUT"))).toHaveLength(1);
    }
  });
});

describe.each(adapters)("an event without HTTP, through $name", ({ name: adapter, open }) => {
  const event = { object_name: "a.txt", container_name: "photos" };
  const lossWarning =
    "DEAD_LETTER_BUCKET is not set: what this function cannot deliver in time is lost";
  const isWarned = ({ message }: Bag) => message === lossWarning;

  test.for(["bucket", "heartbeat"])("an event of %s is stored without an error", async (which) => {
    const { harness, stored } = createBucketHarness({ stream: () => answer(503) });
    const settings = { ...heartbeatSettings, ...kept };

    const result = await (which === "bucket"
      ? open(bucket, { harness, settings }).invoke(event)
      : open(heartbeat, { harness, settings }).invoke({}));

    const counts = { delivered: 0, stored: 1, ignored: 0, refused: 0, failed: 0, notAttempted: 0 };
    expect(result).toEqual({ ...counts, attempts: 5, uncertain: 5, neverSent: 0 });
    expect(Object.keys(stored())).toEqual([`letters/${name}`]);
    expect(logged(harness).filter(isWarned)).toEqual([]);
  });

  test("an event fails if the bucket is down too", async () => {
    const down = { stream: () => answer(503), failing: () => answer(503) };
    const { harness } = createBucketHarness(down);

    const { error } = await open(heartbeat, {
      harness,
      settings: { ...heartbeatSettings, ...kept },
    }).invoke({});

    expect(error).toBe("STREAM_UNAVAILABLE: 0 refused, 1 failed, 0 not attempted");
  });

  test("a possible loss is warned of once per start, except on platforms that retry", async () => {
    const { harness } = createBucketHarness();
    const opened = { harness, settings: bucketSettings };
    const ticking = open(heartbeat, opened);
    const watching = open(bucket, opened);

    for (const _ of [1, 2]) {
      await ticking.invoke({});
      await watching.invoke(event);
    }
    await open(webhook(), { harness, settings: openSource() }).http(hookCall("{}"));

    const warned = logged(harness).filter(isWarned);
    const expected = adapter === "OpenWhisk main" ? ["heartbeat", "bucket"] : [];
    expect(warned.map((line) => line["function"])).toEqual(expected);
  });

  test("a record that an exception prevents from being written is logged, and the others are stored", async () => {
    const { harness, stored } = createBucketHarness({ stream: () => answer(503) });
    const entry = (key: string, extra: unknown) => ({
      ...{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", extra },
      s3: { bucket: { name: "b" }, object: { key } },
    });
    // A BigInt is in no JSON and cannot be written as JSON.
    const Records = [entry("a", 1), entry("b", 1n), entry("c", 1)];
    const settings = { ...bucketSettings, ...kept, DATASTREAM_ATTEMPTS_MAX: 1 };

    await open(bucket, { harness, settings }).invoke({ Records });

    const letters = Object.values(stored()).join("").trim().split("\n");
    expect(letters.map((text) => JSON.parse(text).key)).toEqual(["b/a", "b/c"]);
    const last = { ending: "faulted", code: "UNEXPECTED", stored: 2, failed: 1 };
    expect(logged(harness).at(-1)).toMatchObject(last);
  });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Check } from "../../../cli/doctor/checks/check.ts";
import { runDoctor } from "../../../cli/doctor/command.ts";
import { startObjectStorage } from "../../../local/object-storage/server.ts";
import { clockMs, startWorld } from "../../local/harness.ts";
import { startStorageWorld } from "../../local/object-storage/harness.ts";
import { freePort } from "../../support/free-port.ts";
import { answer } from "../../support/harness.ts";
import { secretsInUse } from "../../support/spoken.ts";
import { accessKeys, keys, runCommand, temporaryFile } from "../shared/terminal.ts";

const topics = { "h4j6l-orders": 3, "h4j6l-logs": 1 };
const good = { ...keys, DATASTREAM_TOPIC: "h4j6l-orders", DATASTREAM_PARTITIONS: "3" };

type Report = { readonly ok: boolean; readonly checks: readonly Check[] };

async function startAccountEmulator() {
  return startWorld({ topics, accessKeys, now: Date.now, random: Math.random });
}

async function examine(
  settings: Readonly<Record<string, string>>,
  argv: readonly string[] = [],
  effects = {},
) {
  const ended = await runCommand(runDoctor, [...argv, "--json"], { settings, effects });
  const report = JSON.parse(ended.out) as Report;
  return {
    ...report,
    code: ended.code,
    row: (check: string, subject?: string) =>
      report.checks.find(
        (one) => one.check === check && (subject === undefined || one.subject === subject),
      ),
  };
}

describe("the settings of event", () => {
  test("event without EVENT_KEY is a warning, because its events have no order", async () => {
    const emulator = await startAccountEmulator();
    const settings = { ...good, DATASTREAM_ENDPOINT: emulator.origin, EVENT_TYPE: '["call"]' };

    const without = await examine(settings);
    const withKey = await examine({ ...settings, EVENT_KEY: '["body:/id"]' });

    expect(without.row("settings", "event")).toMatchObject({
      verdict: "warning",
      found: expect.stringMatching(/^EVENT_KEY is not set/),
    });
    expect(withKey.row("settings", "event")).toMatchObject({ verdict: "ok" });
  });

  test("a wrong selector is named with the function that reads it", async () => {
    const { row } = await examine({ ...good, EVENT_KEY: '["header:x"]' });

    expect(row("setting", "EVENT_KEY")).toMatchObject({
      verdict: "failed",
      found: expect.stringContaining("(event)"),
    });
  });

  test("SQS_PARTIAL_BATCH is a warning that names the option which Lambda needs beside it", async () => {
    const { row } = await examine({ ...good, SQS_PARTIAL_BATCH: "true" });
    const off = await examine({ ...good, SQS_PARTIAL_BATCH: "false" });

    expect(row("settings", "SQS_PARTIAL_BATCH")).toMatchObject({
      verdict: "warning",
      found: expect.stringContaining("ReportBatchItemFailures"),
    });
    expect(off.row("settings", "SQS_PARTIAL_BATCH")).toBeUndefined();
  });
});

describe("the key pair as it was copied", () => {
  test.for([
    [`${good.NCLOUD_SECRET_KEY} `, "begins or ends with a quote or white space"],
    [`\u00A0${good.NCLOUD_SECRET_KEY}`, "begins or ends with a quote or white space"],
    [`"${good.NCLOUD_SECRET_KEY}"`, "begins or ends with a quote or white space"],
    [`${good.NCLOUD_SECRET_KEY}\u200B`, "has a blank or a character that is not ASCII"],
    [good.NCLOUD_ACCESS_KEY, "is the access key"],
  ] as const)("a secret key that is %j is a warning", async ([secret, found]) => {
    const emulator = await startAccountEmulator();
    const settings = { ...good, DATASTREAM_ENDPOINT: emulator.origin, NCLOUD_SECRET_KEY: secret };

    const { row } = await examine(settings);

    expect(row("setting", "NCLOUD_SECRET_KEY")).toMatchObject({ verdict: "warning", found });
    expect(row("key pair")).toMatchObject({ verdict: "failed" });
  });

  test("a secret key of visible ASCII has no row", async () => {
    const { row } = await examine({ ...good, NCLOUD_SECRET_KEY: "a+/=b$c#d" });

    expect(row("setting", "NCLOUD_SECRET_KEY")).toBeUndefined();
  });
});

describe("the hosts of Data Stream", () => {
  test("the host of topic management is refused as the one that takes messages", async () => {
    const settings = { ...good, DATASTREAM_ENDPOINT: "https://datastream.apigw.ntruss.com" };
    const transport = async () => answer(404, "{}");

    const { code, row } = await examine(settings, [], { transport });

    expect(code).toBe(1);
    expect(row("produce endpoint")).toMatchObject({
      verdict: "failed",
      found: "datastream.apigw.ntruss.com is the host of topic management, which takes no messages",
      todo: "set DATASTREAM_ENDPOINT=https://api.datastream.naverncp.com, or leave it out",
    });
  });

  test("a topic that took the test message and is not listed is a warning", async () => {
    const transport = async ({ url }: { readonly url: URL }) =>
      answer(
        200,
        url.pathname.endsWith("/produce")
          ? '{"status":"200","detail":"OK"}'
          : '{"prefix":"h4j6l-","topics":[{"topicName":"h4j6l-logs","partitions":1}]}',
      );

    const produced = await examine(good, ["--produce"], { transport });
    const unproduced = await examine(good, [], { transport });

    expect(produced.row("topic")).toMatchObject({
      verdict: "warning",
      found: "it took the test message, and the account's list does not show it",
    });
    expect(unproduced.row("topic")).toMatchObject({ verdict: "failed" });
  });
});

describe("the environment of a function on AWS Lambda", () => {
  test("settings that fit are a row with the largest function", async () => {
    const { row } = await examine({ ...good, WEBHOOK_SECRETS: '{"a":["0123456789abcdef"]}' });

    expect(row("lambda environment")).toMatchObject({
      subject: "webhook",
      verdict: "ok",
      found: expect.stringMatching(/^\d{3} of 4,096 bytes: the largest fits$/),
    });
  });

  test("settings that do not fit are a warning with bytes and names, and without values", async () => {
    const secret = "0123456789abcdef".repeat(256);

    const { row } = await examine({ ...good, WEBHOOK_SECRETS: `{"a":["${secret}"]}` });

    expect(row("lambda environment", "webhook")).toMatchObject({
      verdict: "warning",
      // {"a":["…"]}, 4,106 bytes, whose four quotes are escaped, in quotes.
      found: expect.stringMatching(/^4,\d{3} of 4,096 bytes, the largest: WEBHOOK_SECRETS 4,112,/),
    });
    expect(row("lambda environment", "bucket")).toBeUndefined();
    expect(JSON.stringify(row("lambda environment"))).not.toContain("0123456789abcdef");
  });
});

describe("an account in order", () => {
  test("an account in order has no failed row, and the command ends with 0", async () => {
    const emulator = await startAccountEmulator();

    const { code, ok, checks, row } = await examine({
      ...good,
      DATASTREAM_ENDPOINT: emulator.origin,
    });

    expect(checks.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    expect([code, ok]).toEqual([0, true]);
    expect(row("key pair")?.verdict).toBe("ok");
    expect(row("clock")?.verdict).toBe("ok");
    expect(row("topic")).toEqual({
      check: "topic",
      subject: "h4j6l-orders",
      verdict: "ok",
      found: "exists, CREATED, prefix h4j6l-, keeps messages 24 h",
    });
    expect(row("partitions")?.found).toBe("3, as DATASTREAM_PARTITIONS says");
  });

  test("the doctor writes nothing to the account without --produce", async () => {
    const emulator = await startAccountEmulator();

    const { row } = await examine({ ...good, DATASTREAM_ENDPOINT: emulator.origin });

    expect(row("test message")).toMatchObject({
      verdict: "skipped",
      todo: "npm run doctor -- --produce",
    });
    expect(await emulator.get("/_/topics/h4j6l-orders/records")).toMatchObject({ records: [] });
  });

  test("the doctor produces one test message with --produce, and the row says where it is", async () => {
    const emulator = await startWorld({ topics, accessKeys });
    const settings = { ...good, DATASTREAM_ENDPOINT: emulator.origin };

    const { row } = await examine(settings, ["--produce"], { now: () => clockMs });

    const { records } = (await emulator.get("/_/topics/h4j6l-orders/records")) as {
      records: { key: string; partition: number; value: string }[];
    };
    expect(records).toHaveLength(1);
    expect(records[0]?.key).toBe("datastream-relay-doctor");
    expect(JSON.parse(records[0]?.value ?? "")).toMatchObject({
      specversion: "1.0",
      type: "com.datastream-relay.doctor",
      source: "/doctor",
    });
    expect(row("test message")?.todo).toBe(
      `look: ${emulator.origin}, partition ${records[0]?.partition}, ` +
        "about 2023-11-15 07:13:20 (UTC+9), key datastream-relay-doctor",
    );
    expect(row("sub account")?.verdict).toBe("ok");
  });
});

describe("the response to a test message", () => {
  /** Checks the row of a test message for a response with HTTP 200 and this body. */
  async function answered(body: string, given: Readonly<Record<string, string>> = {}) {
    const emulator = await startAccountEmulator();
    await emulator.setFaults({ steps: [{ times: 20, status: 200, body }] });
    const settings = { ...good, DATASTREAM_ENDPOINT: emulator.origin, ...given };
    const { row } = await examine(settings, ["--produce"], { sleep: async () => undefined });
    return row("test message");
  }
  const anyOf = { DATASTREAM_ACKNOWLEDGEMENT: "any-2xx" };

  test("the row says that the documented acknowledgement fits", async () => {
    expect(await answered('{"status":200,"detail":"OK"}')).toMatchObject({
      verdict: "ok",
      found: expect.stringMatching(/; DATASTREAM_ACKNOWLEDGEMENT=documented fits the answer$/),
    });
  });

  test("the row warns if any 2xx is accepted and the documented acknowledgement would fit", async () => {
    expect(await answered('{"status":200,"detail":"OK"}', anyOf)).toMatchObject({
      verdict: "warning",
      found: expect.stringMatching(/; DATASTREAM_ACKNOWLEDGEMENT=documented fits the answer$/),
      todo: expect.stringMatching(/^set DATASTREAM_ACKNOWLEDGEMENT=documented, .*look: /),
    });
  });

  test.for(["", '{"offset":7}', "<html></html>"])(
    "the row says for the response %j that any 2xx fits if the message arrived",
    async (body) => {
      expect(await answered(body)).toMatchObject({
        verdict: "failed",
        found: expect.stringMatching(/^STREAM_NOT_THE_API: HTTP 200 with a body that is not/),
        todo: expect.stringMatching(
          /^look: .*: if the message is there, DATASTREAM_ACKNOWLEDGEMENT=any-2xx fits/,
        ),
      });
      expect(await answered(body, anyOf)).toMatchObject({
        verdict: "ok",
        found: expect.stringMatching(/; DATASTREAM_ACKNOWLEDGEMENT=any-2xx fits the answer$/),
      });
    },
  );

  test("the row says that neither value fits an error with HTTP 200", async () => {
    expect(await answered('{"error":{"errorCode":"900"}}', anyOf)).toMatchObject({
      verdict: "failed",
      todo: expect.stringMatching(/^neither value of DATASTREAM_ACKNOWLEDGEMENT fits/),
    });
  });
});

describe("the example settings of the local emulators", () => {
  test("the example settings pass every check while the emulators run", async () => {
    const local = { ncp_iam_LOCALACCESSKEY: "local-secret-key-not-for-production" };
    const buckets = ["local-dead-letters", "local-claim-checks"];
    const emulator = await startWorld({
      ...{ topics: { "local-events": 3 }, accessKeys: local, now: Date.now },
    });
    const storage = await startStorageWorld({ accessKeys: local, buckets });
    const ports = temporaryFile(
      `DATASTREAM_ENDPOINT=${emulator.origin}\nOBJECT_STORAGE_ENDPOINT=${storage.origin}\n`,
      "ports.env",
    );

    const argv = ["--settings", "local/settings.env", "--settings", ports, "--produce"];
    const { checks } = await examine({}, argv);

    expect(checks.filter(({ verdict }) => verdict === "failed")).toEqual([]);
    expect(
      checks.filter(({ check }) => check === "settings").map(({ subject }) => subject),
    ).toEqual(expect.arrayContaining(["webhook", "heartbeat", "redrive"]));
  });
});

describe("the key pair", () => {
  test("a wrong secret fails, and the row says what a 401 can mean", async () => {
    const emulator = await startAccountEmulator();
    const settings = { ...good, NCLOUD_SECRET_KEY: secretsInUse.hmac };

    const { code, row } = await examine({ ...settings, DATASTREAM_ENDPOINT: emulator.origin });

    expect(code).toBe(1);
    expect(row("key pair")).toMatchObject({
      verdict: "failed",
      found: "the management API: HTTP 401 (code 200)",
    });
    expect(row("key pair")?.todo).toMatch(/NCLOUD_SECRET_KEY.*Sub Account.*clock/);
    expect(row("topic")?.verdict).toBe("skipped");
  });

  test("the row of a failed test message says what the produce API answered and what to do", async () => {
    const emulator = await startAccountEmulator();
    const settings = { ...good, NCLOUD_SECRET_KEY: secretsInUse.hmac };

    const { row } = await examine({ ...settings, DATASTREAM_ENDPOINT: emulator.origin }, [
      "--produce",
    ]);

    expect(row("test message")).toMatchObject({
      verdict: "failed",
      found: "STREAM_UNAUTHENTICATED: HTTP 401 (code 200)",
      todo: expect.stringMatching(/^check NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY/),
    });
  });

  test("a key pair that may not read topics is a warning, because it may be allowed to produce", async () => {
    const denied = await serve((_, answer) => {
      answer.writeHead(401).end('{"error":{"errorCode":210,"message":"Permission Denied"}}');
    });
    const emulator = await startAccountEmulator();

    const { code, row } = await examine({ ...good, DATASTREAM_ENDPOINT: emulator.origin }, [
      "--management-endpoint",
      denied,
    ]);

    expect(code).toBe(0);
    expect(row("key pair")).toMatchObject({ verdict: "warning" });
    expect(row("key pair")?.todo).toContain("NCP_VPC_DATA_STREAM_VIEWER");
  });

  test("a key pair that the produce API accepts is ok whatever the management API says", async () => {
    const denied = await serve((_, answer) => {
      answer.writeHead(401).end('{"error":{"errorCode":"200"}}');
    });
    const emulator = await startAccountEmulator();

    const { code, row } = await examine({ ...good, DATASTREAM_ENDPOINT: emulator.origin }, [
      ...["--management-endpoint", denied, "--produce"],
    ]);

    expect(code).toBe(0);
    expect(row("key pair")?.found).toBe(
      "accepted by the produce API; the management API: HTTP 401 (code 200)",
    );
  });

  test.for([
    [200, "<html>login</html>"],
    [200, ""],
    [204, ""],
    [200, '["h4j6l-"]'],
    [200, '"h4j6l-"'],
    [200, '{"prefix":"h4j6l-","error":{"errorCode":"100"}}'],
    [200, '{"prefix":"h4j6l-","errorCode":"100"}'],
    [200, '{"responseError":{"returnCode":"1100"}}'],
    [200, '{"code":1,"list":[]}'],
    [200, '{"code":"80002","list":[]}'],
    [200, '{"code":{"toString":1},"list":[]}'],
  ] as const)(
    "a key pair is not proved by HTTP %i with the body %j, which is a warning",
    async ([status, body]) => {
      const { code, row } = await examineAgainst({ status, prefix: body, topics: body });

      expect(code).toBe(0);
      expect(row("key pair")).toMatchObject({
        verdict: "warning",
        found: `the management API: HTTP ${status}, and not the management API's answer`,
      });
      expect(row("topic")?.verdict).toBe("warning");
    },
  );

  test.for([
    [200, '{"prefix":"h4j6l-"}', '{"list":[]}'],
    [200, '{"prefix":"h4j6l-","error":null,"errorCode":null,"code":0}', "{}"],
    [200, '{"topicPrefix":"h4j6l-"}', "<html></html>"],
    [201, "{}", "{}"],
    [200, "", '{"topics":[],"code":"0"}'],
  ] as const)(
    "a key pair is proved by HTTP %i with the prefix %j and the list %j",
    async ([status, prefix, topics]) => {
      expect((await examineAgainst({ status, prefix, topics })).row("key pair")).toMatchObject({
        verdict: "ok",
        found: expect.stringMatching(/^accepted by the management API/),
      });
    },
  );

  test.for(["x-ncp-request-id", "x-ncp-apigw-request-id"])(
    "the row has the request's id of the header %s",
    async (name) => {
      const headers = { [name]: "0b9c3f6e-6f1d-4a55-9d0a-3c1f2e4d5b6a" };
      const prefix = '{"error":{"errorCode":"200"}}';
      const refused = await examineAgainst({ status: 401, prefix, headers });
      const foreign = await examineAgainst({ prefix: "", topics: "", headers });

      expect(refused.row("key pair")?.found).toBe(
        "the management API: HTTP 401 (code 200, request 0b9c3f6e-6f1d-4a55-9d0a-3c1f2e4d5b6a)",
      );
      expect(foreign.row("key pair")?.found).toContain(
        "HTTP 200 (request 0b9c3f6e-6f1d-4a55-9d0a-3c1f2e4d5b6a), and not",
      );
    },
  );

  test("a key pair is not sent to a management API that nobody named", async () => {
    const asked: string[] = [];
    const transport = async ({ url }: { readonly url: URL }) => {
      asked.push(url.href);
      const facts = { status: 405, headers: {}, body: "", truncated: false } as const;
      return { kind: "response", ...facts } as const;
    };
    const settings = { ...good, DATASTREAM_ENDPOINT: "https://relay.example" };

    const { row } = await examine(settings, [], { transport });

    expect(asked).toEqual(["https://relay.example/api/produce"]);
    expect(row("key pair")?.verdict).toBe("skipped");
    expect(row("topic")?.verdict).toBe("skipped");
  });

  test("the key pair is sent to NAVER Cloud's own hosts by default", async () => {
    const asked: string[] = [];
    const transport = async ({ method, url }: { readonly method: string; readonly url: URL }) => {
      asked.push(`${method} ${url.href}`);
      const body = url.pathname.endsWith("prefix") ? '{"prefix":"h4j6l-"}' : '{"list":[]}';
      return { kind: "response", status: 200, headers: {}, body, truncated: false } as const;
    };

    await examine(good, [], { transport });

    expect(asked).toEqual([
      "GET https://api.datastream.naverncp.com/api/produce",
      "GET https://datastream.apigw.ntruss.com/api/v1/topic-prefix",
      "GET https://datastream.apigw.ntruss.com/api/v1/topics",
    ]);
  });

  test("a key pair that does not begin like the documented examples gets a hint", async () => {
    const emulator = await startAccountEmulator();

    const { row } = await examine({ ...good, DATASTREAM_ENDPOINT: emulator.origin });

    expect(row("sub account")?.verdict).toBe("warning");
  });
});

describe("the topics", () => {
  test("a topic without its prefix fails, and the row suggests the full name", async () => {
    const emulator = await startAccountEmulator();
    const settings = { ...good, DATASTREAM_TOPIC: "orders", DATASTREAM_ENDPOINT: emulator.origin };

    const { code, row } = await examine(settings);

    expect(code).toBe(1);
    expect(row("topic")).toMatchObject({
      verdict: "failed",
      found: "the account has no such topic: it has h4j6l-logs, h4j6l-orders",
      todo: "set h4j6l-orders in DATASTREAM_TOPIC: a topic's full name begins with the account's prefix",
    });
  });

  test.each([
    ["16", "DATASTREAM_PARTITIONS says 16, the topic has 3: messages to the others are refused"],
    [
      "2",
      "DATASTREAM_PARTITIONS says 2, the topic has 3: keys go elsewhere than Kafka's own clients send them, and lose their order",
    ],
  ])("a count of %s partitions fails for a topic that has 3", async (count, found) => {
    const emulator = await startAccountEmulator();
    const settings = {
      ...good,
      DATASTREAM_PARTITIONS: count,
      DATASTREAM_ENDPOINT: emulator.origin,
    };

    const { code, row } = await examine(settings);

    expect(code).toBe(1);
    expect(row("partitions")).toMatchObject({ verdict: "failed", found });
    expect(row("partitions")?.todo).toBe("set it to 3, in every function and at one time");
  });

  test("a missing count is a warning that names the count to set", async () => {
    const emulator = await startAccountEmulator();
    const { DATASTREAM_PARTITIONS: _, ...settings } = good;

    const { row } = await examine({ ...settings, DATASTREAM_ENDPOINT: emulator.origin });

    expect(row("partitions")).toMatchObject({
      verdict: "warning",
      todo: "set DATASTREAM_PARTITIONS=3",
    });
  });

  test("the topic of a source is checked too, and its setting is named", async () => {
    const emulator = await startAccountEmulator();
    const sources = { shop: { verifier: "none", topic: "h4j6l-shop" } };

    const { row } = await examine({
      ...good,
      WEBHOOK_SOURCES: JSON.stringify(sources),
      DATASTREAM_ENDPOINT: emulator.origin,
    });

    expect(row("topic", "h4j6l-shop")?.todo).toContain("correct WEBHOOK_SOURCES shop.topic");
  });

  test.each(["list", "topics", "content"])(
    "a list under the name %s is read, with either name of the retention and with numbers as text",
    async (name) => {
      const older = { topicName: "h4j6l-logs", partitions: 1, retentionMs: 3_600_000 };
      const newer = {
        ...{ topicId: "aB3dE5fG7h", topicName: "h4j6l-orders", description: null, extra: {} },
        ...{ partitions: "3", retentionMilliseconds: "86400000", pinned: false, status: "CREATED" },
      };

      const { code, row } = await examineAgainst({
        topics: JSON.stringify({ [name]: [older, newer] }),
      });

      expect(code).toBe(0);
      expect(row("topic")).toMatchObject({
        verdict: "ok",
        found: "exists, CREATED, prefix h4j6l-, keeps messages 24 h",
      });
      expect(row("partitions")).toMatchObject({ verdict: "ok" });
    },
  );

  test.each(["list", "topics"] as const)(
    "an account in order passes with the form %s of the list of the emulator",
    async (topicList) => {
      const emulator = await startWorld({
        ...{ topics, accessKeys, topicList, now: Date.now, random: Math.random },
      });

      const { row } = await examine({ ...good, DATASTREAM_ENDPOINT: emulator.origin });

      expect(row("key pair")?.verdict).toBe("ok");
      expect(row("topic")?.found).toBe("exists, CREATED, prefix h4j6l-, keeps messages 24 h");
      expect(row("partitions")?.found).toBe("3, as DATASTREAM_PARTITIONS says");
    },
  );

  test.each([
    "{}",
    '{"data":[]}',
    '{"topics":{"h4j6l-orders":{}}}',
    '{"list":null,"topics":null}',
    '{"topics":[{"name":"h4j6l-orders"}]}',
    '{"list":["h4j6l-orders"]}',
  ])("the list %s is a warning of the topic, and the key pair is accepted", async (list) => {
    const { code, row } = await examineAgainst({ topics: list });

    expect(code).toBe(0);
    expect(row("key pair")?.verdict).toBe("ok");
    expect(row("topic")).toMatchObject({
      verdict: "warning",
      found: "topics: HTTP 200: the key pair is accepted, the form of the answer is unknown",
      todo: expect.stringContaining("--learn"),
    });
    expect(row("partitions")?.verdict).toBe("skipped");
  });

  test("a topic is found in the second of two lists, and hours are rounded", async () => {
    const topic = { topicName: "h4j6l-orders", partitions: 3, retentionMilliseconds: 4_000_000 };
    const list = JSON.stringify({ list: [], topics: [topic] });

    expect((await examineAgainst({ topics: list })).row("topic")?.found).toBe(
      "exists, status unknown, prefix h4j6l-, keeps messages 1.1 h",
    );
  });

  test("a topic that is not found is a warning if the list has items in an unknown form", async () => {
    const list = '{"topics":[{"topicName":"h4j6l-logs"},{"name":"h4j6l-orders"}]}';

    expect((await examineAgainst({ topics: list })).row("topic")?.verdict).toBe("warning");
  });

  test.each([
    ["CREATED", "ok", "exists, CREATED"],
    ["created", "ok", "exists, CREATED"],
    ["CREATING", "failed", "exists, and its status is CREATING"],
    ["PENDING_DELETION", "failed", "exists, and its status is PENDING_DELETION"],
    ["DELETING", "failed", "exists, and its status is DELETING"],
    ["DELETE_ERROR", "failed", "exists, and its status is DELETE_ERROR"],
    ["DELETED", "failed", "exists, and its status is DELETED"],
    ["UNKNOWN", "failed", "exists, and its status is UNKNOWN"],
    ["ACTIVE", "warning", "exists, and its status is ACTIVE, which is not documented"],
    [null, "ok", "exists, status unknown"],
    [{ code: "CREATED" }, "ok", "exists, status unknown"],
  ])("a topic of status %j is %s", async (status, verdict, found) => {
    const topic = { topicName: "h4j6l-orders", partitions: 3, status };

    const { row } = await examineAgainst({ topics: JSON.stringify({ topics: [topic] }) });

    expect(row("topic")).toMatchObject({ verdict, found: expect.stringContaining(found) });
  });

  test.each([null, "many", 0, -1, 2.5, "3.0", [], {}])(
    "a partition count of %j is unknown, and so is not compared",
    async (partitions) => {
      const topic = { topicName: "h4j6l-orders", partitions, status: "CREATED" };

      const { row } = await examineAgainst({ topics: JSON.stringify({ topics: [topic] }) });

      expect(row("partitions")?.verdict).toBe("skipped");
    },
  );

  test.each([401, 403, 404, 429, 500, 503])(
    "HTTP %i to the list skips the topic, and the key pair stays proved",
    async (topicsStatus) => {
      const { row } = await examineAgainst({ topicsStatus, topics: "<html></html>" });

      expect(row("key pair")?.verdict).toBe("ok");
      expect(row("topic")).toMatchObject({ verdict: "skipped" });
    },
  );
});

describe("the clock", () => {
  test.each([
    [-10 * 60_000, "failed", /^600 s behind the endpoint's; signatures are refused/],
    [5 * 60_000, "failed", /^300 s ahead of/],
    [60_000, "warning", /^60 s ahead of the endpoint's$/],
    [0, "ok", /^agrees with the endpoint's/],
  ])("the verdict for a clock that is wrong by %i ms is %s", async (skewMs, verdict, found) => {
    const startMs = 1_700_000_000_500;
    const headers = { date: "Tue, 14 Nov 2023 22:13:20 GMT" };
    const transport = async () =>
      ({ kind: "response", status: 405, headers, body: "", truncated: false }) as const;

    const { row } = await examine(good, [], { transport, now: () => startMs + skewMs });

    expect(row("clock")).toMatchObject({ verdict, found: expect.stringMatching(found) });
  });
});

describe("an endpoint without a response", () => {
  test("the endpoint fails with advice, and the clock is skipped", async () => {
    const port = await freePort();

    const { code, row } = await examine({
      ...good,
      DATASTREAM_ENDPOINT: `http://127.0.0.1:${port}`,
    });

    expect(code).toBe(1);
    expect(row("produce endpoint")?.found).toBe(`127.0.0.1:${port}: no answer (ECONNREFUSED)`);
    expect(row("produce endpoint")?.todo).toContain("npm start");
    expect(row("clock")?.verdict).toBe("skipped");
  });

  test("the test message fails too, with advice", async () => {
    const DATASTREAM_ENDPOINT = `http://127.0.0.1:${await freePort()}`;

    const { row } = await examine({ ...good, DATASTREAM_ENDPOINT }, ["--produce"]);

    expect(row("test message")).toMatchObject({
      verdict: "failed",
      found: "STREAM_UNREACHABLE: no connection (ECONNREFUSED, never sent)",
      todo: "see the rows produce endpoint and key pair, then try again",
    });
  });
});

describe("the buckets", () => {
  test("a bucket of another region fails, and the row names the setting", async () => {
    const emulator = await startAccountEmulator();
    const storage = await startStorageWorld({ accessKeys, buckets: ["letters"] });

    const { row } = await examine({
      ...good,
      DATASTREAM_ENDPOINT: emulator.origin,
      OBJECT_STORAGE_ENDPOINT: storage.origin,
      OBJECT_STORAGE_REGION: "us-standard",
      DEAD_LETTER_BUCKET: "letters",
    });

    expect(row("bucket", "DEAD_LETTER_BUCKET")).toMatchObject({
      verdict: "failed",
      found: "object storage: HTTP 400",
      todo: "check that OBJECT_STORAGE_REGION and OBJECT_STORAGE_ENDPOINT are of one region",
    });
  });

  test("the buckets are listed with the functions' region and key pair", async () => {
    const [emulator, storage] = [
      await startAccountEmulator(),
      await startStorageWorld({ accessKeys }),
    ];

    const { row } = await examine({
      ...good,
      DATASTREAM_ENDPOINT: emulator.origin,
      OBJECT_STORAGE_ENDPOINT: storage.origin,
      DEAD_LETTER_BUCKET: "uploads",
      CLAIM_CHECK_BUCKET: "missing",
    });

    expect(row("bucket", "DEAD_LETTER_BUCKET")).toMatchObject({
      verdict: "ok",
      found: "can be listed; writing was not tried",
    });
    expect(row("bucket", "CLAIM_CHECK_BUCKET")).toMatchObject({
      verdict: "failed",
      found: "object storage: HTTP 404",
    });
  });

  test("a bucket that refuses the key pair fails", async () => {
    const emulator = await startAccountEmulator();
    const storage = await startObjectStorage({ port: 0, buckets: ["letters"], accessKeys: {} });
    onTestFinished(() => storage.close());

    const { row } = await examine({
      ...good,
      DATASTREAM_ENDPOINT: emulator.origin,
      OBJECT_STORAGE_ENDPOINT: storage.origin,
      DEAD_LETTER_BUCKET: "letters",
    });

    expect(row("bucket", "DEAD_LETTER_BUCKET")).toMatchObject({
      verdict: "failed",
      found: "object storage: HTTP 403",
    });
  });

  test("a missing bucket for dead letters is a warning", async () => {
    const emulator = await startAccountEmulator();

    const { row } = await examine({ ...good, DATASTREAM_ENDPOINT: emulator.origin });

    expect(row("bucket", "DEAD_LETTER_BUCKET")?.verdict).toBe("warning");
    expect(row("bucket", "CLAIM_CHECK_BUCKET")?.verdict).toBe("skipped");
  });
});

describe("the settings", () => {
  test("every problem has a row of its own, and no request is sent", async () => {
    const transport = () => Promise.reject(new Error("nothing may be sent"));

    const { code, checks, row } = await examine(
      { DATASTREAM_PARTITIONS: "many", WEBHOOK_SOURCES: '{"shop":{"verifier":"hmac"}}' },
      ["--function", "webhook", "--function", "bucket"],
      { transport },
    );

    expect(code).toBe(1);
    expect(row("setting", "NCLOUD_ACCESS_KEY")).toMatchObject({
      verdict: "failed",
      found: "is required (webhook, bucket)",
    });
    expect(row("setting", "DATASTREAM_PARTITIONS")?.todo).toContain("docs/settings.md");
    expect(row("clock")?.verdict).toBe("skipped");
    for (const check of checks.filter(({ verdict }) => verdict === "failed")) {
      expect(check.todo).toMatch(/^[^\n]+$/);
    }
  });

  test("a short secret of a source is a warning", async () => {
    const emulator = await startAccountEmulator();

    const { row } = await examine({
      ...good,
      DATASTREAM_ENDPOINT: emulator.origin,
      WEBHOOK_SOURCES: '{"github":{"verifier":"github"}}',
      WEBHOOK_SECRETS: '{"github":["short"]}',
    });

    expect(row("settings", "webhook")).toMatchObject({
      verdict: "warning",
      found: "WEBHOOK_SECRETS: a secret of the source github is under 16 bytes",
    });
  });

  test("redrive without its bucket fails", async () => {
    const { row } = await examine({ ...good, REDRIVE_TOPICS: '["a"]' }, [], {
      transport: async () => ({
        ...{ kind: "noResponse", sent: "never", cause: "connection" },
        ...{ code: "ENOTFOUND", staleSocket: false },
      }),
    });

    expect(row("setting", "DEAD_LETTER_BUCKET")?.found).toBe(
      "is required: redrive empties it (redrive)",
    );
    expect(row("produce endpoint")?.todo).toContain("DNS");
  });
});

describe("the command line of doctor", () => {
  test("--help lists exit codes and examples", async () => {
    const { code, out } = await runCommand(runDoctor, ["--help"]);

    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /);
    expect(out).toContain("npm run doctor -- ");
  });

  test.each([
    ["an unknown option", ["--prodce"], "unknown option '--prodce'"],
    ["an unknown function", ["--function", "cron"], "It is one of webhook, bucket"],
    [
      "a file that is not there",
      ["--settings", "/nowhere/x.env"],
      "/nowhere/x.env cannot be read (ENOENT)",
    ],
    [
      "an invalid origin, whatever else is wrong",
      ["--management-endpoint", "x", "--settings", "/dev/null"],
      "--management-endpoint must be an https origin",
    ],
    [
      "an origin over plain http",
      ["--management-endpoint", "http://a.example"],
      "must be an https origin",
    ],
  ])("the command ends with 2 for %s", async (_, argv, message) => {
    const { code, error } = await runCommand(runDoctor, argv);

    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  test("the table is colored on a terminal only, and not if NO_COLOR is set", async () => {
    const color = "\u001B[";
    const on = (options: object) => runCommand(runDoctor, [], { settings: {}, ...options });

    expect((await on({ isTty: true })).out).toContain(`${color}31mfailed`);
    expect((await on({ isTty: false })).out).not.toContain(color);
    expect((await on({ isTty: true, environment: { NO_COLOR: "1" } })).out).not.toContain(color);
  });
});

type Account = {
  readonly status?: number;
  readonly prefix?: string;
  readonly topicsStatus?: number;
  readonly topics?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Runs the doctor against a management API that gives these answers. */
async function examineAgainst(account: Account) {
  const { status = 200, prefix = '{"prefix":"h4j6l-"}', headers = {} } = account;
  const { topicsStatus = status, topics: list = '{"list":[]}' } = account;
  const management = await serve((request, answer) => {
    const isList = request.url === "/api/v1/topics";
    answer.writeHead(isList ? topicsStatus : status, headers).end(isList ? list : prefix);
  });
  const emulator = await startAccountEmulator();
  return examine({ ...good, DATASTREAM_ENDPOINT: emulator.origin }, [
    ...["--management-endpoint", management],
  ]);
}

async function serve(
  listener: (
    request: import("node:http").IncomingMessage,
    answer: import("node:http").ServerResponse,
  ) => void,
): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

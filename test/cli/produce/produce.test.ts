import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runProduce } from "../../../cli/produce/command.ts";
import type { EmulatorOptions } from "../../../local/data-stream/server.ts";
import { startWorld } from "../../local/harness.ts";
import { startStorageWorld } from "../../local/object-storage/harness.ts";
import { listen } from "../../support/loopback.ts";
import { secretsInUse } from "../../support/spoken.ts";
import {
  accessKeys,
  type CommandOptions,
  keys,
  runCommand,
  temporaryFile,
  temporaryFolder,
} from "../shared/terminal.ts";

type TopicRecord = { readonly key: string; readonly value: string; readonly partition: number };

/** Starts an emulator with the topic `orders` of three partitions, and prepares the command for it. */
async function startTopic(options: Partial<EmulatorOptions> = {}) {
  const emulator = await startWorld({ accessKeys, now: Date.now, random: Math.random, ...options });
  const settings = {
    ...keys,
    DATASTREAM_ENDPOINT: emulator.origin,
    DATASTREAM_TOPIC: "orders",
    DATASTREAM_PARTITIONS: '{"orders":3,"alerts":1}',
  };
  return {
    ...emulator,
    settings,
    produceBy: (argv: readonly string[], options: CommandOptions = {}) =>
      runCommand(runProduce, argv, { settings, ...options }),
    records: async (topic = "orders"): Promise<readonly TopicRecord[]> => {
      const answer = await emulator.get(`/_/topics/${topic}/records?after=0&limit=1000`);
      return (answer as { records: readonly TopicRecord[] }).records;
    },
  };
}

function toLines(messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}

describe("produce with one message", () => {
  test("the message goes to the partition that Kafka's partitioner chooses for its key", async () => {
    const topic = await startTopic();

    const { code, out } = await topic.produceBy(["--key", "21", "--value", "v"]);

    // murmur2("21") is -973932308 in Kafka's own test. Without its sign it gives partition 0 of 3.
    expect(code).toBe(0);
    expect(out).toBe("delivered to orders, partition 0, 1 attempt\n");
    expect(await topic.records()).toMatchObject([{ key: "21", value: "v", partition: 0 }]);
  });

  test("the message goes to the topic and partition of --topic and --partition", async () => {
    const topic = await startTopic();

    await topic.produceBy(["--topic", "orders", "--key", "k", "--value", "v", "--partition", "2"]);
    await topic.produceBy(["--topic", "alerts", "--key", "k", "--value", "v"]);

    expect(await topic.records()).toMatchObject([{ partition: 2 }]);
    expect(await topic.records("alerts")).toMatchObject([{ partition: 0 }]);
  });

  test("an empty standard input is produced as it is, with a warning", async () => {
    const topic = await startTopic();

    const piped = await topic.produceBy(["--key", "k"], { input: "" });
    const given = await topic.produceBy(["--key", "k", "--value", ""]);

    expect([piped.code, piped.error]).toEqual([
      0,
      "warning: standard input is empty, and so is the value\n",
    ]);
    expect([given.code, given.error]).toEqual([0, ""]);
    expect(await topic.records()).toMatchObject([{ value: "" }, { value: "" }]);
  });

  test("the message is exactly what is piped in, to the last byte", async () => {
    const topic = await startTopic();

    const { code } = await topic.produceBy(["--key", "k"], { input: "\uFEFF한국\r\n" });

    expect(code).toBe(0);
    expect((await topic.records())[0]?.value).toBe("\uFEFF한국\r\n");
  });

  test("the message is the content of a file", async () => {
    const topic = await startTopic();

    await topic.produceBy(["--key", "k", "--value-file", temporaryFile('{"a":1.0}', "v.json")]);

    expect((await topic.records())[0]?.value).toBe('{"a":1.0}');
  });

  test("a message that is not UTF-8 is not sent, and the error names the cure", async () => {
    const topic = await startTopic();
    const euckr = Buffer.from([0xc7, 0xd1, 0xb1, 0xb9]);

    const { code, error } = await topic.produceBy(["--key", "k"], { input: euckr });

    expect(code).toBe(2);
    expect(error).toContain("not UTF-8: convert it first (iconv -f cp949 -t utf-8)");
    expect(await topic.records()).toEqual([]);
  });

  test("a message is sent again after an outage, and the result counts possible duplicates", async () => {
    const topic = await startTopic();
    await topic.setFaults({
      steps: [
        { times: 1, status: 503 },
        { times: 1, cut: "after" },
      ],
    });

    const { code, out } = await topic.produceBy(["--key", "k", "--value", "v", "--json"]);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ...{ ok: true, delivered: 1, refused: 0, failed: 0 },
      ...{ attempts: 3, uncertain: 2, topic: "orders", partition: 2 },
    });
    expect(await topic.records()).toHaveLength(2);
  });

  test("a message that the API refuses ends the command with 1 and advice", async () => {
    const topic = await startTopic();
    const settings = { ...topic.settings, NCLOUD_SECRET_KEY: secretsInUse.hmac };

    const { code, out } = await topic.produceBy(["--key", "k", "--value", "v"], { settings });

    expect(code).toBe(1);
    expect(out).toContain("STREAM_UNAUTHENTICATED: HTTP 401 (code 200): check NCLOUD_ACCESS_KEY");
  });

  test("a missing partition count is a warning", async () => {
    const topic = await startTopic();
    const settings = { ...topic.settings, DATASTREAM_PARTITIONS: "" };

    const { error } = await topic.produceBy(["--key", "k", "--value", "v"], { settings });

    expect(error).toContain("warning: orders: the partition will be a random one");
  });
});

describe("--dry-run", () => {
  test("a dry run shows the signed request with key and signature shortened, and opens no connection", async () => {
    let connections = 0;
    const port = await listen(
      createServer(() => {
        connections += 1;
      }),
    );
    const settings = {
      NCLOUD_ACCESS_KEY: "ncp_iam_EXAMPLEACCESSKEY",
      NCLOUD_SECRET_KEY: "ncp_iam_EXAMPLESECRETKEY",
      DATASTREAM_ENDPOINT: `http://127.0.0.1:${port}`,
      DATASTREAM_TOPIC: "orders",
      DATASTREAM_PARTITIONS: "3",
    };

    const { code, out } = await runCommand(
      runProduce,
      ["--key", "k", "--value", "v", "--dry-run"],
      { settings, effects: { now: () => 1_700_000_000_000 } },
    );

    expect(code).toBe(0);
    // openssl computed the beginning of the signature for this key pair and time.
    expect(out).toBe(
      `POST http://127.0.0.1:${port}/api/produce\nhost: 127.0.0.1:${port}\n` +
        "content-type: application/json\n" +
        "x-ncp-apigw-timestamp: 1700000000000\nx-ncp-iam-access-key: ncp_ia…\n" +
        "x-ncp-apigw-signature-v2: QOuSeO…\ncontent-length: 54\n\n" +
        '{"topic":"orders","key":"k","value":"v","partition":2}\n',
    );
    expect(connections).toBe(0);
  });

  test("a dry run reports a message over the limit, which would not be sent", async () => {
    const topic = await startTopic();
    const value = "x".repeat(1_000_001);
    const line = `${JSON.stringify({ key: "k", value })}\n`;
    const dryRun = (argv: readonly string[], input: string) =>
      topic.produceBy([...argv, "--dry-run"], { input });

    const one = await dryRun(["--key", "k"], value);
    const many = await dryRun(["--ndjson", "-"], `{"key":"k","value":"v"}\n${line}`);

    const told = "RECORD_TOO_LARGE: key and value are over 1000000 bytes";
    expect([one.code, one.out, many.code, many.out]).toEqual([2, "", 2, ""]);
    expect(one.error).toContain(told);
    expect(many.error).toContain(`line 2 (byte 24): ${told}`);
  });

  test("a dry run shows the message without the data that would go into the bucket", async () => {
    const topic = await startTopic();
    const event = {
      ...{ specversion: "1.0", id: "1", source: "/s", type: "t" },
      ...{ datacontenttype: "application/json", data: "x".repeat(1_000_001) },
    };

    const { code, out, error } = await topic.produceBy(["--key", "k", "--dry-run"], {
      input: JSON.stringify(event),
      environment: { CLAIM_CHECK_BUCKET: "claims" },
    });

    expect(code).toBe(0);
    expect(out.length).toBeLessThan(2_000);
    expect(out).toContain("dataref");
    expect(error).toContain("its data would go into CLAIM_CHECK_BUCKET first\n");
  });

  test("a dry run of an empty input prints one JSON object too", async () => {
    const topic = await startTopic();

    const { code, out } = await topic.produceBy(["--ndjson", "-", "--dry-run", "--json"]);

    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ dryRun: true, request: null });
  });

  test("a dry run checks every line of NDJSON and shows the first request", async () => {
    const topic = await startTopic();
    const lines = toLines([
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ]);
    const transport = () => Promise.reject(new Error("nothing may be sent"));
    const run = (input: string) =>
      topic.produceBy(["--ndjson", "-", "--dry-run", "--json"], { input, effects: { transport } });

    const good = await run(lines);
    const bad = await run(`${lines}{"key":"c"}\n`);

    expect(JSON.parse(good.out).request.body).toContain('"key":"a","value":"1"');
    expect(good.error).toContain("2 lines are messages");
    expect([good.code, bad.code]).toEqual([0, 2]);
    expect(JSON.parse(bad.out)).toEqual({
      ok: false,
      problems: ["line 3 (byte 48): value is missing"],
      page: "docs/troubleshooting.md#INPUT",
    });
  });
});

describe("produce with NDJSON", () => {
  test("the lines of a file are delivered in order per key", async () => {
    const topic = await startTopic();
    const messages = Array.from({ length: 60 }, (_, i) => ({ key: `k${i % 3}`, value: `${i}` }));

    const { code, out } = await topic.produceBy(["--ndjson", temporaryFile(toLines(messages))]);

    const records = await topic.records();
    const bytes = toLines(messages).length;
    expect(code).toBe(0);
    expect(out).toBe(`delivered 60, refused 0, failed 0, next offset ${bytes}\n`);
    for (const key of ["k0", "k1", "k2"]) {
      expect(records.filter((one) => one.key === key).map(({ value }) => value)).toEqual(
        messages.filter((one) => one.key === key).map(({ value }) => value),
      );
    }
  });

  test("a line may name topic and partition, leave the key to --key, be blank, and end in CRLF", async () => {
    const topic = await startTopic();
    const input =
      '\uFEFF{"value":"1"}\r\n\r\n{"topic":"alerts","key":"a","value":"2"}\n{"value":"3","partition":1}';

    const { code } = await topic.produceBy(["--ndjson", "-", "--key", "all"], { input });

    expect(code).toBe(0);
    expect(await topic.records("alerts")).toMatchObject([{ key: "a", value: "2" }]);
    expect(await topic.records()).toHaveLength(2);
    expect(await topic.records()).toContainEqual(
      expect.objectContaining({ key: "all", value: "3", partition: 1 }),
    );
  });

  test("--json-values sends the text of a value exactly as the line has it", async () => {
    const topic = await startTopic();
    const input = '{"key":"k","value":{"n":12345678901234567890, "v":1.0,"v":2}}\n';

    await topic.produceBy(["--ndjson", "-", "--json-values"], { input });

    expect((await topic.records())[0]?.value).toBe('{"n":12345678901234567890, "v":1.0,"v":2}');
  });

  test("the lines of a dead letter and of a record that was set aside are accepted", async () => {
    const topic = await startTopic();
    const input = toLines([
      { topic: "alerts", key: "a", value: "1", id: "one" },
      { topic: "alerts", partition: 0, key: "a", value: "2", id: "two", reason: "HTTP 400" },
    ]);

    const { code } = await topic.produceBy(["--ndjson", "-"], { input });

    expect(code).toBe(0);
    expect((await topic.records("alerts")).map(({ value }) => value)).toEqual(["1", "2"]);
  });

  test.each([
    ['{"key":"k","value":{"a":1}}', "value must be text: give --json-values"],
    ['{"key":7,"value":"v"}', "key must be text that is not empty"],
    ['{"key":"","value":"v"}', "key must be text that is not empty"],
    ['{"key":"k","value":"v","partition":1.5}', "partition must be a whole number"],
    ['{"key":"k","value":"v","partition":3}', "partition must be below the topic's count of 3"],
    ['{"key":"k","value":"v","topic":"no/topic"}', "topic must be a topic name"],
    ['{"key":"k","value":"v","ttl":1}', 'the field "ttl" is none of topic, key, value, partition'],
    ["[1]", "it is not a JSON object"],
    ["{", "it is not a JSON object"],
  ])(
    "the line %s ends the run at its position, after all lines before it",
    async (line, problem) => {
      const topic = await startTopic();
      const before = '{"key":"k","value":"0"}\n';

      const { code, error, out } = await topic.produceBy(["--ndjson", "-"], {
        input: `${before}${line}\n${before}`,
      });

      expect(code).toBe(1);
      expect(error).toContain(`line 2 (byte 24): ${problem}`);
      expect(error).toContain(`to leave this line out, go on from byte ${25 + line.length}`);
      expect(out).toBe("delivered 1, refused 0, failed 0, next offset 24\n");
      expect(await topic.records()).toHaveLength(1);
    },
  );

  test("a record that the API refuses is named, and the others are delivered", async () => {
    const topic = await startTopic();
    await topic.setFaults({ steps: [{ times: 1, when: { key: "b" }, status: 400 }] });
    const input = toLines(["a", "b", "c"].map((key) => ({ key, value: key })));

    const { code, out } = await topic.produceBy(["--ndjson", "-", "--json"], { input });

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ...{ ok: false, delivered: 2, refused: 1, nextOffset: input.length, stopped: null },
      refusals: [{ line: 2, offset: 24, code: "RECORD_REFUSED" }],
    });
  });

  test("a value over the limit is refused without being sent", async () => {
    const topic = await startTopic();
    const settings = { ...topic.settings, DATASTREAM_MESSAGE_BYTES_MAX: "10" };
    const input = toLines([
      { key: "a", value: "0123456789" },
      { key: "b", value: "1" },
    ]);

    const { error } = await topic.produceBy(["--ndjson", "-"], { input, settings });

    expect(error).toContain("line 1 (byte 0): RECORD_TOO_LARGE");
    expect(await topic.records()).toMatchObject([{ key: "b" }]);
  });

  describe("a record within the limit whose request is over it", () => {
    // An ordinary JSON of 920,000 bytes exceeds 1 MiB once its quotation marks are escaped.
    const data = `[${Array.from({ length: 40_000 }, (_, n) => `{"id":${String(n).padStart(5, "1")},"ok":true}`).join()}]`;
    const head = '{"specversion":"1.0","id":"i","source":"/s","type":"t","data":';
    const value = `${head}${data}}`;
    const argv = ["--key", "k", "--value-file", "-"];

    test.each([
      ["message", 0, "delivered to orders"],
      ["body", 1, "RECORD_TOO_LARGE: the stream refuses the record as too large"],
    ] as const)(
      "the record is sent, and an API that counts the %s decides",
      async (countedSize, code, said) => {
        const topic = await startTopic({ countedSize });

        const ended = await topic.produceBy(argv, { input: value });

        expect(Buffer.byteLength(value)).toBeLessThan(1_000_000);
        expect(ended.code).toBe(code);
        expect(ended.out).toContain(said);
        expect(ended.out).toContain("1 attempt");
      },
    );

    test("the record's data goes into the bucket if there is one, and the dry run says so", async () => {
      const topic = await startTopic();
      const storage = await startStorageWorld({ accessKeys, buckets: ["claims"] });
      const settings = {
        ...{ ...topic.settings, CLAIM_CHECK_BUCKET: "claims" },
        OBJECT_STORAGE_ENDPOINT: storage.origin,
      };

      const dry = await topic.produceBy([...argv, "--dry-run"], { input: value, settings });
      const ended = await topic.produceBy(argv, { input: value, settings });

      expect(dry.error).toContain("its data would go into CLAIM_CHECK_BUCKET first\n");
      expect(ended.out).toContain("delivered to orders");
      const [record] = await topic.records();
      expect(record?.value).toContain(`"datarefsize":${Buffer.byteLength(data)}`);
    });
  });

  test("an outage ends the run with a command that delivers the rest", async () => {
    const topic = await startTopic();
    const messages = Array.from({ length: 30 }, (_, i) => ({ key: `k${i}`, value: `${i}` }));
    const file = temporaryFile(toLines(messages), "it's.ndjson");
    await topic.setFaults({ steps: [{ times: 100, when: { key: "k7" }, status: 503 }] });

    const first = await topic.produceBy(["--ndjson", file, "--from-offset=0"]);
    await topic.remove("/_/faults");
    const offset = toLines(messages.slice(0, 7)).length;
    const second = await topic.produceBy(["--ndjson", file, "--from-offset", String(offset)]);

    expect([first.code, second.code]).toEqual([1, 0]);
    expect(first.error).toContain(`stopped: STREAM_UNAVAILABLE: line 8 (byte ${offset}): HTTP 503`);
    expect(first.error).toContain(
      `go on: npm run produce -- --ndjson '${file.replace("'", "'\\''")}' --from-offset ${offset}\n`,
    );
    expect(second.out).toBe(
      `delivered 23, refused 0, failed 0, next offset ${toLines(messages).length}\n`,
    );
    expect(new Set((await topic.records()).map(({ value }) => value)).size).toBe(30);
  });

  test("a checkpoint is written, read at the next run, and continues in a file that has grown", async () => {
    const topic = await startTopic();
    const file = temporaryFile('{"key":"a","value":"1"}');
    const checkpoint = join(temporaryFolder(), "offset.json");
    const run = () => topic.produceBy(["--ndjson", file, "--checkpoint", checkpoint]);

    await run();
    const saved = JSON.parse(readFileSync(checkpoint, "utf8"));
    await run();
    writeFileSync(file, '\n{"key":"a","value":"2"}\n', { flag: "a" });
    await run();

    expect(saved).toEqual({ input: file, nextOffset: 23 });
    expect((await topic.records()).map(({ value }) => value)).toEqual(["1", "2"]);
    expect(JSON.parse(readFileSync(checkpoint, "utf8")).nextOffset).toBe(48);
  });

  test.each([
    ["that is malformed", "{}", "is not a checkpoint"],
    ["of another input", '{"input":"/other","nextOffset":0}', "is the checkpoint of another input"],
  ])("a checkpoint %s is refused", async (_, content, problem) => {
    const topic = await startTopic();
    const checkpoint = temporaryFile(content, "offset.json");

    const { code, error } = await topic.produceBy(["--ndjson", "-", "--checkpoint", checkpoint]);

    expect(code).toBe(2);
    expect(error).toContain(problem);
    expect(readFileSync(checkpoint, "utf8")).toBe(content);
  });

  test.each([
    ["5", "byte 5 is not the beginning of a line"],
    ["500", "the input ends at byte 24, before byte 500"],
  ])("the offset %s is refused", async (offset, problem) => {
    const topic = await startTopic();
    const input = '{"key":"k","value":"0"}\n';

    const { code, error } = await topic.produceBy(["--ndjson", "-", "--from-offset", offset], {
      input,
    });

    expect(code).toBe(2);
    expect(error).toContain(problem);
    expect(await topic.records()).toEqual([]);
  });

  test("an input that breaks off ends the run after the lines that were read", async () => {
    const topic = await startTopic();
    const input = (async function* () {
      yield Buffer.from('{"key":"k","value":"0"}\n{"key":');
      throw Object.assign(new Error("broken"), { code: "EIO" });
    })();

    const { code, error } = await topic.produceBy(["--ndjson", "-"], { input });

    expect(code).toBe(1);
    expect(error).toContain("line 2 (byte 24): the input cannot be read on (EIO)");
    expect(await topic.records()).toHaveLength(1);
  });

  test("a wrong --from-offset leaves no checkpoint behind", async () => {
    const topic = await startTopic();
    const checkpoint = join(temporaryFolder(), "offset.json");
    const input = toLines([{ key: "a", value: "1" }]);
    const argv = ["--ndjson", "-", "--checkpoint", checkpoint];

    const within = await topic.produceBy([...argv, "--from-offset", "3"], { input });
    const behind = await topic.produceBy([...argv, "--from-offset", "999"], { input });
    const right = await topic.produceBy(argv, { input });

    expect([within.code, behind.code, right.code]).toEqual([2, 2, 0]);
    expect(within.error).toContain("byte 3 is not the beginning of a line of this input");
    expect(behind.error).toContain("before byte 999");
    expect(right.out).toContain("delivered 1, ");
  });

  test("a checkpoint that cannot be written is noticed before anything is sent", async () => {
    const topic = await startTopic();
    const checkpoint = join(temporaryFolder(), "missing", "offset.json");

    const { code, error } = await topic.produceBy(["--ndjson", "-", "--checkpoint", checkpoint], {
      input: '{"key":"k","value":"0"}\n',
    });

    expect(code).toBe(2);
    expect(error).toContain(`${checkpoint} cannot be written (ENOENT)`);
    expect(await topic.records()).toEqual([]);
  });

  test("a missing partition count is a warning that keys lose their order", async () => {
    const topic = await startTopic();
    const settings = { ...topic.settings, DATASTREAM_PARTITIONS: "" };
    const input = '{"key":"k","value":"0"}\n';

    const { error } = await topic.produceBy(["--ndjson", "-"], { settings, input });

    expect(error).toContain("keys lose their order");
  });

  test("a terminal shows the progress of a run, and a pipe does not", async () => {
    const topic = await startTopic();
    const file = temporaryFile(toLines([{ key: "a", value: "1" }]));

    const shown = await topic.produceBy(["--ndjson", file], { isTty: true });
    const silent = await topic.produceBy(["--ndjson", file]);

    expect(shown.error).toContain("\r\u001B[2K1 lines, 0.0 MB (100 %), ");
    expect(silent.error).toBe("");
  });
});

describe("the command line of produce", () => {
  test("--help lists exit codes and examples", async () => {
    const { code, out } = await runCommand(runProduce, ["--help"]);

    expect(code).toBe(0);
    expect(out).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 /);
    expect(out).toContain("npm run produce -- ");
  });

  test.each([
    ["an unknown option", ["--kye", "k"], "unknown option '--kye'"],
    ["no key", ["--value", "v"], "--key is required"],
    ["an empty key", ["--key", "", "--value", "v"], "--key must not be empty"],
    ["two values", ["--key", "k", "--value", "v", "--ndjson", "-"], "exclude each other"],
    ["an invalid partition", ["--key", "k", "--value", "v", "--partition", "-1"], "--partition"],
    ["a checkpoint for one message", ["--key", "k", "--checkpoint", "f"], "go with --ndjson"],
    ["a file that is not there", ["--ndjson", "/nowhere/x"], "/nowhere/x cannot be read (ENOENT)"],
    ["a folder", ["--ndjson", "/"], "/ is a folder"],
  ])("the command ends with 2 for %s", async (_, argv, message) => {
    const settings = { ...keys, DATASTREAM_TOPIC: "orders" };

    const { code, error } = await runCommand(runProduce, argv, { settings });

    expect(code).toBe(2);
    expect(error).toContain(message);
  });

  test("the error names every setting that is wrong", async () => {
    const { code, error } = await runCommand(runProduce, ["--key", "k", "--value", "v"], {
      settings: { DATASTREAM_PARTITIONS: "x" },
    });

    expect(code).toBe(2);
    expect(error).toMatch(/NCLOUD_ACCESS_KEY is required; .*DATASTREAM_PARTITIONS must be/);
  });

  test("the command does not wait for a keyboard", async () => {
    const settings = { ...keys, DATASTREAM_TOPIC: "orders" };

    const { code, error } = await runCommand(runProduce, ["--key", "k"], { settings, isTty: true });

    expect(code).toBe(2);
    expect(error).toContain("nothing is piped in");
  });
});

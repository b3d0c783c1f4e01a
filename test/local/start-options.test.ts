import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parseCountedSize } from "../../local/data-stream/produce/message-size.ts";
import { parseTopicListForm } from "../../local/data-stream/topics/topic-list.ts";
import { readTopicSettings } from "../../local/data-stream/topics/topic-settings.ts";
import { openPortWarning } from "../../local/http/listen.ts";
import { parseOptions, toHelp } from "../../local/start-options.ts";

const help = toHelp("npm start -- [options]");
const usual = {
  isHelp: false,
  isBuilding: true,
  isWatching: false,
  isJson: false,
  events: "ncloud",
  settingsFiles: [],
  host: "127.0.0.1",
  allowedHosts: [],
  recordsMax: 10_000,
  recordBytesMax: 268_435_456,
  partitionBytesMax: 200_000_000_000,
  dataBytesMax: 1_073_741_824,
};

describe("the options of npm start", () => {
  test.each([
    ["", {}],
    ["--data ./topics", { dataDirectory: "./topics" }],
    ["--kafka 127.0.0.1:9092", { kafka: { brokers: ["127.0.0.1:9092"], headers: false } }],
    [
      "--kafka a:1,b.example:2 --kafka-headers",
      { kafka: { brokers: ["a:1", "b.example:2"], headers: true } },
    ],
    ["--host 0.0.0.0", { host: "0.0.0.0" }],
    ["--host ::", { host: "::" }],
    [
      "--host :: --allow-host Dev.example --allow-host b:5000",
      { host: "::", allowedHosts: ["dev.example", "b:5000"] },
    ],
    [
      "--records-max 100000 --record-bytes-max 1048576",
      { recordsMax: 100_000, recordBytesMax: 1_048_576 },
    ],
    [
      "--partition-bytes-max 1048576 --data-bytes-max 2097152",
      { partitionBytesMax: 1_048_576, dataBytesMax: 2_097_152 },
    ],
    ["-h", { isHelp: true }],
    ["--no-build", { isBuilding: false }],
    ["--build", {}],
    ["--watch --json", { isWatching: true, isJson: true }],
    ["--events s3", { events: "s3" }],
    ["--events ncloud", {}],
  ])("the options are read from %j", (line, told) => {
    expect(parseOptions(line.split(" ").filter((arg) => arg !== ""))).toEqual({
      ...usual,
      ...told,
    });
  });

  test.each([
    [["--dta", "x"], "Unknown option '--dta' (--help lists the options)"],
    // Node ends its own message at this point, and says no more than that the argument is ambiguous.
    [
      ["--records-max", "-5"],
      "--records-max has no value (one that begins with a dash: --records-max=VALUE)",
    ],
    [["--data", "--json"], "--data has no value (one that begins with a dash: --data=VALUE)"],
    [["x"], "Unexpected argument 'x' (--help lists the options)"],
    [["--data", ""], "--data must name a directory"],
    [["--kafka", "localhost"], "--kafka must be HOST:PORT, such as 127.0.0.1:9092"],
    [["--kafka", "localhost:0"], "--kafka must be HOST:PORT, such as 127.0.0.1:9092"],
    // kafkajs splits an address at its first colon.
    [["--kafka", "[::1]:9092"], "--kafka must be HOST:PORT, such as 127.0.0.1:9092"],
    [["--kafka", "http://localhost:1"], "--kafka must be HOST:PORT, such as 127.0.0.1:9092"],
    [["--kafka-headers"], "--kafka-headers needs --kafka HOST:PORT"],
    [
      ["--host", "192.168.0.7"],
      "--host must be an address of loopback, such as 127.0.0.1, or 0.0.0.0 or :: for every network",
    ],
    [
      ["--host", "127.0.0.999"],
      "--host must be an address of loopback, such as 127.0.0.1, or 0.0.0.0 or :: for every network",
    ],
    [["--allow-host", "*"], "--allow-host must be a name such as dev.example or dev.example:5000"],
    [
      ["--allow-host", "a:70000"],
      "--allow-host must be a name such as dev.example or dev.example:5000",
    ],
    [["--events", "S3"], "--events must be ncloud or s3"],
    [["--records-max", "0"], "--records-max must be an integer from 1 to 1000000"],
    [["--records-max", "1e3"], "--records-max must be an integer from 1 to 1000000"],
    [
      ["--data-bytes-max", "1"],
      "--data-bytes-max must be an integer from 1048576 to 1000000000000",
    ],
  ])("wrong options %j are refused with the reason", (args, problem) => {
    expect(() => parseOptions(args)).toThrow(problem);
  });

  test("the help lists every option", () => {
    const names = ["data", "data-bytes-max", "records-max", "record-bytes-max"];
    const others = ["partition-bytes-max", "kafka", "kafka-headers", "host", "allow-host", "help"];
    const ofFunctions = ["settings", "events", "watch", "json", "no-build"];
    for (const name of [...names, ...others, ...ofFunctions]) {
      expect(help).toContain(`\n  --${name} `);
    }
  });

  test.for([
    [["--help"], 0, help, ""],
    [
      ["--nope"],
      2,
      "",
      "Unknown option '--nope' (--help lists the options)\npage: docs/troubleshooting.md#usage",
    ],
  ] as const)("npm start with %j ends with exit code %d", ([args, code, out, problem]) => {
    const ended = spawnSync(process.execPath, ["cli/bin.mjs", "start", ...args], {
      encoding: "utf8",
    });

    expect([ended.status, ended.stdout.trim(), ended.stderr.trim()]).toEqual([code, out, problem]);
  });
});

test("an open port is warned of loudly", () => {
  expect(openPortWarning(4010)).toContain(
    "!! WARNING: port 4010 is open to every network that this machine is in.",
  );
});

test.each([
  [undefined, "body"],
  ["", "body"],
  ["body", "body"],
  ["message", "message"],
])("STANDIN_SIZE=%s counts the %s", (text, counted) => {
  expect(parseCountedSize(text)).toBe(counted);
});

test("STANDIN_SIZE with another word is refused", () => {
  expect(() => parseCountedSize("value")).toThrow("STANDIN_SIZE must be message or body");
});

test.each([
  [undefined, "list"],
  ["", "list"],
  ["list", "list"],
  ["topics", "topics"],
])("STANDIN_TOPIC_LIST=%s gives the form %s", (text, form) => {
  expect(parseTopicListForm(text)).toBe(form);
});

test("STANDIN_TOPIC_LIST with another word is refused", () => {
  expect(() => parseTopicListForm("new")).toThrow("STANDIN_TOPIC_LIST must be list or topics");
});

describe("STANDIN_TOPICS", () => {
  test("STANDIN_TOPICS takes partition counts and retention", () => {
    const text = '{"a":3,"b":{"partitions":1},"c":{"partitions":16,"retentionMs":3600000}}';

    expect(readTopicSettings(JSON.parse(text))).toEqual(JSON.parse(text));
  });

  test.each([
    ["[]", "STANDIN_TOPICS must be a JSON object"],
    ['{"a":"3"}', "topic a must be an object"],
    ['{"a":{"partitions":0}}', "topic a: the partition count must be from 1 to 16"],
    [
      '{"a":{"partitions":1,"retentionMs":"1h"}}',
      "topic a: retentionMs must be an integer from 3600000 to 1296000000",
    ],
    ['{"a":{"partitions":1,"retentionMS":3600000}}', 'unknown field "retentionMS"'],
  ])("STANDIN_TOPICS=%s is refused with the reason", (text, problem) => {
    expect(() => readTopicSettings(JSON.parse(text))).toThrow(problem);
  });
});

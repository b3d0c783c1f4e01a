import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "../../../cli/shared/usage-error.ts";
import { loadLocalSettings } from "../../../cli/start/local-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "local-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** Writes a settings file and returns its path. */
function file(...lines: readonly string[]): string {
  files += 1;
  const path = join(folder, `${files}.env`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

function problemsOf(paths: readonly string[], environment = {}): UsageError {
  try {
    loadLocalSettings(paths, environment);
  } catch (error) {
    if (error instanceof UsageError) {
      return error;
    }
  }
  throw new Error("the settings were accepted");
}

const orders = `WEBHOOK_SOURCES='{ "orders": { "verifier": "hmac", "header": "x-signature" } }'`;
const ordersSecret = `WEBHOOK_SECRETS='{ "orders": ["3f1c8a0e5d7b42968e0f6b1d2c4a7e95"] }'`;

describe("the settings of npm start", () => {
  test("a name that only the environment can set is warned of in a file", () => {
    const path = file("HTTP_PORT=3700", "STANDIN_SIZE=message", "STANDIN_PORT=4710");

    expect(loadLocalSettings([path], { STANDIN_PORT: "4710" }).warnings).toEqual([
      "HTTP_PORT in a settings file has no effect: set it in the environment",
      "STANDIN_SIZE in a settings file has no effect: set it in the environment",
    ]);
  });

  test("the settings without files and variables are the samples", () => {
    const { settings, topics, warnings } = loadLocalSettings([], {});

    expect(settings).toMatchObject({
      NCLOUD_ACCESS_KEY: "ncp_iam_LOCALACCESSKEY",
      DATASTREAM_TOPIC: "local-events",
    });
    expect(topics).toEqual({ "local-events": 3 });
    expect(warnings).toEqual([]);
  });

  test("a later file comes before an earlier one, files before the environment, all before the samples", () => {
    const { settings } = loadLocalSettings(
      [file("HEARTBEAT_NAME=one", "BUCKET_TOPIC=uploads"), file("HEARTBEAT_NAME=two")],
      { HEARTBEAT_NAME: "variable", LOG_LEVEL: "warn", PATH: "/bin" },
    );

    expect(settings).toMatchObject({
      HEARTBEAT_NAME: "two",
      BUCKET_TOPIC: "uploads",
      LOG_LEVEL: "warn",
      DATASTREAM_TOPIC: "local-events",
    });
    expect(settings).not.toHaveProperty("PATH");
  });

  test("sources of one's own replace the samples and their secrets", () => {
    const { settings } = loadLocalSettings([file(orders, ordersSecret)], {});

    expect(Object.keys(JSON.parse(settings["WEBHOOK_SOURCES"] ?? ""))).toEqual(["orders"]);
    expect(settings["WEBHOOK_SECRETS"]).not.toContain("local-github-secret");
  });

  test("sources of one's own never take a sample's secret", () => {
    const github = `WEBHOOK_SOURCES='{ "github": { "verifier": "github" } }'`;

    expect(problemsOf([file(github)]).message).toBe(
      "WEBHOOK_SECRETS has no secret for the source github",
    );
  });

  test("a key of one's own is never paired with the sample's", () => {
    const { message, page } = problemsOf([file("NCLOUD_ACCESS_KEY=ncp_iam_9fK2LmQ8")]);

    expect(message).toBe("NCLOUD_SECRET_KEY is required");
    expect(page).toBe("docs/settings.md#NCLOUD_SECRET_KEY");
  });

  test("every problem of every function is named, each once and without its value", () => {
    const { message } = problemsOf([
      file(
        `WEBHOOK_SOURCES='{ "orders": { "verifier": "hmca", "header": "x-signature" } }'`,
        ordersSecret,
        "HEARTBEAT_CRON=every minute",
        "DATASTREAM_PARTITIONS=seventeen",
        "BUKET_KEY=object",
      ),
    ]);
    const lines = message.split("\n");

    expect(lines.map((line) => line.split(" ")[0]).toSorted()).toEqual([
      "BUKET_KEY",
      "DATASTREAM_PARTITIONS",
      "HEARTBEAT_CRON",
      "WEBHOOK_SOURCES",
    ]);
    expect(message).toContain("did you mean BUCKET_KEY");
    expect(message).not.toContain("seventeen");
    expect(message).not.toContain("3f1c8a0e5d7b42968e0f6b1d2c4a7e95");
  });

  test("a placeholder is no secret", () => {
    const secret = `WEBHOOK_SECRETS='{ "orders": ["<secret>"] }'`;

    expect(problemsOf([file(orders, secret)]).message).toContain("placeholder");
  });

  test("a line that is no setting is named with its file", () => {
    const path = file("HEARTBEAT_NAME=one", "what is this");

    expect(problemsOf([path]).message).toBe(`${path}:2 is neither a comment nor NAME=value`);
  });

  test("advice about one's own settings is passed on", () => {
    const short = `WEBHOOK_SECRETS='{ "orders": ["short"] }'`;

    expect(loadLocalSettings([file(orders, short)], {}).warnings).toEqual([
      expect.stringContaining("orders"),
    ]);
  });
});

describe("the topics of npm start", () => {
  test("every topic that a setting names is there with the partitions that the settings count", () => {
    const source = `WEBHOOK_SOURCES='{ "orders": { "verifier": "bearer", "topic": "abcde-orders" } }'`;
    const { topics } = loadLocalSettings(
      [
        file(
          "DATASTREAM_TOPIC=abcde-events",
          `DATASTREAM_PARTITIONS='{ "abcde-events": 6, "abcde-orders": 2 }'`,
          "HEARTBEAT_TOPIC=abcde-ticks",
          "HEARTBEAT_PARTITION=7",
          source,
          ordersSecret,
        ),
      ],
      {},
    );

    expect(topics).toEqual({
      "local-events": 3,
      "abcde-events": 6,
      "abcde-orders": 2,
      "abcde-ticks": 8,
    });
  });

  test("STANDIN_TOPICS of one's own comes before what the settings count", () => {
    const own = `STANDIN_TOPICS='{ "local-events": { "partitions": 5, "retentionMs": 3600000 } }'`;

    expect(loadLocalSettings([file(own)], {}).topics).toEqual({
      "local-events": { partitions: 5, retentionMs: 3_600_000 },
    });
    expect(loadLocalSettings([], { STANDIN_TOPICS: '{"abcde-a":1}' }).topics).toMatchObject({
      "abcde-a": 1,
    });
  });

  test.for(["3", "[]", "{"])("STANDIN_TOPICS=%s is refused", (text) => {
    expect(problemsOf([], { STANDIN_TOPICS: text }).message).toBe(
      'STANDIN_TOPICS must be a JSON object, such as {"orders": 3}',
    );
  });
});

import { describe, expect, test } from "vitest";
import { readWindows } from "../../../../cli/produce/produce-many.ts";
import { parseConfig } from "../../../../lib/settings/stream-config.ts";
import type { World } from "../../harness.ts";
import { startWorld } from "../../harness.ts";

/** Texts that break lines, JSON or UTF-8 where they are written carelessly. */
const values = [
  "line 1\nline 2\r\n",
  '{"total":12.50,"n":12345678901234567890}',
  "\u2028\u2029\u0000\u007f",
  "안녕하세요 😀",
  "",
  '"',
  "\\",
];

async function exportOf(emulator: World, query = "") {
  const response = await fetch(`${emulator.origin}/_/topics/orders/records?format=ndjson${query}`);
  return { response, text: await response.text() };
}

async function readBack(text: string) {
  const parsed = parseConfig(
    {
      ...{
        NCLOUD_ACCESS_KEY: "ncp_iam_EXAMPLEACCESSKEY",
        NCLOUD_SECRET_KEY: "ncp_iam_EXAMPLESECRET",
      },
      ...{ DATASTREAM_TOPIC: "orders", DATASTREAM_PARTITIONS: "3" },
    },
    45_000,
  );
  if (!parsed.ok) {
    throw new Error(JSON.stringify(parsed.problems));
  }
  async function* chunks() {
    yield Buffer.from(text);
  }
  const records: unknown[] = [];
  for await (const window of readWindows(chunks(), 0, { options: {}, config: parsed.value })) {
    records.push(window);
  }
  return JSON.stringify(records);
}

describe("GET /_/topics/{topic}/records?format=ndjson", () => {
  test("each record is a line with topic, key, value and partition", async () => {
    const emulator = await startWorld();
    await emulator.produce({ topic: "orders", key: "a", value: "x\ny", partition: 2 });
    await emulator.produce({ topic: "alerts", key: "a", value: "other topic", partition: 0 });
    await emulator.produce({ topic: "orders", key: "b", value: "{}", partition: 0 });

    const { response, text } = await exportOf(emulator);

    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    expect(response.headers.get("next-cursor")).toBe("3");
    expect(text).toBe(
      '{"topic":"orders","key":"a","value":"x\\ny","partition":2}\n' +
        '{"topic":"orders","key":"b","value":"{}","partition":0}\n',
    );
  });

  test("the lines are what `npm run produce -- --ndjson` takes, with every value as it was", async () => {
    const emulator = await startWorld();
    for (const value of values) {
      await emulator.produce({ topic: "orders", key: "키", value, partition: 1 });
    }

    const back = await readBack((await exportOf(emulator)).text);

    for (const value of values) {
      expect(back).toContain(
        `"partition":1,"isFixed":true,"key":"키","value":${JSON.stringify(value)}`,
      );
    }
  });

  test("filters work, and `after` goes on from the header next-cursor", async () => {
    const emulator = await startWorld();
    for (const key of ["a", "b", "a"]) {
      await emulator.produce({ topic: "orders", key, value: "v", partition: 0 });
    }

    const first = await exportOf(emulator, "&after=0&limit=1&key=a");
    const cursor = first.response.headers.get("next-cursor");
    const second = await exportOf(emulator, `&key=a&after=${cursor}`);

    expect(first.text.split("\n")).toHaveLength(2);
    expect(cursor).toBe("1");
    expect(second.response.headers.get("next-cursor")).toBe("3");
  });

  test("an empty topic is an empty body", async () => {
    expect((await exportOf(await startWorld())).text).toBe("");
  });

  test.each([
    ["&limit=10001", "limit must be an integer from 1 to 10000"],
    ["&format=json", "format must be given at most once"],
  ])("the query %s is refused", async (query, error) => {
    const { response, text } = await exportOf(await startWorld(), query);

    expect([response.status, JSON.parse(text)]).toEqual([400, { error }]);
  });

  test("another format is refused by name", async () => {
    const emulator = await startWorld();

    expect(await emulator.get("/_/topics/orders/records?format=csv")).toEqual({
      error: "format must be one of json, ndjson",
    });
  });
});

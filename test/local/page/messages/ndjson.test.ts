import { describe, expect, test } from "vitest";
import { parseMessage } from "../../../../cli/produce/input/message.ts";
import { toNdjson } from "../../../../local/page/messages/ndjson.ts";

const record = { cursor: 9, topic: "orders", partition: 2, offset: 4, timestamp: 1, key: "A-7" };

describe("the export of messages", () => {
  test("each message is one line, oldest first", () => {
    const records = [
      { ...record, value: '{"n":1.0}' },
      { ...record, key: "B", value: "two\nlines" },
    ];

    expect(toNdjson(records)).toBe(
      '{"topic":"orders","key":"A-7","value":"{\\"n\\":1.0}","partition":2}\n' +
        '{"topic":"orders","key":"B","value":"two\\nlines","partition":2}\n',
    );
  });

  test("npm run produce takes a line back as it was", () => {
    const [line = ""] = toNdjson([{ ...record, value: '{"id":12345678901234567890}' }]).split("\n");
    const defaults = { key: undefined, partition: undefined, jsonValues: false };

    expect(parseMessage(line, defaults)).toEqual({
      ok: true,
      value: { topic: "orders", key: "A-7", value: '{"id":12345678901234567890}', partition: 2 },
    });
  });
});

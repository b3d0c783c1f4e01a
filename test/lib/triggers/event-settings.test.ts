import { expect, test } from "vitest";
import { event } from "../../../lib/triggers/event.ts";

const mustSelect = 'must be a list of "body:/json/pointer", "const:text" or "call"';

test.each([
  ["EVENT_ID", '["header:x-id"]', mustSelect],
  ["EVENT_KEY", ["element:/id"], mustSelect],
  ["EVENT_TYPE", ["object:"], mustSelect],
  ["EVENT_SUBJECT", "body:/id", `${mustSelect}: this is not JSON, at character 1 of 8`],
  ["EVENT_SOURCE", { body: "/id" }, mustSelect],
  ["EVENT_TOPIC", "a b", "must be a topic name"],
  ["EVENT_PARTITION", -1, "must be a whole number from 0 to 1023"],
  ["EVENT_VALUE", "json", "must be one of cloudevent, raw"],
  [
    "EVENT_FIELDS",
    '["token","log_level"]',
    "must be a list of field names, none of them a setting's",
  ],
  ["EVENT_FIELDS", ["__ow_headers"], "must be a list of field names, none of them a setting's"],
  ["EVENT_DROP", [""], "must be a list of field names"],
  ["EVENT_FILTER", [], "must be a list of event types"],
])("%s is refused as %j", (setting, value, text) => {
  expect(event().parse({ [setting]: value })).toEqual({ ok: false, problems: [{ setting, text }] });
});

test("an event without settings has nothing to select, drop or filter", () => {
  expect(event().parse({})).toEqual({
    ok: true,
    value: {
      ...{ id: [], type: [], key: [], subject: [], source: [] },
      ...{ topic: undefined, partition: undefined, value: "cloudevent", filter: undefined },
      ...{ fields: [], drop: [], secrets: [] },
    },
  });
});

test("settings are text in an environment and JSON among bound parameters", () => {
  const given = { EVENT_KEY: ["body:/a~1b", "const:x"], EVENT_DROP: ["a"], EVENT_PARTITION: 2 };
  const text = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, JSON.stringify(value)]),
  );

  expect(event().parse(text)).toEqual(event().parse(given));
  expect(event().parse(given)).toMatchObject({
    value: {
      key: [
        { from: "body", pointer: ["a/b"] },
        { from: "const", text: "x" },
      ],
      drop: ["a"],
      partition: 2,
    },
  });
});

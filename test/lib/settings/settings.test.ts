import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { optional, parseFields, required, withDefault } from "../../../lib/settings/fields.ts";
import { integer, secretText, text } from "../../../lib/settings/rules.ts";
import { findMisspelt, isWithinDistance, settingNames } from "../../../lib/settings/settings.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

const fields = {
  NAME: required(text),
  COUNT: withDefault(integer(1, 9), 3),
  SECRET: optional(secretText),
};

describe("an object of settings", () => {
  test("set values are returned with the defaults of the others", () => {
    expect(parseFields({ NAME: "a", COUNT: "7", OTHER: 1 }, fields)).toEqual({
      ok: true,
      value: { NAME: "a", COUNT: 7, SECRET: undefined },
    });
    expect(parseFields({ NAME: "a", SECRET: "s" }, fields)).toEqual({
      ok: true,
      value: { NAME: "a", COUNT: 3, SECRET: "s" },
    });
  });

  test.for([undefined, null, ""])("the value %j counts as not set", (nothing) => {
    expect(parseFields({ NAME: "a", COUNT: nothing, SECRET: nothing }, fields)).toEqual({
      ok: true,
      value: { NAME: "a", COUNT: 3, SECRET: undefined },
    });
    expect(parseFields({ NAME: nothing }, fields)).toEqual({
      ok: false,
      problems: [{ setting: "NAME", text: "is required" }],
    });
  });

  test("all problems are reported together, by name and without values", () => {
    const { ncloudSecretKey } = secretsInUse;
    const bag = { NAME: `${ncloudSecretKey}\n`, COUNT: ncloudSecretKey, SECRET: [ncloudSecretKey] };

    const parsed = parseFields(bag, fields);

    hear(parsed);
    expect(parsed).toEqual({
      ok: false,
      problems: [
        { setting: "NAME", text: "must be text of one line" },
        { setting: "COUNT", text: "must be a whole number from 1 to 9" },
        {
          setting: "SECRET",
          text: "must be text of one line, not blank and without a placeholder left in it",
        },
      ],
    });
  });

  test("a field is named with the place of its object", () => {
    expect(parseFields({}, { topic: required(text) }, "WEBHOOK_SOURCES.shop.")).toEqual({
      ok: false,
      problems: [{ setting: "WEBHOOK_SOURCES.shop.topic", text: "is required" }],
    });
  });

  test("only own properties are read", () => {
    const bag = Object.create({ NAME: "inherited" }) as Record<string, unknown>;

    expect(parseFields(bag, fields).ok).toBe(false);
    expect(parseFields({}, { toString: optional(text) })).toEqual({
      ok: true,
      value: { toString: undefined },
    });
  });

  test("any values are parsed or refused without an exception", () => {
    const bags = fc.record({ NAME: fc.anything(), COUNT: fc.anything(), SECRET: fc.anything() });

    fc.assert(
      fc.property(bags, (bag) => {
        expect(typeof parseFields(bag, fields).ok).toBe("boolean");
      }),
    );
  });
});

describe("a misspelt name", () => {
  test.for([
    ["DATASTREAM_TOPICS", "DATASTREAM_TOPIC"],
    ["DATASTREAM_TOPC", "DATASTREAM_TOPIC"],
    ["DATA_STREAM_TOPIC", "DATASTREAM_TOPIC"],
    ["DATASTREAM_PARTITION", "DATASTREAM_PARTITIONS"],
    ["DATASTREAM_ATTEMPT_MAXS", "DATASTREAM_ATTEMPTS_MAX"],
    ["NCLOUD_SECERT_KEY", "NCLOUD_SECRET_KEY"],
    ["WEBHOOK_SECRET", "WEBHOOK_SECRETS"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["EVENT_IDS", "EVENT_ID"],
  ] as const)("the name %s is reported beside %s", ([name, meant]) => {
    expect(findMisspelt({ [name]: secretsInUse.github })).toEqual([
      { setting: name, text: `is not a setting: did you mean ${meant}?` },
    ]);
  });

  test.for([
    "DATASTREAM_TOPICS_X",
    "NODE_ENV",
    "PATH",
    "log_level",
    "object_name",
    "__ow_path",
    "AWS_LAMBDA_LOG_LEVEL",
    "EVENT_NO",
  ])("the name %s is not misspelt", (name) => {
    expect(findMisspelt({ [name]: "x" })).toEqual([]);
  });

  test("no setting's own name is misspelt, although two settings are near each other", () => {
    const bag = Object.fromEntries([...settingNames, "BUCKET_TOPIC"].map((name) => [name, "x"]));

    expect(findMisspelt(bag)).toEqual([]);
  });
});

describe("the edit distance", () => {
  // Textbook examples of the Levenshtein distance.
  test.for([
    ["kitten", "sitting", 3],
    ["saturday", "sunday", 3],
    ["flaw", "lawn", 2],
    ["intention", "execution", 5],
    ["", "abc", 3],
    ["abc", "", 3],
    ["same", "same", 0],
    ["ab", "ba", 2],
  ] as const)("the distance of %j and %j is %i", ([a, b, distance]) => {
    expect(isWithinDistance(a, b, distance)).toBe(true);
    expect(isWithinDistance(a, b, distance - 1)).toBe(false);
  });

  test("the distance is symmetric, and 1 for one added letter", () => {
    const words = fc.string({ unit: "grapheme-ascii", maxLength: 12 });

    fc.assert(
      fc.property(words, words, fc.nat(12), (a, b, max) => {
        expect(isWithinDistance(a, b, max)).toBe(isWithinDistance(b, a, max));
        expect(isWithinDistance(a, `${a}x`, 1)).toBe(true);
      }),
    );
  });
});

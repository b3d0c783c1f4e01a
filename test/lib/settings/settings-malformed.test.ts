import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { examineFunction } from "../../../cli/project/examine-function.ts";
import { functionNames } from "../../../cli/project/functions.ts";
import { settingNames } from "../../../lib/settings/settings.ts";
import { webhookSettings } from "../../support/settings.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

const good = { ...webhookSettings, DEAD_LETTER_BUCKET: "dead-letters" };
const secret = secretsInUse.provider;

/** Values as templates, consoles and shells change them: other types, JSON in JSON text, other bytes. */
const malformed: readonly unknown[] = [
  ...[[], [secret], {}, { a: secret }, { a: [secret] }, Infinity, -1, 0.5, true, false],
  ...[
    `"${secret}"`,
    JSON.stringify(JSON.stringify({ a: secret })),
    `{"a":"${secret}"`,
    `'${secret}'`,
  ],
  ...[
    `${secret}\0`,
    `\ufeff${secret}`,
    `${secret}\r`,
    `${secret}\n`,
    ` ${secret} `,
    "[object Object]",
  ],
  ...["C:\\keys\\nas", `export ${secret}`, "null", "undefined", "{}", "[]", "\ud800"],
];

function problemsOf(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const all = functionNames.flatMap((name) => examineFunction(name, settings).problems);
  hear(all);
  return [...new Set(all.map(({ setting }) => setting.split(" ")[0] ?? ""))];
}

describe("a malformed setting", () => {
  test.for(settingNames)(
    "the setting %s is accepted or reported by name, and its value is never shown",
    (name) => {
      const related: Readonly<Record<string, readonly string[]>> = {
        WEBHOOK_SOURCES: ["WEBHOOK_SECRETS"],
        DATASTREAM_PARTITIONS: ["BUCKET_PARTITION"],
      };

      for (const value of malformed) {
        const named = problemsOf({ ...good, [name]: value });
        expect(new Set([name, ...(related[name] ?? []), ...named])).toEqual(
          new Set([name, ...(related[name] ?? [])]),
        );
      }
    },
  );

  test.for([
    ...["DATASTREAM_TOPIC", "WEBHOOK_SOURCES", "WEBHOOK_SECRETS", "REDRIVE_TOPICS", "LOG_LEVEL"],
  ])("the setting %s is never a list of lists, a number, or JSON text within JSON text", (name) => {
    for (const value of [[[secret]], 5, true, JSON.stringify(JSON.stringify({ a: 1 }))]) {
      expect(problemsOf({ ...good, [name]: value })).toEqual([name]);
    }
  });

  test("malformed settings of any kind and number are reported without an exception", () => {
    const value = fc.oneof(fc.constantFrom(...malformed), fc.jsonValue(), fc.json(), fc.string());
    const bag = fc.dictionary(fc.constantFrom(...settingNames), value, { maxKeys: 6 });

    fc.assert(
      fc.property(bag, (given) => {
        const named = problemsOf({ ...good, ...given });
        expect(settingNames).toEqual(expect.arrayContaining([...named]));
      }),
    );
  });

  test("a name in another case beside the right one changes nothing, because an event's field may have it", () => {
    expect(
      problemsOf({ ...good, datastream_topic: "", Webhook_Sources: [], log_level: 5 }),
    ).toEqual([]);
  });
});

import { describe, expect, test } from "vitest";
import { providers } from "../../lib/webhooks/providers/providers.ts";
import { schemes } from "../../lib/webhooks/sources/schemes.ts";
import { commonOptions, windowOptions } from "../../lib/webhooks/sources/source-options.ts";
import { parseSources } from "../../lib/webhooks/sources/sources.ts";
import { codeBlocks, inlineCode, read, tableRows } from "./markdown.ts";

/** https://github.com/sendgrid/sendgrid-nodejs/blob/main/packages/eventwebhook/src/eventwebhook.spec.js (read 2026-11-30). */
const sendGridKey =
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==";

const pages = [
  ["docs/webhooks.md", "option", "s"],
  ["docs/ko/webhooks.md", "옵션", "초"],
] as const;

describe.each(pages)("%s", (path, optionColumn, second) => {
  const rows = tableRows(read(path));

  test.each([...schemes.keys()])("has a row for the verifier %s", (name) => {
    expect(rows.some(([first]) => first === `\`${name}\``)).toBe(true);
  });

  test.each(Object.entries(providers))("says how long %s waits", (name, scheme) => {
    const row = rows.find(([first, ...rest]) => first === `\`${name}\`` && rest.length > 2);
    const { senderTimeoutMs } = scheme().preset;
    const seconds = Number(senderTimeoutMs) / 1_000;

    expect(row?.[4]?.replace(" ", "")).toBe(
      senderTimeoutMs === undefined ? "–" : `${seconds}${second}`,
    );
  });

  test("the table has a row for every option, and for nothing else", () => {
    const from = rows.findIndex(([first]) => first === optionColumn);
    const to = rows.findIndex((cells, index) => index > from && cells.length !== 3);
    const named = rows.slice(from + 2, to).flatMap(([first = ""]) => inlineCode(first));
    const known = [
      "verifier",
      ...Object.keys(commonOptions),
      ...Object.keys(windowOptions),
      ...[...schemes.values()].flatMap((create) => create().options),
    ];

    expect(new Set(named)).toEqual(new Set(known));
  });

  test("says which providers have another tolerance, and which send JSON only", () => {
    const text = read(path);
    for (const [name, create] of Object.entries(providers)) {
      const { toleranceSeconds, bodyType } = create().preset;
      expect(text.includes(`\`${name}\` ${toleranceSeconds ?? "-"}`), name).toBe(
        toleranceSeconds !== undefined,
      );
      expect(jsonSenders(text).includes(name), name).toBe(bodyType === "json");
    }
  });
});

test("the sources that docs/webhooks.md shows are well formed", () => {
  const blocks = codeBlocks(read("docs/webhooks.md"));
  const shown = blocks
    .filter((block) => block.includes('"verifier"') && block.startsWith("```json"))
    .map((block): unknown => JSON.parse(block.replaceAll(/^```.*$/gm, "")));

  expect(shown).toHaveLength(3);
  for (const options of shown) {
    const isKey = JSON.stringify(options).includes("public-key");
    const settings = {
      WEBHOOK_SOURCES: { shop: options },
      WEBHOOK_SECRETS: { shop: [isKey ? sendGridKey : "b2c4d6e8"] },
    };
    expect(parseSources(settings).ok, JSON.stringify(options)).toBe(true);
  }
});

/** The paragraph below the options that lists them. */
function jsonSenders(text: string): readonly string[] {
  const paragraph = text
    .split("\n\n")
    .find((one) => /`bodyType`.*`json`/.test(one) && one[0] !== "|");
  return inlineCode(paragraph ?? "");
}

import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { toResumeCommand } from "../../../cli/produce/report.ts";
import { openTerminal } from "../../../cli/shared/terminal.ts";

const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const input = { name: "in.ndjson", bytes: undefined, chunks: () => (async function* () {})() };

function goOn(...argv: readonly string[]): string {
  return toResumeCommand(argv, input, 7);
}

test.for<[string, string]>([
  ["plain.ndjson", "plain.ndjson"],
  ["it's 주문", "'it'\\''s 주문'"],
  ["a\u202eb", "$'a\\xe2\\x80\\xaeb'"],
  ["\u009b31m'\\", "$'\\xc2\\x9b31m\\'\\\\'"],
  ["a\u2028\u001b[2J\n", "$'a\\xe2\\x80\\xa8\\x1b[2J\\x0a'"],
])("the resume command shows the file %j as %s", ([file, shown]) => {
  expect(goOn("--ndjson", file)).toBe(`npm run produce -- --ndjson ${shown} --from-offset 7`);
});

test.for<[string, string]>([
  ["bash", "C"],
  ["bash", "C.UTF-8"],
] as const)("the resume command hides nothing and means the same in %s (%s)", ([shell, locale]) => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({
      unit: fc.constantFrom("a", "'", "\\", '"', "$", "`", " ", "\u202e", "\u0085", "\u2028", "\n"),
    }),
  );
  const words = fc.sample(
    word.filter((text) => !text.includes("\0") && !text.startsWith("--")),
    300,
  );

  const command = goOn(...words);
  const argv = execFileSync(shell, ["-c", `npm() { printf '%s\\0' "$@"; }; ${command}`], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: locale },
  });

  expect(command).not.toMatch(unseen);
  expect(argv.split("\0").slice(3, -3)).toEqual(words);
});

test("a terminal receives colors and line ends, and nothing that it would hide or obey", () => {
  const written: unknown[] = [];
  const catchText = (text: unknown) => written.push(text) > 0;
  vi.spyOn(process.stdout, "write").mockImplementation(catchText);
  vi.spyOn(process.stderr, "write").mockImplementation(catchText);
  const { writeOut, writeError } = openTerminal();

  writeOut('{"a":"\u202e\u2029"}\n');
  writeError("\u001b[32mok\u001b[0m \u009b2J\u200f\n");
  vi.restoreAllMocks();

  expect(written).toEqual(['{"a":"\\u202e\\u2029"}\n', "\u001b[32mok\u001b[0m \\u009b2J\\u200f\n"]);
});

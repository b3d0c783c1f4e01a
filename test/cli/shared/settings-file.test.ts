import { parse } from "dotenv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSettingsFile } from "../../../cli/shared/settings-file.ts";

function read(text: string) {
  const { settings, problems } = parseSettingsFile(text);
  return {
    values: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    problems: problems.map(({ line, text: problem }) => `${line} ${problem}`),
  };
}

const unreadable = "is neither a comment nor NAME=value";

describe("a settings file", () => {
  // The values are those of dotenv's README and of its own test file (tests/.env).
  test.for([
    ["an empty value", "EMPTY=", { EMPTY: "" }],
    [
      "a value that only blanks follow",
      "A= some spaced out string  \n",
      { A: "some spaced out string" },
    ],
    ["single quotes", "A='single_quotes'", { A: "single_quotes" }],
    [
      "double quotes with a line end",
      String.raw`A="expand\nnew\nlines"`,
      { A: "expand\nnew\nlines" },
    ],
    [
      "single quotes, which keep a backslash",
      String.raw`A='no\nlines'`,
      { A: String.raw`no\nlines` },
    ],
    [
      "backticks with both other quotes",
      "A=`\"double\" and 'single'`",
      { A: `"double" and 'single'` },
    ],
    ["JSON without quotes, on one line", 'A={"foo": "bar"}', { A: '{"foo": "bar"}' }],
    ["an equals sign in a value", "A=equals==", { A: "equals==" }],
    ["a comment behind a value", "A=work # comment", { A: "work" }],
    ["a # within an unquoted value", "A=ab#cd", { A: "ab" }],
    ["a # within quotes", "A='ab#cd' # comment", { A: "ab#cd" }],
    ["export before a name", "export A=b", { A: "b" }],
    ["a colon and a blank", "A: b", { A: "b" }],
    ["blanks around the equals sign", "  A   =   b  ", { A: "b" }],
    ["lines that end in CRLF", "A=b\r\n\r\nC='d'\r\n", { A: "b", C: "d" }],
    ["lines that end in CR", "A=b\rC=d", { A: "b", C: "d" }],
    ["a value of several lines", "A='{\n  \"b\": 1\n}'\nC=d", { A: '{\n  "b": 1\n}', C: "d" }],
    ["a byte order mark in its middle", "A=b\n\ufeffC=d", { A: "b", C: "d" }],
    ["a Windows path", "A=C:\\keys\\nas.txt", { A: "C:\\keys\\nas.txt" }],
    [
      "a quoted Windows path that ends in a backslash",
      "A='C:\\keys\\'\nB='c'",
      { A: "C:\\keys\\", B: "c" },
    ],
    ["comments and blank lines", "# A=1\n\n   # it's\n \t\nA=b", { A: "b" }],
    ["nothing", "", {}],
  ] as const)("a settings file may have %s", ([, text, values]) => {
    expect(read(text)).toEqual({ values, problems: [] });
    expect(parse(text)).toEqual(values);
  });

  test.for([
    ["another comment sign, before a setting", "; local\nA=1\n", [`1 ${unreadable}`]],
    ["a name alone", "A=1\nB\nC=2", [`2 ${unreadable}`]],
    ["a colon without a blank", "A:1", [`1 ${unreadable}`]],
    ["a colon at its end", "A:\nB=2", [`1 ${unreadable}`]],
    ["a value on the line after its name", "A\n=1", [`1 ${unreadable}`, `2 ${unreadable}`]],
    ["a quoted value on the line after it", "A=\n'b'", [`2 ${unreadable}`]],
    ["export alone", "export A", [`1 ${unreadable}`]],
    ["a name with a blank", "MY NAME=1", [`1 ${unreadable}`]],
    ["a name that objects do not take", "__proto__=1", [`1 ${unreadable}`]],
    ["a section", "[default]\nA=1", [`1 ${unreadable}`]],
    ["a Unicode line end in a comment", "A=1 # b\u2028C=2", [`1 ${unreadable}`]],
    ["a quote that is never closed", "A=1\nB='x\nC=2", [`2 has an opening ' that is never closed`]],
    [
      "a quote that the next setting's quote closes",
      "A_B='x\nC_D='\n",
      ["1 has a quote that is closed only behind C_D=, which would be lost"],
    ],
    [
      "something behind a closing quote",
      "A='it's'",
      [`1 has something behind its closing ': put the value between other quotes`],
    ],
    [
      "unquoted JSON of several lines",
      '\nA={\n  "b": 1\n}\nC=[\n  1\n]\nD=2\nnonsense',
      [
        "2 begins JSON that does not end on this line: put it between single quotes",
        "5 begins JSON that does not end on this line: put it between single quotes",
        `9 ${unreadable}`,
      ],
    ],
    [
      "unquoted JSON that a # cuts",
      'A={"b":"#c"}',
      ["1 begins JSON that does not end on this line: put it between single quotes"],
    ],
    ["a NUL byte", "A=1\nB=\0", ["2 holds a NUL byte"]],
    ["a name that is set again", "A=1\nB=2\nA=1", ["3 sets A again, after line 1"]],
    ["many mistakes", ";\nA\nB=1\n;", [1, 2, 4].map((line) => `${line} ${unreadable}`)],
  ] as const)(
    "a settings file with %s is refused, by line and without a value",
    ([, text, problems]) => {
      expect(read(text).problems).toEqual(problems);
    },
  );

  test("lines are counted across values of several lines", () => {
    expect(read("A='{\n}'\n\nB=`\n\n`\n;").problems).toEqual([`7 ${unreadable}`]);
  });

  test("any text is read as dotenv reads it, or refused", () => {
    const piece = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constantFrom("A", "B_C", "export ", "=", ": ", ":", "\n", "\n", "\r\n"),
      },
      fc.constantFrom(
        "'",
        '"',
        "`",
        "#",
        "\\",
        "\\'",
        "\\n",
        " ",
        "\t",
        "{",
        "}",
        "[",
        "]",
        ",",
        ";",
      ),
      fc.constantFrom(
        "\nA=",
        "\nB_C='",
        '\nD="',
        "\n\n",
        "x",
        "\u2028",
        "\ufeff",
        "\0",
        "\r",
        "$",
        "é",
      ),
      fc.string({ maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(""));

    fc.assert(
      fc.property(text, (given) => {
        const { values, problems } = read(given);
        expect(problems.length > 0 || values).toEqual(problems.length > 0 || parse(given));
      }),
      { numRuns: 20_000 },
    );
  });

  test("no setting is lost, whatever is between its lines", () => {
    const noise = fc.constantFrom("", "# note", ";", "B", "'", '"', "x=\\", "{", "y='", "=", "[a]");
    const names = ["ORDER_ONE", "ORDER_TWO", "ORDER_THREE"];

    fc.assert(
      fc.property(
        fc.array(noise, { minLength: 4, maxLength: 4 }),
        fc.boolean(),
        (lines, isCrlf) => {
          const text = lines.flatMap((line, i) => [
            line,
            ...(names[i] ? [`${names[i]}=${i}`] : []),
          ]);
          const { values, problems } = read(text.join(isCrlf ? "\r\n" : "\n"));
          expect(problems.length > 0 || names.map((name) => values[name])).toEqual(
            problems.length > 0 || ["0", "1", "2"],
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  elementsOf,
  isOneValue,
  membersOf,
  parseJson,
  parsePointer,
  textAt,
} from "../../../lib/encoding/json-source.ts";

function at(json: string, pointer: string): string | undefined {
  return textAt(json, parsePointer(pointer) ?? ["not a pointer"]);
}

describe("the text of a value", () => {
  const json = ` {
    "id": 12345678901234567890, "one": 1.0, "huge": 1e400, "minus": -0 ,
    "text": "a\\"b\\\\", "empty": "", "no": null, "yes": true,
    "nested": { "list": [ 1 , [ ] , { "x" : [ "]" , "}" ] } ], "": 7 },
    "a\\u002fb": "slash", "\\ud55c글": "한글", "__proto__": {"toString": 1},
    "twice": 1, "twice": [2]\t\r
  } `;

  test.for([
    ["", json.trim()],
    ["/id", "12345678901234567890"],
    ["/one", "1.0"],
    ["/huge", "1e400"],
    ["/minus", "-0"],
    ["/text", '"a\\"b\\\\"'],
    ["/empty", '""'],
    ["/no", "null"],
    ["/yes", "true"],
    ["/nested/list", '[ 1 , [ ] , { "x" : [ "]" , "}" ] } ]'],
    ["/nested/list/0", "1"],
    ["/nested/list/1", "[ ]"],
    ["/nested/list/2/x/1", '"}"'],
    ["/nested/", "7"],
    ["/a~1b", '"slash"'],
    ["/한글", '"한글"'],
    ["/__proto__/toString", "1"],
    ["/twice", "[2]"],
  ] as const)("the text at %s is as it was written", ([pointer, text]) => {
    expect(at(json, pointer)).toBe(text);
  });

  test.for([
    "/absent",
    "/id/0",
    "/text/length",
    "/toString",
    "/nested/list/3",
    "/nested/list/-",
    "/nested/list/00",
    "/nested/list/01",
    "/nested/list/-1",
    "/nested/list/1.0",
    "/nested/list/length",
    "/nested/list/4294967296",
    "/nested/list/0/0",
    "/constructor/name",
  ])("the text at %s does not exist", (pointer) => {
    expect(at(json, pointer)).toBeUndefined();
  });

  // RFC 6901 section 5.
  const rfc = `{"foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4,
    "i\\\\j": 5, "k\\"l": 6, " ": 7, "m~n": 8}`;
  test.for([
    ["", rfc],
    ["/foo", '["bar", "baz"]'],
    ["/foo/0", '"bar"'],
    ["/", "0"],
    ["/a~1b", "1"],
    ["/c%d", "2"],
    ["/e^f", "3"],
    ["/g|h", "4"],
    ["/i\\j", "5"],
    ['/k"l', "6"],
    ["/ ", "7"],
    ["/m~0n", "8"],
  ] as const)("the text at %s is that of RFC 6901", ([pointer, text]) => {
    expect(at(rfc, pointer)).toBe(text);
  });
});

test.for([
  ["1", true],
  [' {"a":[1,"}"]}\n', true],
  ['"a\\""', true],
  ["[]", true],
  ['1,"data":2', false],
  ['{"a":1},"id":"b"', false],
] as const)("%j is one value: %s", ([text, expected]) => {
  expect(isOneValue(text)).toBe(expected);
});

describe("the members of an object", () => {
  test("every member has its name and its text as it was written, also twice", () => {
    const json = '{ "a" : 1.0 ,"b":{"c" : [ "}" ]},\n"a": "x","\\u0064":[ ] }';

    expect(membersOf(json)).toEqual([
      ["a", "1.0"],
      ["b", '{"c" : [ "}" ]}'],
      ["a", '"x"'],
      ["d", "[ ]"],
    ]);
  });

  test("an empty object has none", () => {
    expect(membersOf("{ }")).toEqual([]);
  });
});

describe("a pointer", () => {
  test.for([
    ["/~01", ["~1"]],
    ["/~10", ["/0"]],
    ["//", ["", ""]],
    ["a", undefined],
    ["/~", undefined],
    ["/~2", undefined],
    ["/a~", undefined],
  ] as const)("the pointer %s is %j", ([pointer, tokens]) => {
    expect(parsePointer(pointer)).toEqual(tokens);
  });

  test("a pointer of any tokens is read back", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tokens) => {
        expect(parsePointer(toPointer(tokens))).toEqual(tokens);
      }),
    );
  });
});

test.for([
  ["[]", []],
  ["[ \n]", []],
  ['[1, "a,]" ,[2,3],{"b":[4]}\t]', ["1", '"a,]"', "[2,3]", '{"b":[4]}']],
] as const)("the elements of %s are %j", ([json, elements]) => {
  expect(elementsOf(json)).toEqual(elements);
});

test.for([
  ["{}", true],
  [" 1 ", true],
  ['"\\ud800"', true],
  ["", false],
  ["{'a':1}", false],
  ["[1,]", false],
  ["01", false],
  ["NaN", false],
  ["\ufeff{}", false],
  ["\u00a0{}", false],
] as const)("the text %j is JSON: %s", ([text, json]) => {
  expect(parseJson(text) !== undefined).toBe(json);
});

describe("properties", () => {
  /** Yields every pointer into a value, with the value that it names. */
  function* placesIn(value: unknown, tokens: string[] = []): Generator<[string[], unknown]> {
    yield [tokens, value];
    const children = typeof value === "object" && value !== null ? Object.entries(value) : [];
    for (const [token, child] of children) {
      yield* placesIn(child, [...tokens, token]);
    }
  }

  test("each place of a document has the value that JSON.parse finds there", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, "\t\r\n "), (json, space) => {
        const spaced = JSON.stringify(JSON.parse(json), null, space);
        for (const [tokens, value] of placesIn(JSON.parse(json))) {
          expect(JSON.parse(textAt(json, tokens) ?? "absent")).toEqual(value);
          expect(JSON.parse(textAt(spaced, tokens) ?? "absent")).toEqual(value);
        }
      }),
    );
  });

  test("no JSON and no pointer causes an exception", () => {
    const tokens = fc.array(fc.oneof(fc.string(), fc.constantFrom("0", "1", "a", "__proto__")));

    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), tokens, (text, pointer) => {
        fc.pre(parseJson(text) !== undefined);
        expect(() => textAt(text, pointer)).not.toThrow();
      }),
    );
  });

  test("100,000 nested arrays do not overflow the stack", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

    expect(parseJson(deep)).toHaveLength(1);
    expect(textAt(`{"a":${deep},"b":1}`, ["b"])).toBe("1");
    expect(textAt(deep, ["0", "0"])).toHaveLength(199_996);
  });
});

function toPointer(tokens: readonly string[]): string {
  return tokens
    .map((token) => `/${token.replace(/[~/]/g, (c) => (c === "~" ? "~0" : "~1"))}`)
    .join("");
}

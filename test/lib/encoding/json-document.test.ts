import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementsAt, parseDocument, scalarAt } from "../../../lib/encoding/json-document.ts";
import { textAt } from "../../../lib/encoding/json-source.ts";

function documentOf(text: string) {
  const json = parseDocument(text);
  if (json === undefined) {
    throw new Error(`not JSON: ${text}`);
  }
  return json;
}

test.for([
  ['"text \\u00e9"', "text é"],
  ["12345678901234567890", "12345678901234567890"],
  ["1.0", "1.0"],
  ["1e400", "1e400"],
  ["-0", "-0"],
  ["false", "false"],
  ["null", undefined],
  ["{}", undefined],
  ["[1]", undefined],
  ['""', ""],
] as const)("the scalar of %s is %j", ([text, scalar]) => {
  expect(scalarAt(documentOf(` [ ${text} ]`), ["0"])).toBe(scalar);
  expect(scalarAt(documentOf(`{"a":0,"a":${text}}`), ["a"])).toBe(scalar);
  expect(scalarAt(documentOf(text), [])).toBe(scalar);
  expect(scalarAt(documentOf(text), ["absent"])).toBeUndefined();
});

test.for([
  ["toString"],
  ["length"],
  ["__proto__", "toString"],
  ["0", "length"],
  ["constructor", "name"],
])("no scalar is inherited: %j", (pointer) => {
  expect(scalarAt(documentOf('["text"]'), pointer)).toBeUndefined();
  expect(scalarAt(documentOf("{}"), pointer)).toBeUndefined();
});

test("a member called __proto__ is a member like any other", () => {
  expect(scalarAt(documentOf('{"__proto__":{"a":"b"}}'), ["__proto__", "a"])).toBe("b");
});

describe("the elements of an array", () => {
  test.for([
    ["[]", []],
    ["[ \n]", []],
    ['[1.0, "a,]" ,[2,3],{"b":[4]}\t]', ["1.0", '"a,]"', "[2,3]", '{"b":[4]}']],
  ] as const)("the elements of %s are %j, as they were written", ([text, elements]) => {
    const found = elementsAt(documentOf(`{"in":[0],"in":${text}}`), ["in"], 10);

    expect(found?.map((element) => element.text)).toEqual(elements);
    expect(found?.map(({ value }) => value)).toEqual(elements.map((one) => JSON.parse(one)));
  });

  test("no more elements are returned than requested", () => {
    expect(elementsAt(documentOf("[1,2,3]"), [], 2)).toEqual([
      { text: "1", value: 1 },
      { text: "2", value: 2 },
    ]);
  });

  test.for(["1", '"[]"', "null", '{"0":1}'])("the value %s has no elements", (text) => {
    expect(elementsAt(documentOf(text), [], 2)).toBeUndefined();
  });
});

test.for(["", "{'a':1}", "[1,]", "\ufeff", "\ufeff\ufeff{}", " \ufeff{}"])(
  "%j is not a document",
  (text) => {
    expect(parseDocument(text)).toBeUndefined();
  },
);

test("a byte order mark is not part of a document", () => {
  expect(parseDocument("\ufeff[1]")).toEqual({ text: "[1]", value: [1] });
});

describe("properties", () => {
  test("any scalar is the value of its text", () => {
    const tokens = fc.array(fc.constantFrom("0", "1", "a", "b", "", "__proto__"), { maxLength: 3 });
    const keys = fc.constantFrom("a", "b", "", "__proto__", "0");
    const { tree } = fc.letrec((tie) => ({
      leaf: fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null)),
      tree: fc.oneof(
        { depthSize: "small" },
        tie("leaf"),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(keys, tie("tree")),
      ),
    }));

    fc.assert(
      fc.property(tree, tokens, (value, pointer) => {
        const text = JSON.stringify(value);
        const part = textAt(text, pointer);
        const isScalar = part !== undefined && !/^[[{n]/.test(part);
        const written = part?.startsWith('"') ? (JSON.parse(part) as string) : part;

        expect(scalarAt(documentOf(text), pointer)).toBe(isScalar ? written : undefined);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scalarAt } from "../../../../lib/encoding/json-document.ts";
import { readForm } from "../../../../lib/webhooks/mapping/form.ts";

function fieldOf(form: string, name: string): string | undefined {
  const fields = readForm(form);
  return fields && scalarAt(fields, [name]);
}

describe("a selector", () => {
  test.for([
    ["MessageSid=SM11&Body=a%20b+c", "Body", "a b c"],
    ["?MessageSid=SM11", "?MessageSid", "SM11"],
    ["a=1&a=2", "a", "2"],
    ["__proto__=x", "__proto__", "x"],
    // "한" and "글" in EUC-KR. As U+FFFD they would be one value.
    ["a=%C7%D1", "a", "%C7%D1"],
    ["a=%B1%DB&b=c+d", "a", "%B1%DB"],
    ["a=%B1%DB&b=c+d", "b", "c d"],
    ["a=%ED%95%9C", "a", "한"],
    ["a=%zz%20", "a", "%zz%20"],
    ["a", "a", ""],
  ] as const)("a selector of the form %s reads its field %s as %j", ([form, name, text]) => {
    expect(fieldOf(form, name)).toBe(text);
  });

  test.for(["toString", "constructor", "__proto__"])(
    "a selector of a form reads no inherited field %s",
    (name) => {
      expect(fieldOf("a=1", name)).toBeUndefined();
    },
  );

  test("a selector of a form reads the first thousand fields only", () => {
    const form = Array.from({ length: 1_001 }, (_, index) => `f${index}=x`).join("&");

    expect(fieldOf(form, "f999")).toBe("x");
    expect(fieldOf(form, "f1000")).toBeUndefined();
  });

  test.for([
    ['payload={"ref":"main"}&ref=own', "main"],
    ["payload=%7B%22ref%22%3A%22main%22%7D", "main"],
    ["payload=5&ref=own", "own"],
    ["payload={&ref=own", "own"],
  ] as const)(
    "a selector of the form %s reads /ref as %s, because an object in payload comes first",
    ([form, ref]) => {
      expect(fieldOf(form, "ref")).toBe(ref);
    },
  );

  test("a selector of a form reads text whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(readForm(text)).toMatchObject({
          text: expect.stringMatching(/^\{/),
        });
      }),
    );
  });
});

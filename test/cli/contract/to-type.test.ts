import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toComponents, toJsonSchema } from "../../../cli/contract/json-schema.ts";
import { toTypes } from "../../../cli/contract/selected.ts";
import { toType } from "../../../cli/contract/to-type.ts";
import { parseSelectors } from "../../../lib/webhooks/mapping/selectors.ts";

const context = { names: new Map([["a.data", "AData"]]), indent: "" };
const flat = (schema: unknown) => toType(schema, context).replaceAll(/\s+/g, " ");

describe("the TypeScript of a JSON Schema", () => {
  test.for([
    [{}, "unknown"],
    [true, "unknown"],
    [false, "never"],
    [{ not: {} }, "never"],
    [{ type: "integer" }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ const: 'say "hi"' }, '"say \\"hi\\""'],
    [{ const: null }, "null"],
    [{ const: { a: 1 } }, "unknown"],
    [{ enum: [1, "a", true, null] }, '1 | "a" | true | null'],
    [{ enum: [] }, "never"],
    [{ $ref: "#/components/schemas/a.data" }, "AData"],
    [{ $ref: "https://example.com/other.json" }, "unknown"],
    [{ type: "array" }, "unknown[]"],
    [{ type: "array", items: { type: ["string", "number"] } }, "(string | number)[]"],
    [
      { type: "array", items: [{ type: "string" }, { type: "number" }], minItems: 1 },
      "[string, number?, ...unknown[]]",
    ],
    [{ type: "array", prefixItems: [{ type: "string" }], items: false, minItems: 1 }, "[string]"],
    [{ type: "object" }, "Record<string, unknown>"],
    [{ type: "object", additionalProperties: { type: "number" } }, "Record<string, number>"],
    [
      { properties: { "a-b": { type: "string" }, c: false }, required: ["a-b"] },
      '{ "a-b": string; c?: never; }',
    ],
    [
      { type: "object", properties: { a: { const: 1 } }, additionalProperties: {} },
      "{ a?: 1; [name: string]: unknown; }",
    ],
    [{ anyOf: [{ type: "string" }, {}] }, "unknown"],
    [{ oneOf: [{ type: "string" }, { type: "string" }] }, "string"],
    [
      { allOf: [{ anyOf: [{ const: "a" }, { const: "b" }] }, { type: "string" }] },
      '("a" | "b") & string',
    ],
    [
      { type: "array", items: { anyOf: [{ const: "a | b" }, { type: "null" }] } },
      '("a | b" | null)[]',
    ],
  ] as const)("%j is %s", ([schema, type]) => {
    expect(flat(schema)).toBe(type);
  });

  test("any value is translated to some type", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (schema) => {
        expect(toType(schema, context)).not.toBe("");
      }),
    );
  });
});

describe("components", () => {
  test("references are relocated wherever a schema is, and data stays as it is", () => {
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: "https://example.com/a",
      properties: { $ref: { $ref: "#/definitions/a~1b" }, id: { $ref: "#" } },
      const: { $ref: "#" },
      items: [{ $ref: "#/properties/id" }],
      $defs: { "a/b": { anyOf: [{ $ref: "#/$defs/a~1b" }] } },
    };

    expect(toComponents("x.data", schema)).toEqual({
      "x.data": {
        properties: {
          $ref: { $ref: "#/components/schemas/x.data.1.a_b" },
          id: { $ref: "#/components/schemas/x.data" },
        },
        const: { $ref: "#" },
        items: [{ $ref: "#/components/schemas/x.data/properties/id" }],
      },
      "x.data.1.a_b": { anyOf: [{ $ref: "#/components/schemas/x.data.1.a_b" }] },
    });
  });

  const others: readonly (readonly [string, object])[] = [
    ["no JSON Schema of its own", {}],
    ["one that throws", { input: failing }],
    ["one that is circular", { input: circular }],
    ["one that is no object", { input: () => "text" }],
  ];

  test.for(others)("a schema with %s has none", ([, jsonSchema]) => {
    const standard = { version: 1, vendor: "own", validate: () => ({ value: 1 }), jsonSchema };

    expect(toJsonSchema({ "~standard": standard })).toBeUndefined();
  });

  function failing(): never {
    throw new Error("no");
  }
  function circular(): object {
    const schema: { not?: object } = {};
    schema.not = schema;
    return schema;
  }
});

describe("the types of a source", () => {
  const type = parseSelectors(["header:x-event"]) ?? [];
  const exact = (...values: readonly string[]) =>
    values.length === 1 ? { const: values[0] } : { enum: values };

  test.for([
    ["", ["paid", "sent"], exact("paid", "sent")],
    ["com.shop.", ["paid"], exact("com.shop.paid")],
    [
      "com.shop.",
      ["com.shop.paid", "webhook.received"],
      exact("com.shop.paid", "webhook.received"),
    ],
    ["com.shop.", ["order.*"], { type: "string", pattern: "^com\\.shop\\.order\\." }],
    ["com.shop.", ["com.shop.*"], { type: "string", pattern: "^com\\.shop\\." }],
    ["com.shop.", ["com.*"], { type: "string" }],
    ["com.shop.", ["web*"], { type: "string" }],
    ["", ["*"], { type: "string" }],
    ["", undefined, { type: "string" }],
  ] as const)("with the prefix %j and the filter %j they are %j", ([typePrefix, filter, types]) => {
    expect(toTypes({ type, typePrefix, filter })).toEqual(types);
  });
});

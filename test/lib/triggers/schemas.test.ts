import { createHmac } from "node:crypto";
import { type } from "arktype";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import type { StandardSchema } from "../../../lib/triggers/schemas.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { adapters, logged } from "../../support/adapters.ts";
import { createBucketHarness } from "../../support/buckets.ts";
import { jsonCall } from "../../support/calls.ts";
import { hookCall, shopCall } from "../../support/deliveries.ts";
import { startMs } from "../../support/harness.ts";
import { type Bag, openSource, streamSettings } from "../../support/settings.ts";
import { secretsInUse } from "../../support/spoken.ts";

const bucket = { DEAD_LETTER_BUCKET: "letters" };
const aside = "letters/datastream-relay/set-aside/2023-11-14T221320.000Z-id-1.ndjson";

/** `{ order: { id: text, total: number over 0, note?: text in capitals } }`, each with a transformation of its own. */
const libraries: Readonly<Record<string, StandardSchema>> = {
  zod: z.object({
    order: z.object({
      id: z.string().trim(),
      total: z.coerce.number().positive(),
      note: z.string().default("none"),
    }),
  }),
  "zod/mini": mini.object({
    order: mini.object({
      id: mini.string().check(mini.trim()),
      total: mini.number().check(mini.positive()),
      note: mini._default(mini.string(), "none"),
    }),
  }),
  valibot: v.object({
    order: v.object({
      id: v.pipe(v.string(), v.trim()),
      total: v.pipe(v.number(), v.minValue(1)),
      note: v.optional(v.string(), "none"),
    }),
  }),
  arktype: type({
    order: { id: "string.trim", total: "number > 0", note: "string = 'none'" },
  }),
};

const valid =
  '{ "order": {"total": 12.50, "id": " order-1 ", "big": 12345678901234567890, "big": 1e2},  "extra": true }';
const invalid = '{"order":{"id":4714001,"total":-4714002,"note":4714003}}';

/** Answers what it is told, as a hand-written schema may. */
function schemaOf(validate: (value: unknown) => unknown): StandardSchema {
  return { "~standard": { version: 1, vendor: "test", validate: validate as () => never } };
}

const accepting = schemaOf((value) => ({ value }));
const refusing = (path: unknown, count = 1) =>
  schemaOf(() => ({ issues: Array.from({ length: count }, () => ({ message: "4714", path })) }));

describe.each(adapters)("a source with a schema, through $name", ({ open }) => {
  type Given = {
    readonly schema: StandardSchema;
    readonly body?: string | Uint8Array;
    readonly contentType?: string;
    readonly source?: Bag;
    readonly settings?: Bag;
  };

  /** Delivers a signed body. A timer takes 30 ms of real time, whatever it is set to. */
  async function deliver(given: Given) {
    const { schema, body = valid, contentType, source = {}, settings = {} } = given;
    const told = createBucketHarness();
    const timers: number[] = [];
    const sleep = async (ms: number) => {
      timers.push(ms);
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    const harness = { ...told.harness, effects: { ...told.harness.effects, sleep } };
    const sources = { shop: { verifier: "hmac", header: "x-shop-signature", ...source } };
    const adapter = open(webhook({ schemas: { shop: schema } }), {
      harness,
      settings: {
        ...{ ...streamSettings, WEBHOOK_SOURCES: sources },
        ...{ WEBHOOK_SECRETS: { shop: [secretsInUse.hmac] }, ...settings },
      },
    });
    const mac = createHmac("sha256", secretsInUse.hmac).update(body).digest("hex");
    const reply = await adapter.http(shopCall(body, mac, contentType));
    expect(`${reply.body}${harness.lines.join("")}`).not.toMatch(/4714/);
    const last = logged(harness).at(-1);
    return { ...told, reply, timers, last, told: JSON.parse(reply.body) as Bag };
  }

  test.for(Object.entries(libraries))(
    "a body that fits goes out as its bytes came in, though the schema of %s changes values",
    async ([, schema]) => {
      const { reply, messages, timers } = await deliver({ schema });

      expect(reply.status).toBe(200);
      expect(messages[0]?.value).toContain(`,"data":${valid}}`);
      expect(timers).toEqual([]);
    },
  );

  test.for(Object.entries(libraries))(
    "a body that does not fit is 422 with paths, and the values stay unsaid, with %s",
    async ([, schema]) => {
      const { reply, told, last, happened } = await deliver({ schema, body: invalid });

      expect(reply.status).toBe(422);
      expect(told["status"]).toBe("refused");
      expect(told["reason"]).toContain("/order/id");
      expect(told["reason"]).toContain("/order/total");
      expect(told["reason"]).toContain("/order/note");
      expect(last).toMatchObject({ level: "warn", code: "BODY_INVALID", refused: 1 });
      expect(happened).toEqual([]);
    },
  );

  test.for(Object.entries(libraries))(
    "a body that does not fit is set aside unchanged if there is a bucket, with %s",
    async ([, schema]) => {
      const { reply, stored, happened, last } = await deliver({
        ...{ schema, body: ` ${invalid}\n`, settings: bucket },
      });

      expect(reply).toMatchObject({ status: 200, body: '{"status":"stored"}' });
      expect(happened).toEqual([`PUT ${aside}`]);
      expect(JSON.parse(stored()[aside] ?? "")).toEqual({
        ...{ source: "shop", contentType: "application/json", body: ` ${invalid}\n` },
        reason: expect.stringMatching(/^BODY_INVALID: its schema refuses .*\/order\/id/),
      });
      expect(last).toMatchObject({ level: "warn", ending: "stored", stored: 1, refused: 0 });
    },
  );

  const asynchronous = z.object({
    id: z.string().refine(async (id) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return id !== "sold-4714";
    }),
  });

  test("an asynchronous schema is waited for", async () => {
    const fits = await deliver({ schema: asynchronous, body: '{"id":"a"}' });
    const not = await deliver({ schema: asynchronous, body: '{"id":"sold-4714"}' });

    expect(fits.reply.status).toBe(200);
    expect(fits.timers).toEqual([1_000]);
    expect(not.reply).toMatchObject({
      status: 422,
      body: '{"status":"refused","reason":"its schema refuses /id"}',
    });
  });

  class QuotingError extends Error {
    override name = "QuotingError";
  }
  const broken = [
    ["throws", () => throwing(), "threw QuotingError"],
    ["throws text", () => throwing("4714"), "threw string"],
    ["rejects", () => Promise.reject(new QuotingError("4714")), "threw QuotingError"],
    ["never settles", () => new Promise(() => undefined), "gave no result"],
    ["is a thenable that throws", () => throwingThenable, "threw QuotingError"],
    ["resolves to nothing", () => Promise.resolve(), "threw TypeError"],
    ["returns nothing", () => undefined, "threw TypeError"],
    ["returns null", () => null, "threw TypeError"],
    ["returns true", () => true, "threw TypeError"],
    ["returns text", () => "value 4714", "threw TypeError"],
    ["returns an empty object", () => ({}), "gave no result"],
    ["returns issues that are no list", () => ({ issues: "4714" }), "threw TypeError"],
    ["returns an issue that is nothing", () => ({ issues: [null] }), "threw TypeError"],
    ["returns a path that is text", () => ({ issues: [{ path: "4714" }] }), "threw TypeError"],
    ["overflows the stack", () => overflow(), "threw RangeError"],
  ] as const;
  const throwingThenable: unknown = Object.fromEntries(
    ["then"].map((name) => [name, () => throwing()]),
  );
  function throwing(what: unknown = new QuotingError("4714")): never {
    throw what;
  }
  function overflow(): unknown {
    return [overflow()];
  }

  test.for(broken)(
    "a schema that %s is our fault: 500, and nothing is acknowledged",
    async (row) => {
      const [, validate, text] = row;

      const { reply, last, happened } = await deliver({ schema: schemaOf(validate) });

      expect(reply).toMatchObject({ status: 500, body: '{"status":"failed"}' });
      expect(last).toMatchObject({ level: "error", code: "SCHEMA_FAILED", failed: 1 });
      expect(last?.["reason"]).toBe(`its schema ${text}`);
      expect(happened).toEqual([]);
    },
  );

  test.for(broken)("a body whose schema %s is set aside if there is a bucket", async (row) => {
    const [, validate, text] = row;

    const { reply, last, stored } = await deliver({
      ...{ schema: schemaOf(validate), settings: bucket },
    });

    expect(reply).toMatchObject({ status: 200, body: '{"status":"stored"}' });
    expect(last).toMatchObject({ level: "error", ending: "stored", stored: 1 });
    expect(JSON.parse(stored()[aside] ?? "")).toMatchObject({
      ...{ body: valid, reason: `SCHEMA_FAILED: its schema ${text}` },
    });
  });

  test.for([
    ["an empty path", [], "its root"],
    ["no path", undefined, "its root"],
    ["path segments", [{ key: "a" }, "b", 0, { key: Symbol("c") }], "/a/b/0/Symbol(c)"],
    ["slashes and tildes", ["a/b", "~c"], "/a~1b/~0c"],
    ["a name of JavaScript", ["__proto__", "constructor"], "/__proto__/constructor"],
    ["characters that are not seen", ["\u202Ea\u0085"], "/\\u202ea\\u0085"],
    ["a long name", ["n".repeat(500)], `/${"n".repeat(99)}`],
    ["a path of 1,000 names", Array.from({ length: 1_000 }, () => "n"), "/n".repeat(50)],
  ] as const)("a place with %s is told as a JSON pointer", async ([, path, pointer]) => {
    const { told } = await deliver({ schema: refusing(path) });

    expect(told["reason"]).toBe(`its schema refuses ${pointer}`);
  });

  test("at most 20 places are told, each once", async () => {
    const issues = Array.from({ length: 1_000 }, (_, index) => ({ message: "", path: [index] }));

    const many = await deliver({ schema: schemaOf(() => ({ issues })) });
    const same = await deliver({ schema: refusing(["a"], 15) });

    expect(String(many.told["reason"]).match(/\/\d+/g)).toHaveLength(20);
    expect(same.told["reason"]).toBe("its schema refuses /a");
  });

  const sms = v.object({ From: v.string(), Body: v.pipe(v.string(), v.minLength(1)) });
  const form = "application/x-www-form-urlencoded";

  test.for([
    ["a form that fits", form, "From=%2B82&Body=hi", 200],
    ["a form that does not fit", form, "From=%2B82&Body=", 422],
    ["JSON that is called text", "text/plain", '{"From":"a","Body":"b"}', 200],
    ["text", "text/plain", "From", 422],
    ["bytes", "application/octet-stream", Buffer.from([0xff, 0]), 422],
    ["nothing", "application/json", "", 422],
  ] as const)(
    "of %s the schema sees what selectors read",
    async ([, contentType, body, status]) => {
      const { reply } = await deliver({ schema: sms, body, contentType });

      expect(reply.status).toBe(status);
    },
  );

  test("a form that fits goes out as text", async () => {
    const body = "Body=h%69&From=a";

    const { messages } = await deliver({ schema: sms, body, contentType: form });

    expect(JSON.parse(messages[0]?.value ?? "")).toMatchObject({
      data: body,
      datacontenttype: form,
    });
  });

  const items = '{"items":[{"id":"a"}, {"id":4714} ,{"id": "c"}]}';
  const split = { split: "/items", key: ["element:/id"], value: "raw" };
  const item = mini.object({ id: mini.string() });

  test("the schema of a split source is the element's, and the others go on", async () => {
    const { reply, messages, stored } = await deliver({
      ...{ schema: item, body: items, source: split, settings: bucket },
    });

    expect(reply).toMatchObject({ status: 200, body: expect.stringContaining('"count":2') });
    expect(messages.map(({ key, value }) => [key, value])).toEqual([
      ["a", '{"id":"a"}'],
      ["c", '{"id": "c"}'],
    ]);
    expect(JSON.parse(stored()[aside] ?? "")).toEqual({
      ...{ source: "shop", contentType: "application/json", body: '{"id":4714}' },
      reason: "BODY_INVALID: its schema refuses /id",
    });
  });

  test("an element that does not fit is 422 without a bucket, and the others are delivered", async () => {
    const { reply, messages } = await deliver({ schema: item, body: items, source: split });

    expect(reply.status).toBe(422);
    expect(messages).toHaveLength(2);
  });

  test("an element whose promise never settles holds up no other", async () => {
    const schema = schemaOf((value) =>
      (value as Bag)["id"] === "a" ? new Promise(() => undefined) : Promise.resolve({ value }),
    );

    const { messages, timers, last } = await deliver({ schema, body: items, source: split });

    expect(messages).toHaveLength(2);
    expect(timers).toEqual([1_000]);
    expect(last).toMatchObject({ code: "SCHEMA_FAILED", delivered: 2, failed: 1 });
  });

  test("the filter comes first: an event that nobody wants needs no fitting body", async () => {
    const source = { type: ["body:/type"], filter: ["paid"] };

    const { told } = await deliver({ schema: refusing([]), body: '{"type":"sent"}', source });

    expect(told).toEqual({ status: "ignored" });
  });

  test("a challenge comes first: it is answered whatever the schema says", async () => {
    const { harness } = createBucketHarness();
    const settings = {
      ...{ ...streamSettings, WEBHOOK_SOURCES: { slack: { verifier: "slack" } } },
      WEBHOOK_SECRETS: { slack: [secretsInUse.provider] },
    };
    const body = '{"type":"url_verification","challenge":"c-1"}';
    const time = String(startMs / 1_000);
    const mac = createHmac("sha256", secretsInUse.provider).update(`v0:${time}:${body}`);
    const headers = {
      "x-slack-request-timestamp": time,
      "x-slack-signature": `v0=${mac.digest("hex")}`,
    };

    const adapter = open(webhook({ schemas: { slack: refusing([]) } }), { harness, settings });
    const reply = await adapter.http(jsonCall("/slack", body, headers));

    expect(reply).toMatchObject({ status: 200, body: '{"challenge":"c-1"}' });
  });

  const cloudEvent = (id: unknown) =>
    `{"specversion":"1.0","id":"e-1","source":"/shop","type":"order","data":{"id":${JSON.stringify(id)}}}`;

  test.for([
    ["fits", "a", 200],
    ["does not fit", 4714, 422],
  ] as const)(
    "the schema of a CloudEvent is that of its data, which %s",
    async ([, id, status]) => {
      const { reply } = await deliver({
        ...{ schema: item, body: cloudEvent(id), contentType: "application/cloudevents+json" },
      });

      expect(reply.status).toBe(status);
    },
  );

  test("an event of a batch that does not fit is set aside whole", async () => {
    const { messages, stored } = await deliver({
      ...{ schema: item, body: `[${cloudEvent("a")}, ${cloudEvent(4714)}]`, settings: bucket },
      contentType: "application/cloudevents-batch+json",
    });

    expect(messages).toHaveLength(1);
    expect(JSON.parse(stored()[aside] ?? "")).toMatchObject({ body: cloudEvent(4714) });
  });

  test("a body with __proto__ is checked like other bodies, and changes no object", async () => {
    const body = '{"__proto__":{"polluted":true},"id":"a"}';

    const { messages } = await deliver({ schema: z.looseObject({ id: z.string() }), body });

    expect(messages[0]?.value).toContain(`"data":${body}`);
    expect(({} as Bag)["polluted"]).toBeUndefined();
  });

  test("a body nested 100,000 deep ends in a reply, whatever its schema does with it", async () => {
    const body = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const recursive: z.ZodType = z.array(z.lazy(() => recursive));

    const { reply, happened } = await deliver({ schema: recursive, body, settings: bucket });

    expect(reply.status).toBe(200);
    expect(happened).toEqual([`PUT ${aside}`]);
  });

  test("a sender that proved nothing gets 422 though there is a bucket", async () => {
    const { harness, happened } = createBucketHarness();
    const settings = { ...openSource(), ...bucket };

    const adapter = open(webhook({ schemas: { hook: refusing(["a"]) } }), { harness, settings });
    const reply = await adapter.http(hookCall("{}"));

    expect(reply.status).toBe(422);
    expect(happened).toEqual([]);
  });

  test("a schema that changes the parsed value changes nothing that goes out", async () => {
    const schema = schemaOf((value) => {
      (value as Record<string, unknown>)["id"] = "changed";
      return { value: "other" };
    });

    const { messages } = await deliver({
      ...{ schema, body: '{"id":"a"}', source: { key: ["body:/id"], value: "raw" } },
    });

    expect(messages).toMatchObject([{ key: "a", value: '{"id":"a"}' }]);
  });

  test("a verdict of any form is a reply, and only a value without issues is delivered", async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.boolean(), async (result, isAsync) => {
        const { reply, messages } = await deliver({
          schema: schemaOf(() => (isAsync ? Promise.resolve(result) : result)),
        });
        const isObject = typeof result === "object" && result !== null;
        const fits = isObject && "value" in result && !(result as { issues?: unknown }).issues;

        expect([reply.status, messages.length]).toEqual(
          fits ? [200, 1] : [expect.toSatisfy((status) => [422, 500].includes(status)), 0],
        );
      }),
      {
        numRuns: 100,
        examples: [
          [{ value: 1 }, true],
          [{ issues: [] }, false],
        ],
      },
    );
  });
});

describe("the names of schemas", () => {
  async function ask(schemas: Readonly<Record<string, StandardSchema>>, source = "orders") {
    const { harness } = createBucketHarness();
    const settings = {
      ...{ ...streamSettings, WEBHOOK_SOURCES: { [source]: { verifier: "none" } } },
    };
    const call = { ...hookCall("{}"), path: `/${source}` };
    const { status } = await adapters[0]
      .open(webhook({ schemas }), { harness, settings })
      .http(call);
    return { status, last: logged(harness).at(-1) };
  }

  test("a name that is no source is a settings error with the name that was meant", async () => {
    const { status, last } = await ask({ ordres: accepting });

    expect(status).toBe(500);
    expect(last).toMatchObject({ level: "error", code: "BAD_SETTINGS" });
    expect(last?.["reason"]).toBe(
      "schemas.ordres is no source of WEBHOOK_SOURCES: did you mean orders?",
    );
  });

  test("wrong schemas and wrong settings are reported together", () => {
    const parsed = webhook({ schemas: { far: accepting } }).parse({
      WEBHOOK_SOURCES: { orders: { verifier: "none", partition: -1 } },
    });

    expect(parsed).toMatchObject({
      ok: false,
      problems: [{ setting: "WEBHOOK_SOURCES orders.partition" }, { setting: "schemas.far" }],
    });
  });

  test("a source whose name is one of JavaScript has no schema by chance", async () => {
    expect((await ask({}, "constructor")).status).toBe(200);
    expect((await ask({ constructor: refusing([]) }, "constructor")).status).toBe(422);
  });

  test.for([
    [{ orders: undefined }, "schemas.orders is no Standard Schema"],
    [{ orders: null }, "schemas.orders is no Standard Schema"],
    [{ orders: 5 }, "schemas.orders is no Standard Schema"],
    [{ orders: {} }, "schemas.orders is no Standard Schema"],
    [{ orders: { "~standard": null } }, "schemas.orders is no Standard Schema"],
    [{ orders: { "~standard": { version: 1 } } }, "schemas.orders is no Standard Schema"],
    [{ orders: { type: "object" } }, "schemas.orders is no Standard Schema"],
    [5, "schemas must be Standard Schemas by source name"],
    [null, "schemas must be Standard Schemas by source name"],
    ["orders", "schemas must be Standard Schemas by source name"],
    [[accepting], "schemas must be Standard Schemas by source name"],
    [accepting, "schemas must be Standard Schemas by source name"],
    [z.object({}), "schemas must be Standard Schemas by source name"],
    [type({}), "schemas must be Standard Schemas by source name"],
  ] as const)(
    "what is no schema in untyped code is a settings error: %#",
    async ([given, reason]) => {
      const { status, last } = await ask(given as never);

      expect(status).toBe(500);
      expect(last).toMatchObject({ level: "error", code: "BAD_SETTINGS", reason });
    },
  );
});

describe("the mapping", () => {
  const context = {
    ...{ arrivedMs: startMs, invocationId: "call", newId: () => "fresh" },
    sleep: () => Promise.reject(new Error("no timer is needed")),
  };
  const parsed = webhook().parse({
    WEBHOOK_SOURCES: { plain: { verifier: "none" }, orders: { verifier: "none" } },
  });
  const map = (trigger: ReturnType<typeof webhook>, name: string) => {
    if (!parsed.ok) {
      throw new Error("wrong settings");
    }
    const body = { kind: "exact", bytes: Buffer.from("{}") } as const;
    const event = { kind: "http", method: "POST", path: `/${name}`, query: "", body } as const;
    return trigger.map({ ...event, headers: new Map() }, parsed.value, context);
  };

  test("a source without a schema is mapped at once, beside others with one too", () => {
    const some = webhook({ schemas: { orders: accepting } });

    expect(map(webhook(), "orders")).toMatchObject({ records: [{}] });
    expect(map(some, "plain")).toMatchObject({ records: [{}] });
    expect(map(some, "orders")).toBeInstanceOf(Promise);
  });
});

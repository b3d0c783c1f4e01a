import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { webhook } from "../../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../../support/adapters.ts";
import { type HttpCall, jsonCall } from "../../../support/calls.ts";
import { createHarness } from "../../../support/harness.ts";
import { type Bag, streamSettings } from "../../../support/settings.ts";
import { secretsInUse } from "../../../support/spoken.ts";

/** Examples of https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md. */
const headers = {
  "ce-specversion": "1.0",
  "ce-type": "com.example.someevent",
  "ce-time": "2018-04-05T03:56:24Z",
  "ce-id": "1234-1234-1234",
  "ce-source": "/mycontext/subcontext",
};
const attributes = {
  specversion: "1.0",
  type: "com.example.someevent",
  time: "2018-04-05T03:56:24Z",
  id: "1234-1234-1234",
  source: "/mycontext/subcontext",
};
const structuredType = "application/cloudevents+json; charset=UTF-8";
const batchType = "Application/CloudEvents-batch+json; charset=utf-8";
/** The time of arrival, which no attribute of the event says. */
const arrivedAt = "2023-11-14T22:13:20.000Z";
const oddNumbers = '{"n": 12345678901234567890, "e":1e400, "v":1.0, "d":1,"d":2}';

/** Members of an event in JSON, without its closing brace. */
function open(members: object = {}): string {
  return JSON.stringify({ ...attributes, ...members }).slice(0, -1);
}

function structured(body: string, fields: HttpCall["headers"] = {}): HttpCall {
  return jsonCall("/hook", body, { "content-type": structuredType, ...fields });
}

function batch(...events: readonly string[]): HttpCall {
  return jsonCall("/hook", `[${events.join(",")}]`, { "content-type": batchType });
}

function binary(body: string, fields: HttpCall["headers"] = {}): HttpCall {
  return jsonCall("/hook", body, { ...headers, ...fields });
}

type Given = Bag & { readonly verifier?: string; readonly settings?: Bag };

const proofs: Readonly<Record<string, (body: string | Uint8Array) => HttpCall["headers"]>> = {
  bearer: () => ({ authorization: `Bearer ${secretsInUse.bearer}` }),
  token: () => ({ "x-api-key": secretsInUse.bearer }),
  hmac: (body) => ({
    "x-signature": createHmac("sha256", secretsInUse.bearer).update(body).digest("hex"),
  }),
  github: (body) => ({
    "x-github-event": "push",
    "x-github-delivery": "d-1",
    "x-hub-signature-256": `sha256=${createHmac("sha256", secretsInUse.bearer).update(body).digest("hex")}`,
  }),
  none: () => ({}),
};
const proofOptions: Readonly<Record<string, Bag>> = {
  hmac: { header: "X-Signature" },
  token: { header: "X-Api-Key" },
};

describe.each(httpAdapters)("a CloudEvent through $name", ({ open: openAdapter }) => {
  /** Sends a proved delivery. The default proof covers the whole request. */
  async function deliver(
    call: HttpCall,
    { verifier = "bearer", settings = {}, ...options }: Given = {},
  ) {
    const harness = createHarness();
    const source = { verifier, ...proofOptions[verifier], ...options };
    const adapter = openAdapter(webhook(), {
      harness,
      settings: {
        ...streamSettings,
        WEBHOOK_SOURCES: { hook: source },
        WEBHOOK_SECRETS: verifier === "none" ? {} : { hook: [secretsInUse.bearer] },
        ...settings,
      },
    });
    const proof = proofs[verifier]?.(call.body ?? "");
    const reply = await adapter.http({ ...call, headers: { ...call.headers, ...proof } });
    const messages = produced(harness);
    const notes = logged(harness)
      .map(({ message }) => String(message))
      .filter((text) => text.startsWith("source hook") && !text.includes("verified by"));
    return {
      reply,
      messages,
      notes,
      events: messages.map(({ value }) => JSON.parse(value) as Bag),
    };
  }

  describe("in binary mode", () => {
    test("an event keeps its attributes, and its data keeps every byte", async () => {
      const given = binary(oddNumbers, {
        "ce-subject": "Euro%20%E2%82%AC%20%F0%9F%98%80",
        "ce-dataschema": "https://example.com/schema",
        "ce-comexampleothervalue": "5",
        "ce-partitionkey": "customer%204",
      });

      const { messages, notes, reply } = await deliver(given);

      expect(messages.map(({ key, value }) => [key, value])).toEqual([
        [
          "customer 4",
          expect.stringMatching(new RegExp(`,"data":${oddNumbers.replaceAll(/[.{}]/g, "\\$&")}}$`)),
        ],
      ]);
      expect(JSON.parse(messages[0]?.value ?? "")).toEqual({
        ...attributes,
        subject: "Euro € 😀",
        dataschema: "https://example.com/schema",
        comexampleothervalue: "5",
        partitionkey: "customer 4",
        datacontenttype: "application/json",
        data: JSON.parse(oddNumbers),
      });
      expect(notes).toEqual([]);
      expect(reply.body).toBe('{"status":"delivered","id":"1234-1234-1234"}');
    });

    test.for([
      ["application/xml", '<much wow="xml"/>', { data: '<much wow="xml"/>' }],
      ["application/vnd.apache.thrift.binary", Buffer.from([0xff, 0]), { data_base64: "/wA=" }],
      ["application/json", "", {}],
    ] as const)("a body of %s is the data", async ([type, body, data]) => {
      const { events } = await deliver({
        ...binary(""),
        body,
        headers: { ...headers, "content-type": type },
      });

      expect(events).toEqual([
        { ...attributes, datacontenttype: type, partitionkey: "1234-1234-1234", ...data },
      ]);
    });

    test("headers that no attribute can have are ignored", async () => {
      const odd = {
        "x-ce-ext": "x",
        "ce-my-ext": "x",
        "ce-datacontenttype": "text/plain",
        "ce-data": "x",
        "ce-": "x",
      };

      const { events, notes } = await deliver(binary("{}", odd));

      expect(events).toEqual([
        {
          ...attributes,
          datacontenttype: "application/json",
          partitionkey: "1234-1234-1234",
          data: {},
        },
      ]);
      expect(notes).toEqual([]);
    });

    test.for([
      ["hmac", { id: "1234-1234-1234-44136fa355b3678a1146ad16f7e8649e" }],
      ["none", { id: "1234-1234-1234-44136fa355b3678a1146ad16f7e8649e" }],
      ["bearer", { id: "1234-1234-1234" }],
      ["token", { id: "1234-1234-1234" }],
    ] as const)(
      "the id under %s has the body's hash unless the headers are proved",
      async ([verifier, id]) => {
        // printf '{}' | sha256sum
        const { events } = await deliver(binary("{}"), { verifier });

        expect(events).toMatchObject([{ ...attributes, ...id }]);
      },
    );

    test.for(["/webhooks/github", "/heartbeats/nightly", "/objectstorage/b", "/events"])(
      "the source %s is kept only if the headers are proved",
      async (source) => {
        const given = binary("{}", { "ce-source": source });

        expect((await deliver(given)).events).toMatchObject([{ source }]);
        expect((await deliver(given, { verifier: "hmac" })).events).toMatchObject([
          { source: "/webhooks/hook" },
        ]);
        expect((await deliver(given, { verifier: "none" })).events).toMatchObject([
          { source: "/webhooks/hook" },
        ]);
      },
    );

    test("an unproved source that only holds the name of one of ours is kept", async () => {
      const { events } = await deliver(binary("{}", { "ce-source": "/shop/webhooks" }), {
        verifier: "hmac",
      });

      expect(events).toMatchObject([{ source: "/shop/webhooks" }]);
    });

    test("a header whose name begins like the content type's is an extension", async () => {
      const { events } = await deliver(binary("{}", { "ce-datacontenttypes": "x" }));

      expect(events).toMatchObject([{ datacontenttypes: "x" }]);
    });

    test("unsigned headers change nothing of a provider's delivery", async () => {
      const { events, notes } = await deliver(binary("{}"), { verifier: "github" });

      expect(events).toEqual([
        {
          specversion: "1.0",
          id: "d-1-44136fa355b3678a1146ad16f7e8649e",
          source: "/webhooks/hook",
          type: "com.github.push",
          time: arrivedAt,
          datacontenttype: "application/json",
          partitionkey: "d-1-44136fa355b3678a1146ad16f7e8649e",
          data: {},
        },
      ]);
      expect(notes).toEqual(["source hook: no CloudEvent: its headers are not signed"]);
    });
  });

  describe("in structured mode", () => {
    test.for(["bearer", "hmac"])(
      "an event under %s keeps its attributes and data",
      async (verifier) => {
        const members = {
          subject: "a%20b",
          dataschema: "https://example.com/schema",
          flag: true,
          count: -2_147_483_648,
          traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          partitionkey: "customer 4",
        };
        const body = `${open(members)}, "data" : ${oddNumbers} }`;

        const { messages, events } = await deliver(
          structured(body, {
            traceparent: "00-11111111111111111111111111111111-b7ad6b7169203331-01",
            tracestate: "a=b",
          }),
          { verifier },
        );

        expect(messages[0]?.key).toBe("customer 4");
        expect(messages[0]?.value.endsWith(`,"data":${oddNumbers}}`)).toBe(true);
        expect(events).toEqual([{ ...attributes, ...members, data: JSON.parse(oddNumbers) }]);
      },
    );

    test.for([
      [{ datacontenttype: "application/xml" }, ',"data":"<a/>"', { data: "<a/>" }],
      [{ datacontenttype: "text/plain" }, ',"data":{"a":1.0}', { data: { a: 1 } }],
      [{}, ',"data":"I\'m just a string"', { data: "I'm just a string" }],
      [{}, ',"data":null', { data: null }],
      [{}, ',"data_base64":"/wA="', { data_base64: "/wA=" }],
      [{ datacontenttype: "application/xml" }, ',"data_base64":""', { data_base64: "" }],
      [{ datacontenttype: "application/json" }, "", {}],
      [{}, ',"data_base64":null', {}],
    ] as const)("an event with %j and %j keeps both", async ([members, data, expected]) => {
      const { events } = await deliver(structured(`${open(members)}${data}}`));

      expect(events).toEqual([
        { ...attributes, ...members, partitionkey: "1234-1234-1234", ...expected },
      ]);
    });

    test.for([
      ["hmac", "/webhooks/github"],
      ["none", "/webhooks/hook"],
    ])(
      "under %s an event that names /webhooks/github has the source %s",
      async ([verifier, source]) => {
        const body = `${open({ source: "/webhooks/github" })}}`;

        const { events } = await deliver(structured(body), { verifier: String(verifier) });

        expect(events).toMatchObject([{ source }]);
      },
    );

    test("a blank before the content type changes nothing", async () => {
      const { events } = await deliver(
        structured(`${open()}}`, { "content-type": ` ${structuredType}` }),
      );

      expect(events).toMatchObject([attributes]);
    });

    test("the trace context of the request is used if the event has none", async () => {
      const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

      const { events } = await deliver(structured(`${open()}}`, { traceparent }));

      expect(events).toMatchObject([{ traceparent }]);
    });

    test("an unproved event has the body's hash in its id", async () => {
      const body = `${open()}}`;
      const { events } = await deliver(structured(body), { verifier: "none" });

      // printf of the body | sha256sum
      expect(events).toMatchObject([{ id: "1234-1234-1234-99901eea5a6449e2cd4f837eb157a517" }]);
    });

    test("a time that is not RFC 3339 is replaced by the time of arrival, and the log says so", async () => {
      const { events, notes } = await deliver(structured(`${open({ time: "yesterday" })}}`));

      expect(events).toMatchObject([{ ...attributes, time: arrivedAt }]);
      expect(notes).toEqual(["source hook: its time is not RFC 3339 and was left out"]);
    });

    test("a name with control characters is replaced by the SHA-256 of its JSON form", async () => {
      const { messages, events } = await deliver(structured(`${open({ id: "a\tb" })}}`));

      // printf '"a\\tb"' | sha256sum
      const hash = "9086c3ca2d1e5a14a75356a5dad6e3266e2f7e111f5d2672350bd5d0ae9230c6";
      expect(events).toMatchObject([{ id: hash, partitionkey: hash }]);
      expect(messages).toMatchObject([{ key: hash }]);
    });

    test("headers of binary mode do not count beside a structured body", async () => {
      const { events } = await deliver(
        structured(`${open()}}`, { "ce-id": "other", "ce-ext": "x" }),
      );

      expect(events).toEqual([{ ...attributes, partitionkey: "1234-1234-1234" }]);
    });
  });

  test.for([
    ["application/json", {}],
    ["application/json; profile=application/cloudevents+json", {}],
    ["x-application/cloudevents+json", {}],
    ["application/json", { "x-ce-id": "1", "ce-type": "t" }],
  ] as const)(
    "a delivery of the type %s with %j does not say that it is an event",
    async ([type, fields]) => {
      const { events, notes } = await deliver(
        jsonCall("/hook", `${open()}}`, { ...fields, "content-type": type }),
      );

      expect(events).toMatchObject([{ type: "webhook.received", data: attributes }]);
      expect(notes).toEqual([]);
    },
  );

  test.for([
    [
      "of which only the version is known",
      jsonCall("/hook", "{}", { "ce-specversion": "1.0" }),
      "its id, source or type is missing",
    ],
    ["in a batch without a body", { ...batch(), body: "" }, "it is no JSON object"],
    [
      "without an id",
      structured('{"specversion":"1.0","type":"t","source":"s"}'),
      "its id, source or type is missing",
    ],
    [
      "of version 0.3",
      structured('{"specversion":"0.3","id":"1","type":"t","source":"s"}'),
      "its specversion is not 1.0",
    ],
    [
      "with an object as attribute",
      structured(`${open({ ext: {} })}}`),
      "its ext is of a wrong type",
    ],
    [
      "with a name in upper case",
      structured(`${open({ myExt: "x" })}}`),
      "the name of an attribute is not a-z and 0-9",
    ],
    [
      "with data twice",
      structured(`${open()},"data":1,"data_base64":""}`),
      "its data_base64 is no base64, or stands beside data",
    ],
    [
      "with text that is no base64",
      structured(`${open()},"data_base64":"%"}`),
      "its data_base64 is no base64, or stands beside data",
    ],
    ["that is a list", structured("[]"), "it is no JSON object"],
    ["in a batch that is no list", { ...batch(), body: "{}" }, "its specversion is not 1.0"],
    ["with an empty body", structured(""), "it is no JSON object"],
    [
      "in another format",
      jsonCall("/hook", "<a/>", { "content-type": "application/cloudevents+xml" }),
      "it is no JSON object",
    ],
    ["without a version", jsonCall("/hook", "{}", { "ce-id": "1" }), "its specversion is not 1.0"],
    [
      "whose header is no UTF-8",
      binary("{}", { "ce-subject": "%C0%A0" }),
      "a header is not percent-encoded UTF-8",
    ],
  ] as [string, HttpCall, string][])(
    "an event %s is an ordinary delivery with a note in the log",
    async ([, call, problem]) => {
      const { reply, messages, events, notes } = await deliver(call);

      expect(reply.status).toBe(200);
      expect(events).toMatchObject([
        {
          id: expect.stringMatching(/^[0-9a-f]{64}$/),
          source: "/webhooks/hook",
          type: "webhook.received",
          time: arrivedAt,
        },
      ]);
      expect(messages[0]?.value).toContain(call.body);
      expect(notes).toEqual([`source hook: no CloudEvent: ${problem}`]);
    },
  );

  describe("in a batch", () => {
    const first = `${open({ id: "1", partitionkey: "k" })},"data":${oddNumbers}}`;
    const second = `${open({ id: "2", source: "/other", datacontenttype: "text/plain" })},"data":"a"}`;

    test("each event is a message of its own", async () => {
      const { messages, events, reply } = await deliver(batch(first, second));

      expect(messages.map(({ key }) => key)).toEqual(["k", "2"]);
      expect(messages[0]?.value.endsWith(`,"data":${oddNumbers}}`)).toBe(true);
      expect(events).toEqual([
        { ...attributes, id: "1", partitionkey: "k", data: JSON.parse(oddNumbers) },
        {
          ...attributes,
          id: "2",
          source: "/other",
          partitionkey: "2",
          datacontenttype: "text/plain",
          data: "a",
        },
      ]);
      expect(reply).toMatchObject({ status: 200 });
    });

    test("an element that is no event is an ordinary message beside the others", async () => {
      const { events, notes } = await deliver(batch(first, "{}", '"x"', second), {
        verifier: "hmac",
      });

      expect(events).toMatchObject([
        { id: "1" },
        {
          id: expect.stringMatching(/^[0-9a-f]{64}#1$/),
          type: "webhook.received",
          source: "/webhooks/hook",
          datacontenttype: "application/json",
          data: {},
        },
        { id: expect.stringMatching(/^[0-9a-f]{64}#2$/), data: "x" },
        { id: "2" },
      ]);
      expect(notes).toEqual([
        "source hook: no CloudEvent: its specversion is not 1.0 (and 1 more in this batch)",
      ]);
    });

    test("a single event in place of a list is taken as that event", async () => {
      const { events } = await deliver({ ...batch(), body: first });

      expect(events).toMatchObject([{ id: "1", partitionkey: "k" }]);
    });

    test("an empty batch is answered 200 and produces nothing", async () => {
      const { reply, messages, notes } = await deliver(batch());

      expect(reply).toMatchObject({ status: 200 });
      expect(JSON.parse(reply.body)).toMatchObject({ status: "ignored" });
      expect(messages).toEqual([]);
      expect(notes).toEqual([]);
    });

    test("a batch of more than 10,000 events is refused", async () => {
      const { reply, messages } = await deliver(
        batch(...Array.from({ length: 10_001 }, () => "{}")),
      );

      expect(reply.status).toBe(413);
      expect(messages).toEqual([]);
    });

    test.for(["", "/items"])("the split %j changes nothing of a batch", async (split) => {
      const { events } = await deliver(batch(first, second), { split });

      expect(events).toMatchObject([{ id: "1" }, { id: "2" }]);
    });

    test("selectors of the body read the event, those of the request get the index", async () => {
      const { messages, events } = await deliver(batch(first, second), {
        key: ["body:/data/n", "body:/source"],
        id: ["header:x-batch"],
      });

      expect(messages.map(({ key }) => key)).toEqual(["12345678901234567890", "/other"]);
      expect(events).toMatchObject([
        { id: "1", partitionkey: "12345678901234567890" },
        { id: "2", partitionkey: "/other" },
      ]);
    });

    test("an id of the request gets the element's index", async () => {
      const call = batch(first, second);
      const { events } = await deliver(
        { ...call, headers: { ...call.headers, "x-batch": "b" } },
        { id: ["header:x-batch"] },
      );

      expect(events).toMatchObject([{ id: "b#0" }, { id: "b#1" }]);
    });

    test("a raw value is the event as it was written", async () => {
      const { messages } = await deliver(batch(first, second), { value: "raw" });

      expect(messages.map(({ key, value }) => [key, value])).toEqual([
        ["k", first],
        ["2", second],
      ]);
    });
  });

  describe("with options of its source", () => {
    const body = `${open({ subject: "s", partitionkey: "k" })},"data":{"items":[1.0,2],"no":7}}`;

    test("selectors of the source go before the event's attributes", async () => {
      const own = {
        id: ["body:/data/no"],
        type: ["const:own"],
        key: ["body:/subject"],
        subject: ["body:/data/no"],
      };

      const { messages, events } = await deliver(structured(body), own);

      expect(messages).toMatchObject([{ key: "s" }]);
      expect(events).toMatchObject([
        { id: "7", type: "own", partitionkey: "s", subject: "7", source: attributes.source },
      ]);
    });

    test("selectors that find nothing leave the event's attributes", async () => {
      const own = {
        id: ["body:/no"],
        type: ["body:/no"],
        key: ["header:x-no"],
        subject: ["header:x-no"],
      };

      const { messages, events } = await deliver(structured(body), own);

      expect(messages).toMatchObject([{ key: "k" }]);
      expect(events).toMatchObject([{ ...attributes, subject: "s", partitionkey: "k" }]);
    });

    test("the filter compares the event's type", async () => {
      const kept = await deliver(structured(body), { filter: ["com.example.*"] });
      const left = await deliver(structured(body), { filter: ["webhook.received"] });

      expect(kept.messages).toHaveLength(1);
      expect(left.messages).toEqual([]);
      expect(JSON.parse(left.reply.body)).toMatchObject({ status: "ignored" });
    });

    test("a raw value is the body as it came, with the event's key", async () => {
      const { messages, reply } = await deliver(structured(body), { value: "raw" });

      expect(messages).toMatchObject([{ key: "k", value: body }]);
      expect(reply.body).toContain('"id":"1234-1234-1234"');
    });

    test("a split event gives each element its attributes and an index", async () => {
      const { events, messages } = await deliver(structured(body), { split: "/data/items" });

      const both = {
        ...attributes,
        subject: "s",
        partitionkey: "k",
        datacontenttype: "application/json",
      };
      expect(events).toEqual([
        { ...both, id: "1234-1234-1234#0", data: 1 },
        { ...both, id: "1234-1234-1234#1", data: 2 },
      ]);
      expect(messages[0]?.value).toContain('"data":1.0}');
    });

    test("a split body of binary mode gives each element the attributes of the headers", async () => {
      const { events } = await deliver(binary("[1,2]"), { split: "" });

      expect(events).toMatchObject([
        { ...attributes, id: "1234-1234-1234#0", data: 1 },
        { ...attributes, id: "1234-1234-1234#1", data: 2 },
      ]);
    });

    test("an event of a provider goes before the provider's own selectors, except for its key", async () => {
      const { events, messages } = await deliver(
        structured(`${open()},"data":{},"repository":"r"}`.replace(',"repository":"r"', "")),
        { verifier: "github" },
      );

      expect(events).toMatchObject([attributes]);
      expect(messages).toMatchObject([{ key: "1234-1234-1234" }]);
    });
  });
});

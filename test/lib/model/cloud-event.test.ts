import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CloudEventData,
  readCloudEvent,
  toCloudEvent,
} from "../../../lib/model/cloud-event.ts";

const attributes = {
  id: "주문-1",
  source: "/webhooks/shop",
  type: "webhook.received",
  time: "2023-11-14T22:13:20.000Z",
  partitionkey: "k",
};
const head =
  '{"specversion":"1.0","id":"주문-1","source":"/webhooks/shop","type":"webhook.received",' +
  '"time":"2023-11-14T22:13:20.000Z","partitionkey":"k"';

describe("a CloudEvent", () => {
  test.for<[string, CloudEventData]>([
    [
      ',"data":{"id": 12345678901234567890, "n":1.0, "n":2}}',
      { kind: "json", text: '{"id": 12345678901234567890, "n":1.0, "n":2}' },
    ],
    [',"data":"say \\"hi\\"\\n"}', { kind: "text", text: 'say "hi"\n' }],
    // RFC 4648 section 10.
    [',"data_base64":"Zm9vYg=="}', { kind: "binary", bytes: Buffer.from("foob") }],
    [',"data_base64":"/wA="}', { kind: "binary", bytes: new Uint8Array([0xff, 0]) }],
    ["}", { kind: "none" }],
  ])("an event ends with %s", ([tail, data]) => {
    expect(toCloudEvent(attributes, data)).toBe(head + tail);
  });

  test("an event has the given optional attributes and no others", () => {
    const optional = {
      subject: "order",
      datacontenttype: "application/json",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      tracestate: undefined,
    };

    const event = toCloudEvent({ ...attributes, ...optional }, { kind: "json", text: "[]" });

    expect(JSON.parse(event)).toStrictEqual({
      specversion: "1.0",
      ...attributes,
      subject: "order",
      datacontenttype: "application/json",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      data: [],
    });
  });
});

describe("an event that somebody else made", () => {
  const required = { specversion: "1.0", id: "1", source: "/s", type: "t" };
  const named = { id: "1", source: "/s", type: "t" };

  /** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md (section 3.1.2). */
  test.for<[object, object, CloudEventData]>([
    [{ data: { a: 1 } }, {}, { kind: "value", value: { a: 1 } }],
    [{ data: "a" }, {}, { kind: "value", value: "a" }],
    [{ data: null }, {}, { kind: "value", value: null }],
    [{ data: "<a/>" }, { datacontenttype: "text/xml" }, { kind: "text", text: "<a/>" }],
    [{ data: [1] }, { datacontenttype: "text/xml" }, { kind: "value", value: [1] }],
    [{ data_base64: "Zm9vYg==" }, {}, { kind: "binary", bytes: Buffer.from("foob") }],
    [{ data_base64: null }, {}, { kind: "none" }],
    [{}, { datacontenttype: "text/xml" }, { kind: "none" }],
  ])("a value with %j and %j has its data", ([members, attributes, data]) => {
    expect(readCloudEvent({ ...required, ...attributes, ...members })).toStrictEqual({
      ok: true,
      attributes: { ...named, ...attributes },
      data,
    });
  });

  test.for([
    [{ data_base64: "Zm9vYg" }],
    [{ data_base64: 5 }],
    [{ data_base64: "", data: null }],
  ] as const)("a value with %j is no event", ([members]) => {
    expect(readCloudEvent({ ...required, ...members })).toEqual({
      ok: false,
      problem: "its data_base64 is no base64, or stands beside data",
    });
  });

  test.for([null, undefined, "x", [], 5])("the value %j is no event", (value) => {
    expect(readCloudEvent(value)).toEqual({ ok: false, problem: "it is no JSON object" });
  });

  test("data of any JSON text comes out as it was written", () => {
    const spaced = fc.jsonValue().map((value) => JSON.stringify(value, null, 1));
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom("1e400", "-0", "1.0"), spaced), (data) => {
        const text = `{"data":0,"data" :${data} ,"specversion":"1.0","id":"1","type":"t","source":"s"}`;
        const reading = readCloudEvent(JSON.parse(text), text);

        expect(reading).toMatchObject({ ok: true, data: { kind: "json", text: data } });
      }),
    );
  });
});

import { describe, expect, test } from "vitest";
import { type CloudEventData, toCloudEvent } from "../../../lib/model/cloud-event.ts";

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

import { describe, expect, test } from "vitest";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, produced } from "../../support/adapters.ts";
import { hookCall, push, pushCall } from "../../support/deliveries.ts";
import { createHarness } from "../../support/harness.ts";
import { openSource, webhookSettings } from "../../support/settings.ts";

const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const noUtf8 = Buffer.from([0xff, 0xfe, 0x00, 0x01]);

describe.each(httpAdapters)("a webhook through $name", ({ open }) => {
  /** Returns the one message of a delivery to the source `hook`. */
  async function produce(call: Parameters<typeof hookCall>, options = {}, headers = {}) {
    const harness = createHarness();
    const { http } = open(webhook(), { harness, settings: openSource(options) });
    const delivery = hookCall(...call);
    const reply = await http({ ...delivery, headers: { ...delivery.headers, ...headers } });
    return { reply, messages: produced(harness), value: produced(harness)[0]?.value ?? "" };
  }

  test("a delivery of GitHub becomes a CloudEvent whose data is the body byte for byte", async () => {
    const harness = createHarness();
    const { http } = open(webhook(), { harness, settings: webhookSettings });

    const reply = await http(pushCall);

    const id = "72d3162e-cc78-11e3-81ab-4c9367dc0958-4c134fd41972b9b37dc84ffd14d164eb";
    expect(reply).toEqual({
      status: 200,
      headers: { "content-type": "application/json" },
      body: `{"status":"delivered","id":"${id}"}`,
    });
    expect(produced(harness)).toEqual([
      {
        topic: "orders",
        key: "octo/relay",
        partition: 2,
        value:
          `{"specversion":"1.0","id":"${id}","source":"/webhooks/github","type":"com.github.push",` +
          '"time":"2023-11-14T22:13:20.000Z","datacontenttype":"application/json",' +
          `"partitionkey":"octo/relay","data":${push.body}}`,
      },
    ]);
  });

  test.for([
    ["a 20-digit integer", "12345678901234567890"],
    ["a number form", "[1.0,1e400,-0]"],
    ["names that are there twice", '{"a":1,"a":2}'],
    ["blanks around and within", ' {\t"a" :\r\n1 } '],
    ["escapes and other scripts", '"\\u00e9한\\/"'],
    ["null", "null"],
  ] as const)("a JSON body keeps %s", async ([, body]) => {
    const { value } = await produce([body]);

    expect(value.endsWith(`,"data":${body}}`)).toBe(true);
  });

  test.for([
    ["application/vnd.api+json; charset=utf-8", '{"a":1}', '"data":{"a":1}'],
    ["text/plain", '{"a":1}', '"data":"{\\"a\\":1}"'],
    ["application/x-www-form-urlencoded", "a=1&b=한", '"data":"a=1&b=한"'],
    ["application/octet-stream", noUtf8, '"data_base64":"//4AAQ=="'],
  ] as const)(
    "a body of the type %s has that type and its own form of data",
    async ([type, body, data]) => {
      const { value } = await produce([body, type]);

      expect(value.endsWith(`,${data}}`)).toBe(true);
      expect(JSON.parse(value)).toMatchObject({ datacontenttype: type });
    },
  );

  test("an empty body is an event without data", async () => {
    const { reply, value } = await produce([""]);

    expect(reply.status).toBe(200);
    expect(JSON.parse(value)).toEqual({
      specversion: "1.0",
      // printf 'hook\n\n' | openssl dgst -sha256
      id: "f259a53cbd598b9a493c0cb5d0b78429a72b77d7d7086c36d3a0368fe4377078",
      source: "/webhooks/hook",
      type: "webhook.received",
      time: "2023-11-14T22:13:20.000Z",
      datacontenttype: "application/json",
      partitionkey: "f259a53cbd598b9a493c0cb5d0b78429a72b77d7d7086c36d3a0368fe4377078",
    });
  });

  test.for([
    ["absent", {}],
    ["empty", { "content-type": "" }],
  ] as const)("a body whose content type is %s is typed by its bytes", async ([, headers]) => {
    const harness = createHarness();
    const { http } = open(webhook(), { harness, settings: openSource() });

    for (const body of ["{}", "a", noUtf8]) {
      await http({ method: "POST", path: "/hook", body, headers });
    }

    expect(produced(harness).map(({ value }) => JSON.parse(value) as unknown)).toMatchObject([
      { datacontenttype: "application/json", data: {} },
      { datacontenttype: "text/plain", data: "a" },
      { datacontenttype: "application/octet-stream", data_base64: "//4AAQ==" },
    ]);
  });

  test.for(["cloudevent", "raw"])(
    "JSON that begins with a byte order mark is sent as %s without it",
    async (value) => {
      const { value: sent } = await produce(['\uFEFF{"a":1.0}'], { value });

      expect(sent.endsWith(value === "raw" ? '{"a":1.0}' : ',"data":{"a":1.0}}')).toBe(true);
      expect(sent).not.toContain("\uFEFF");
    },
  );

  test("a valid trace context is copied", async () => {
    const { value } = await produce(["{}"], {}, { traceparent, tracestate: "a=b" });

    expect(JSON.parse(value)).toMatchObject({ traceparent, tracestate: "a=b" });
  });

  test("a wrong trace context is dropped", async () => {
    const { value } = await produce(["{}"], {}, { traceparent: "00-0", tracestate: "a=b" });

    expect(value).not.toContain("trace");
  });

  test.for(['{"a":1.0}', "12345678901234567890", "null"])(
    "a raw value is the JSON body %s unchanged",
    async (body) => {
      const { value } = await produce([body], { value: "raw" });

      expect(value).toBe(body);
    },
  );

  test("a raw value is text with its byte order mark", async () => {
    const { value } = await produce(["\uFEFF한 text", "text/plain"], { value: "raw" });

    expect(value).toBe("\uFEFF한 text");
  });

  test("a raw value of bytes that are not text is refused", async () => {
    const { reply, messages } = await produce([noUtf8, "application/octet-stream"], {
      value: "raw",
    });

    expect(reply).toMatchObject({ status: 415, body: expect.stringContaining('"refused"') });
    expect(messages).toEqual([]);
  });

  test("a delivery goes to the topic and partition of its source", async () => {
    const { messages } = await produce(["{}"], { topic: "other", partition: 1 });

    expect(messages).toMatchObject([{ topic: "other", partition: 1 }]);
  });

  test("a type read from the delivery is that of the event", async () => {
    const { value } = await produce(['{"kind":"made"}'], { type: ["header:x-no", "body:/kind"] });

    expect(JSON.parse(value)).toMatchObject({ type: "made" });
  });
});

import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import {
  CloudEvent,
  emitterFor,
  HTTP,
  httpTransport,
  Mode,
  type TransportFunction,
} from "cloudevents";
import { describe, expect, test } from "vitest";
import { webhook } from "../../lib/triggers/webhook.ts";
import { adapters, openAdapters, produced, stubSettings } from "../support/adapters.ts";
import { createBucketHarness, redriveAdapters } from "../support/buckets.ts";
import { jsonCall, toPayloadV2 } from "../support/calls.ts";
import { acknowledged, answer, createHarness, type Harness } from "../support/harness.ts";
import { listen } from "../support/loopback.ts";
import { streamSettings } from "../support/settings.ts";
import { secretsInUse } from "../support/spoken.ts";

const settings = {
  ...streamSettings,
  WEBHOOK_SOURCES: {
    partner: { verifier: "bearer", challenge: "cloudevents" },
    signed: { verifier: "hmac", header: "x-signature", encoding: "base64" },
  },
  WEBHOOK_SECRETS: { partner: [secretsInUse.bearer], signed: [secretsInUse.hmac] },
};

/** Serves the webhook on a socket, in the form of a function URL. */
async function serve({ effects, ...harness }: Harness): Promise<string> {
  stubSettings(settings);
  const { handler } = openAdapters(webhook(), { effects, ...harness });
  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const { method = "", url: path = "" } = request;
    const reply = await handler(toPayloadV2({ method, path, headers, body }));
    response.writeHead(Number(reply["statusCode"]), reply["headers"] as Record<string, string>);
    response.end(String(reply["body"]));
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const bearer = { authorization: `Bearer ${secretsInUse.bearer}` };

/** Adds an HMAC of the body, as a sender's own middleware would. */
function signing(send: TransportFunction): TransportFunction {
  return (message, options) => {
    const signature = createHmac("sha256", secretsInUse.hmac)
      .update(message.body as string)
      .digest("base64");
    const headers = { ...message.headers, "x-signature": signature };
    return send({ ...message, headers }, options);
  };
}

/** Reads messages of the topic as a consumer does. */
function consume(harness: Harness) {
  return produced(harness).map(({ key, value }) => {
    const headers = { "content-type": "application/cloudevents+json" };
    const event = HTTP.toEvent({ headers, body: value }) as CloudEvent<unknown>;
    return { key, event };
  });
}

const events = [
  [
    "JSON",
    new CloudEvent({
      id: "1",
      source: "/shop",
      type: "com.example.paid",
      time: "2026-11-30T04:00:00.000Z",
      datacontenttype: "application/json",
      data: { amount: 1, list: [true, null] },
    }),
  ],
  [
    "every attribute",
    new CloudEvent({
      id: "2",
      source: "https://example.com/a?b=c#d",
      type: "com.example.paid",
      subject: "order-7",
      dataschema: "https://example.com/schema",
      datacontenttype: "application/json",
      partitionkey: "customer-4",
      comexampleextension: "value",
      data: {},
    }),
  ],
  [
    "XML",
    new CloudEvent({
      id: "3",
      source: "/shop",
      type: "t",
      datacontenttype: "application/xml",
      data: "<a/>",
    }),
  ],
  [
    "text",
    new CloudEvent({
      id: "4",
      source: "/shop",
      type: "t",
      datacontenttype: "text/plain",
      data: 'a "b"\n한글',
    }),
  ],
] as const;

describe("the official SDK as sender", () => {
  test.for(events)(
    "an event with %s in binary mode comes back from the topic as it was sent",
    async ([, sent]) => {
      const harness = createHarness();
      const emit = emitterFor(httpTransport(`${await serve(harness)}/partner`), {
        binding: HTTP,
        mode: Mode.BINARY,
      });

      const reply = await emit(sent, { headers: bearer });

      expect(reply).toMatchObject({ body: `{"status":"delivered","id":"${sent.id}"}` });
      const key = sent["partitionkey"] ?? sent.id;
      expect(consume(harness)).toEqual([{ key, event: sent.cloneWith({ partitionkey: key }) }]);
    },
  );

  test.for(events)(
    "an event with %s in structured mode comes back from the topic as it was sent",
    async ([, sent]) => {
      const harness = createHarness();
      const send = signing(httpTransport(`${await serve(harness)}/signed`));

      await emitterFor(send, { binding: HTTP, mode: Mode.STRUCTURED })(sent);

      const key = sent["partitionkey"] ?? sent.id;
      expect(consume(harness)).toEqual([{ key, event: sent.cloneWith({ partitionkey: key }) }]);
    },
  );

  test("extensions in structured mode keep their types", async () => {
    const harness = createHarness();
    const send = signing(httpTransport(`${await serve(harness)}/signed`));
    const sent = new CloudEvent({
      id: "1",
      source: "/s",
      type: "t",
      count: -5,
      flag: false,
      text: "",
    });

    await emitterFor(send, { binding: HTTP, mode: Mode.STRUCTURED })(sent);

    expect(consume(harness)).toMatchObject([{ event: { count: -5, flag: false, text: "" } }]);
  });

  test.for([
    [Mode.BINARY, "partner"],
    [Mode.STRUCTURED, "signed"],
  ] as const)("binary data in %s mode comes back as the same bytes", async ([mode, path]) => {
    const harness = createHarness();
    const send = signing(httpTransport(`${await serve(harness)}/${path}`));
    const sent = new CloudEvent({
      id: "1",
      source: "/s",
      type: "t",
      datacontenttype: "application/octet-stream",
      data: new Uint8Array([0xff, 0, 0x41]),
    });

    await emitterFor(send, { binding: HTTP, mode })(sent, { headers: bearer });

    expect(produced(harness).map(({ value }) => JSON.parse(value))).toMatchObject([
      { id: "1", data_base64: "/wBB" },
    ]);
  });

  /** The request of https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md (section 4.1). */
  test("the handshake of the HTTP webhook is answered before the first event", async () => {
    const harness = createHarness();
    const url = `${await serve(harness)}/partner`;
    const origin = "eventemitter.example.com";
    const [, sent] = events[0];

    const reply = await fetch(url, {
      method: "OPTIONS",
      headers: { "webhook-request-origin": origin },
    });
    await emitterFor(httpTransport(url))(sent, { headers: bearer });

    expect(reply.status).toBe(200);
    expect(reply.headers.get("webhook-allowed-origin")).toBe(origin);
    expect(consume(harness).map(({ event }) => event.id)).toEqual([sent.id]);
  });

  test("a batch of the SDK's events comes back one by one", async () => {
    const harness = createHarness();
    const send = signing(httpTransport(`${await serve(harness)}/signed`));
    const sent = events.map(([, event]) => event);
    const headers = { "content-type": "application/cloudevents-batch+json" };

    await send({ headers, body: JSON.stringify(sent) });

    expect(consume(harness).map(({ event }) => event)).toEqual(
      sent.map((event) => event.cloneWith({ partitionkey: event["partitionkey"] ?? event.id })),
    );
  });
});

describe.each(adapters)("a received CloudEvent through $name", ({ name, open }) => {
  const members =
    '"specversion":"1.0","id":"1","source":"/s","type":"t","time":"2026-11-30T04:00:00Z",' +
    '"count":-5,"flag":false,"text":"","dataschema":"urn:s","partitionkey":"k"';
  const kept = {
    ...{ specversion: "1.0", id: "1", source: "/s", type: "t", time: "2026-11-30T04:00:00Z" },
    ...{ count: -5, flag: false, text: "", dataschema: "urn:s", partitionkey: "k" },
  };
  const data = `{"n": 12345678901234567890, "blob":"${"x".repeat(1_200)}"}`;
  const call = jsonCall("/partner", `{${members},"data":${data}}`, {
    "content-type": "application/cloudevents+json",
    ...bearer,
  });
  const dataref = {
    // sha256sum of the data
    datarefsha256: "0265d5150e89c1baca79f0c4a883bdb5a93c59529b4a647e8e7da4b70116a7ab",
    datarefbucket: "checks",
    datarefsize: 1_238,
  };
  const claimChecks = { DATASTREAM_MESSAGE_BYTES_MAX: 1_000, CLAIM_CHECK_BUCKET: "checks" };

  test("a claim check keeps its attributes, and the bucket has its data byte for byte", async () => {
    const { harness, messages, stored } = createBucketHarness();
    const { http } = open(webhook(), { harness, settings: { ...settings, ...claimChecks } });

    await http(call);

    expect(messages.map(({ value }) => JSON.parse(value))).toMatchObject([{ ...kept, ...dataref }]);
    expect(Object.values(stored())).toEqual([data]);
  });

  test.for([
    ["as it was", {}],
    ["with a claim check", claimChecks],
  ] as const)("a dead letter of it is delivered %s", async ([, more]) => {
    const stream = { response: answer(503) };
    const { harness, messages, stored } = createBucketHarness({ stream: () => stream.response });
    const dead = { ...settings, DEAD_LETTER_BUCKET: "letters" };
    await open(webhook(), { harness, settings: dead }).http(call);
    messages.length = 0;
    stream.response = acknowledged;

    const redrive = redriveAdapters.find((one) => one.name === name);
    await redrive?.open({ harness, settings: { ...dead, ...more } }).invoke({});

    const [message] = messages;
    expect(message?.key).toBe("k");
    expect(JSON.parse(message?.value ?? "")).toMatchObject(kept);
    expect(`${message?.value}${Object.values(stored()).join("")}`).toContain(data);
  });
});

import { describe, expect, test } from "vitest";
import type { HttpRequest } from "../../../lib/effects/transport.ts";
import { webhook } from "../../../lib/triggers/webhook.ts";
import { httpAdapters, logged, produced } from "../../support/adapters.ts";
import { hookCall } from "../../support/deliveries.ts";
import { acknowledged, answer, createHarness, messageOf } from "../../support/harness.ts";
import { openSource, streamSettings } from "../../support/settings.ts";
import type { SourceOptions } from "../../support/sources.ts";
import { secretsInUse } from "../../support/spoken.ts";

const body = '{"id":"b-1","events":[{"id":"e-1"},{}]}';
/** From `openssl dgst -sha256` over the body (its first 32 digits), and over `hook\n\n<body>`. */
const bodyHash = "57099e9ced45290161a71cd35b89756e";
const contentId = "3055879927048445a29ad906da051e59797a8f8110822162186984c8a82b598c";
const json = "application/json";
const ignored = '{"status":"ignored"}';

type Given = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly transport?: (request: HttpRequest) => ReturnType<typeof answer>;
  readonly settings?: SourceOptions;
};

describe.each(httpAdapters)("a split webhook through $name", ({ open }) => {
  async function send(text: string, options: SourceOptions = {}, given: Given = {}) {
    const { transport = () => acknowledged } = given;
    const harness = createHarness({ transport });
    const settings = { ...openSource({ split: "/events", ...options }), ...given.settings };
    const call = hookCall(text);
    const headers = { ...call.headers, ...given.headers };
    const reply = await open(webhook(), { harness, settings }).http({ ...call, headers });
    const messages = produced(harness);
    return { reply, messages, values: messages.map(({ value }) => value), harness };
  }

  const elements = [
    "12345678901234567890",
    "1.0",
    '{"a":1,"a":2}',
    '{ "b" :\t[1, 2] }',
    "[[1],[ ]]",
    '"\\u00e9한,]"',
    "null",
    "true",
  ];
  const mixed = ` {"n":0, "events" : [ ${elements.join(" ,\r\n")} ] , "m":1} `;

  test("each element becomes one CloudEvent, whose data is its text byte for byte", async () => {
    const { values } = await send(mixed);

    const data = values.map((value) => value.slice(value.indexOf(',"data":') + 8, -1));
    expect(data).toEqual(elements);
    expect(JSON.parse(values[2] ?? "")).toMatchObject({ datacontenttype: "application/json" });
  });

  test("each raw value is the text of its element", async () => {
    expect((await send(mixed, { value: "raw" })).values).toEqual(elements);
  });

  test.for([
    ["a header", ["header:x-id"], `h-1-${bodyHash}`],
    ["the body", ["body:/id"], `b-1-${bodyHash}`],
    ["a constant", ["const:c"], `c-${bodyHash}`],
    ["the content", [], contentId],
    // The first new id is that of the call itself.
    ["the call", ["call"], "id-2"],
  ] as const)("an id of %s is followed by each element's index", async ([, id, expected]) => {
    const { reply, messages } = await send(body, { id }, { headers: { "x-id": "h-1" } });

    const ids = [`${expected}#0`, `${expected}#1`];
    expect(JSON.parse(reply.body)).toEqual({ status: "delivered", count: 2, ids });
    expect(messages.map(({ key }) => key)).toEqual(ids);
    expect(messages.map(({ value }) => JSON.parse(value).id)).toEqual(ids);
  });

  test.for([
    ["header:x-id", "h-1#0 h-1#1"],
    ["const:c", "c#0 c#1"],
    ["element:/id body:/id", "e-1 b-1#1"],
    ["body:/id element:/id", "b-1#0 b-1#1"],
  ] as const)(
    "a source whose signature covers the request takes %s as %s",
    async ([places, ids]) => {
      const id = places.split(" ");
      const WEBHOOK_SOURCES = { hook: { verifier: "bearer", split: "/events", id } };
      const settings = { WEBHOOK_SOURCES, WEBHOOK_SECRETS: { hook: [secretsInUse.bearer] } };
      const headers = { "x-id": "h-1", authorization: `Bearer ${secretsInUse.bearer}` };

      const { reply } = await send(body, {}, { headers, settings });

      expect(JSON.parse(reply.body)).toMatchObject({ ids: ids.split(" ") });
    },
  );

  test("an element's own id is used alone, with the body's hash if nothing is verified", async () => {
    const { reply } = await send(body, { id: ["element:/id"] });

    const ids = [`e-1-${bodyHash}`, `${contentId}#1`];
    expect(JSON.parse(reply.body)).toMatchObject({ ids });
  });

  test("a delivery of one element replies with its id alone", async () => {
    const { reply } = await send('{"events":[1]}', { id: ["call"] });

    expect(reply.body).toBe('{"status":"delivered","id":"id-2#0"}');
  });

  test("key, type and subject are read from each element, else from the delivery", async () => {
    const text = '{"k":"whole","events":[{"k":12345678901234567890,"t":"made","s":"x"},{"k":{}}]}';
    const options = { type: ["element:/t"], subject: ["element:/s"] };

    const { messages } = await send(text, { ...options, key: ["element:/k", "body:/k"] });

    const [first, second] = messages.map(({ value }) => JSON.parse(value));
    expect(messages.map(({ key }) => key)).toEqual(["12345678901234567890", "whole"]);
    expect(first).toMatchObject({ type: "made", subject: "x" });
    expect(second).toMatchObject({ type: "webhook.received", partitionkey: "whole" });
    expect(second).not.toHaveProperty("subject");
  });

  test("the elements of one key are sent in order, even if one is retried", async () => {
    const keys = ["a", "b", "a", "a", "b"];
    const text = JSON.stringify({ events: keys.map((k, n) => ({ k, n })) });
    const asked: string[] = [];
    const transport = (request: HttpRequest) => {
      const { key, value } = messageOf(request);
      const isFirst = !asked.includes(`${key} ${value}`);
      asked.push(`${key} ${value}`);
      return isFirst && value.endsWith('"n":0}') ? answer(503) : acknowledged;
    };

    await send(text, { key: ["element:/k"], value: "raw" }, { transport });

    const ofKey = (key: string) =>
      asked.filter((one) => one.startsWith(key)).map((one) => one.at(-2));
    expect({ a: ofKey("a"), b: ofKey("b") }).toEqual({ a: ["0", "0", "2", "3"], b: ["1", "4"] });
  });

  test.for(["[]", "[ \n]"])("a delivery of no elements (%j) is ignored", async (array) => {
    const { reply, messages } = await send(`{"events":${array}}`);

    expect(reply).toMatchObject({ status: 200, body: ignored });
    expect(messages).toEqual([]);
  });

  test("a nested array is found", async () => {
    const text = '{"a/b":[{"no":1},{"":[7,8]}]}';

    expect((await send(text, { split: "/a~1b/1/", value: "raw" })).values).toEqual(["7", "8"]);
  });

  const noArray = [400, "the body has no array where the source's split points"] as const;

  test.for([
    ["has no such name", '{"a":[]}', ...noArray],
    ["has an object there", '{"events":{"0":1}}', ...noArray],
    ["has text there", '{"events":"[1]"}', ...noArray],
    ["has null there", '{"events":null}', ...noArray],
    ["is an array itself", "[1]", ...noArray],
    ["is empty", "", ...noArray],
    ["is no JSON under another type", '{"events":[1}', ...noArray, "text/plain"],
    ["has 10,001", `{"events":[${"0,".repeat(10_000)}0]}`, 413, "the array is over 10000 elements"],
  ] as const)(
    "a delivery whose body %s is refused",
    async ([, text, status, reason, type = json]) => {
      const { reply, messages } = await send(text, {}, { headers: { "content-type": type } });

      expect(reply).toMatchObject({ status, body: JSON.stringify({ status: "refused", reason }) });
      expect(messages).toEqual([]);
    },
  );

  const perKey = { key: ["element:/k"], value: "raw" };
  const twoKeys = '{"events":[{"k":"a","n":0},{"k":"b","n":1},{"k":"a","n":2}]}';

  test("a record that the API finds too large makes the reply 413, and the others are delivered", async () => {
    const transport = (request: HttpRequest) =>
      messageOf(request).value.endsWith('"n":0}') ? answer(413) : acknowledged;

    const { reply, messages, harness } = await send(twoKeys, perKey, { transport });

    expect(reply.status).toBe(413);
    expect(messages).toHaveLength(3);
    expect(logged(harness).at(-1)).toMatchObject({ delivered: 2, refused: 1, failed: 0 });
  });

  test("a key whose stream is down makes the reply 503, and the other keys are delivered", async () => {
    const transport = (request: HttpRequest) =>
      messageOf(request).key === "a" ? answer(503) : acknowledged;

    const { reply, harness } = await send(twoKeys, perKey, { transport });

    expect(reply).toMatchObject({ status: 503, headers: { "retry-after": "10" } });
    expect(logged(harness).at(-1)).toMatchObject({ delivered: 1, failed: 1, notAttempted: 1 });
  });

  test("a delivery of 101 elements is answered with their count and the first 100 ids", async () => {
    const { reply } = await send(`{"events":[${"0,".repeat(100)}0]}`, { id: ["call"] });

    const ids = Array.from({ length: 100 }, (_, index) => `id-2#${index}`);
    expect(JSON.parse(reply.body)).toEqual({ status: "delivered", count: 101, ids });
  });

  test("a LINE delivery without events, which its console sends as a test, is ignored", async () => {
    const settings = {
      ...streamSettings,
      WEBHOOK_SOURCES: { hook: { verifier: "line" } },
      WEBHOOK_SECRETS: { hook: [secretsInUse.provider] },
    };
    // openssl dgst -sha256 -hmac <the secret in use> -binary | base64
    const headers = { "x-line-signature": "QA1GA1UfO8AWOS9bTcw49QtErcsFhqkoerW6k/Oj5KA=" };

    const { reply } = await send('{"destination":"U1","events":[]}', {}, { headers, settings });

    expect(reply).toMatchObject({ status: 200, body: ignored });
  });
});

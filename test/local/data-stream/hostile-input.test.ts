import { connect } from "node:net";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accessKey, rawRequest, sign, signedHeaders, startWorld } from "../harness.ts";

const answerMsMax = 2000;

/** Expects a status below 500 or the end of the connection, and soon, whatever was sent. */
function statusOf(port: number, bytes: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end within ${answerMsMax} ms`));
    }, answerMsMax);
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0));
    });
    socket.end(bytes);
  });
}

const headerValue = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

const almostMessage = fc.record(
  {
    topic: fc.oneof(fc.constant("orders"), fc.jsonValue()),
    key: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
    value: fc.oneof(fc.string({ unit: "binary" }), fc.jsonValue()),
    partition: fc.oneof(fc.integer({ min: -1, max: 4 }), fc.jsonValue()),
    ["__proto__"]: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

describe("the produce API", () => {
  test("any body gets a status below 500", async () => {
    const { port } = await startWorld();
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      almostMessage.map((message) => Buffer.from(JSON.stringify(message))),
    );

    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const answer = await rawRequest({
          port,
          method: "POST",
          path: "/api/produce",
          headers: signedHeaders,
          body: bytes,
        });
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).toBeLessThan(500);
        expect(JSON.parse(answer.body)).toBeTypeOf("object");
      }),
      { numRuns: 300 },
    );
  });

  test("any headers get a status below 500", async () => {
    const { port } = await startWorld();
    const names = Object.keys(signedHeaders) as (keyof typeof signedHeaders)[];
    const header = fc.record({ name: fc.constantFrom(...names), value: headerValue });

    await fc.assert(
      fc.asyncProperty(fc.array(header, { maxLength: 3 }), headerValue, async (changes, query) => {
        const changed = Object.fromEntries(changes.map(({ name, value }) => [name, value.trim()]));
        const answer = await rawRequest({
          port,
          method: "POST",
          path: `/api/produce?${encodeURIComponent(query)}`,
          headers: { ...signedHeaders, ...changed },
          body: '{"topic":"orders","key":"a","value":"1"}',
        });
        expect([400, 401]).toContain(answer.status);
      }),
      { numRuns: 300 },
    );
  });

  test("any connection ends, whatever its bytes", async () => {
    const { port } = await startWorld();
    const start = `POST /api/produce HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n`;
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }).map((tail) => Buffer.from(tail)),
      fc
        .uint8Array({ maxLength: 100 })
        .map((tail) => Buffer.concat([Buffer.from(start), Buffer.from(tail)])),
      fc
        .tuple(fc.uint8Array({ maxLength: 100 }), fc.nat(200))
        .map(([tail, length]) =>
          Buffer.concat([
            Buffer.from(`${start}Content-Length: ${length}\r\n\r\n`),
            Buffer.from(tail),
          ]),
        ),
    );

    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        expect(await statusOf(port, sent)).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the management API", () => {
  test("any signed path and query get a status below 500", async () => {
    const { port } = await startWorld();
    const text = fc.string({ maxLength: 30 }).map(encodeURIComponent);
    const name = fc.oneof(fc.constantFrom("sortBy", "descending", "searchText"), text);
    const value = fc.oneof(fc.constantFrom("topicName", "true", "false", "%", ""), text);
    const target = fc
      .tuple(fc.constantFrom("topics", "topic-prefix", "topics/%ff"), name, value)
      .map(([path, left, right]) => `/api/v1/${path}?${left}=${right}`);

    await fc.assert(
      fc.asyncProperty(target, async (path) => {
        const signed = sign(`GET ${path}\n1700000000000\n${accessKey}`).toString("base64");
        const headers = { ...signedHeaders, "x-ncp-apigw-signature-v2": signed };
        const answer = await rawRequest({ port, path, headers });
        expect([200, 400, 404]).toContain(answer.status);
        expect(JSON.parse(answer.body)).toBeTypeOf("object");
      }),
      { numRuns: 200 },
    );
  });
});

describe("the control API", () => {
  test("any path and query get a status below 500 from the control API", async () => {
    const { port } = await startWorld();
    const text = fc.string({ maxLength: 30 }).map(encodeURIComponent);
    const name = fc.oneof(fc.constantFrom("partition", "key", "after", "limit"), text);
    const value = fc.oneof(
      text,
      fc.integer().map(String),
      fc.constantFrom("", "NaN", "1e9", "-0", "9007199254740993"),
    );
    const query = fc
      .array(fc.tuple(name, value), { maxLength: 4 })
      .map((pairs) => pairs.map((pair) => pair.join("=")).join("&"));
    const path = fc.oneof(
      fc.constantFrom("topics", "requests", "faults", "records", "topics/orders/records"),
      text.map((cursor) => `records/${cursor}/curl`),
      text.map((topic) => `topics/${topic}/records`),
      text,
    );
    const method = fc.constantFrom("GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS", "PATCH");

    await fc.assert(
      fc.asyncProperty(method, path, query, async (chosen, resource, search) => {
        const answer = await rawRequest({
          port,
          method: chosen,
          path: `/_/${resource}?${search}`,
        });
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  });

  test("any fault script is accepted or refused without a failure", async () => {
    const emulator = await startWorld();
    const step = fc.record(
      {
        times: fc.jsonValue(),
        when: fc.jsonValue(),
        status: fc.oneof(fc.integer({ min: 200, max: 599 }), fc.jsonValue()),
        delayMs: fc.constantFrom(0, -1, "1"),
        firstByteMs: fc.constantFrom(0, -1, "1"),
        headers: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
        body: fc.oneof(fc.string(), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const when = fc.record({ nth: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.jsonValue()) });
    const rate = fc.record({ probability: fc.jsonValue(), seed: fc.nat(), step });
    const bucket = fc.oneof(fc.record({ bytesPerSecond: fc.integer() }), fc.jsonValue());
    const script = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { steps: fc.array(fc.oneof(step, fc.record({ when }))), rate, bucket },
        { requiredKeys: [] },
      ),
    );

    await fc.assert(
      fc.asyncProperty(script, async (given) => {
        const response = await emulator.setFaults(given);
        expect([200, 400]).toContain(response.status);
        await response.arrayBuffer();
        const produced = await emulator.produce({ topic: "orders", key: "", value: "" });
        expect(produced.status).toBeGreaterThanOrEqual(200);
        await produced.arrayBuffer();
      }),
      { numRuns: 300 },
    );
  });
});

import { createServer, type RequestListener } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import type { HttpRequest } from "../../../lib/effects/transport.ts";
import { fetchTransport } from "../../../lib/http/fetch-client.ts";
import { freePort } from "../../support/free-port.ts";
import { listen } from "../../support/loopback.ts";

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}

function toRequest(origin: string, given: Partial<HttpRequest> = {}): HttpRequest {
  return {
    method: "POST",
    url: new URL(`${origin}/api/produce?a=%20b`),
    headers: ["content-type", "application/json", "x-ncp-apigw-timestamp", "1"],
    body: '{"topic":"주문"}',
    timeoutMs: 5_000,
    ...given,
  };
}

describe("an exchange over the platform's fetch", () => {
  test("it sends the request as it is and returns the response", async () => {
    const received: unknown[] = [];
    const origin = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        response.setHeader("X-NCP-Request-Id", "r-1");
        response.end('{"status":"200","detail":"네"}');
      });
    });

    const response = await fetchTransport(toRequest(origin));

    expect(received).toEqual([
      {
        method: "POST",
        url: "/api/produce?a=%20b",
        body: '{"topic":"주문"}',
        headers: expect.objectContaining({
          "content-type": "application/json",
          "content-length": "18",
          "x-ncp-apigw-timestamp": "1",
        }),
      },
    ]);
    expect(response).toMatchObject({
      kind: "response",
      status: 200,
      headers: { "x-ncp-request-id": "r-1" },
      body: '{"status":"200","detail":"네"}',
      truncated: false,
    });
  });

  test("it follows no redirect", async () => {
    const origin = await serve((_, response) => {
      response.writeHead(302, { location: "https://example.com/" }).end();
    });

    expect(await fetchTransport(toRequest(origin))).toMatchObject({
      status: 302,
      headers: { location: "https://example.com/" },
    });
  });

  test("a GET has no body", async () => {
    const origin = await serve((request, response) => response.end(request.method));

    expect(await fetchTransport(toRequest(origin, { method: "GET", body: "" }))).toMatchObject({
      body: "GET",
    });
  });

  test("a longer response than asked for is cut, and says so", async () => {
    const origin = await serve((_, response) => response.end("x".repeat(1_000)));

    expect(await fetchTransport(toRequest(origin, { responseBytesMax: 10 }))).toMatchObject({
      body: "x".repeat(10),
      truncated: true,
    });
    expect(await fetchTransport(toRequest(origin, { responseBytesMax: 1_000 }))).toMatchObject({
      body: "x".repeat(1_000),
      truncated: false,
    });
  });

  test("binary bytes are one character each", async () => {
    const origin = await serve((_, response) => response.end(Buffer.from([0, 128, 255])));

    expect(await fetchTransport(toRequest(origin, { isBinary: true }))).toMatchObject({
      body: "\x00\x80\xff",
    });
  });

  test("a server that cannot be reached is no response, which may have been sent", async () => {
    const origin = `http://127.0.0.1:${await freePort()}`;

    expect(await fetchTransport(toRequest(origin))).toEqual({
      ...{ kind: "noResponse", sent: "unknown", cause: "connection", code: "ECLOSED" },
      staleSocket: false,
    });
  });

  test.for([
    ["no response", () => {}],
    [
      "a response that does not end",
      (_request: unknown, response: { write: (text: string) => void }) => response.write("{"),
    ],
  ] as const)("%s ends at the limit of the exchange", async ([, listener]) => {
    const origin = await serve(listener as RequestListener);

    expect(await fetchTransport(toRequest(origin, { timeoutMs: 100 }))).toMatchObject({
      ...{ kind: "noResponse", sent: "unknown", cause: "timeout", code: "ETIMEDOUT" },
    });
  });
});

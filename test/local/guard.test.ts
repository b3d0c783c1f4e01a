import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, test } from "vitest";
import { rawRequest, signedHeaders, startWorld } from "./world.ts";

const body = '{"topic":"orders","key":"a","value":"1"}';

describe("a Host header", () => {
  test.for(["127.0.0.1", "localhost", "LocalHost", "[::1]"])("of %s is served", async (name) => {
    const { port } = await startWorld();

    const response = await rawRequest({
      port,
      path: "/_/topics",
      headers: { host: `${name}:${port}` },
    });

    expect(response.status).toBe(200);
  });

  test.for([
    "evil.example",
    "evil.example:PORT",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1:PORT.evil.example",
    "localhost.evil.example:PORT",
    "user@127.0.0.1:PORT",
    "0.0.0.0:PORT",
  ])("of %s is refused everywhere", async (name) => {
    const { port } = await startWorld();
    const headers = { ...signedHeaders, host: name.replace("PORT", String(port)) };

    for (const path of ["/", "/console.js", "/_/topics", "/_/events", "/nope"]) {
      const response = await rawRequest({ port, path, headers });
      expect(response).toEqual({
        status: 403,
        body: `{"error":"the Host header must be one of 127.0.0.1:${port}, localhost:${port}, [::1]:${port}"}`,
      });
    }
    const produced = await rawRequest({
      port,
      method: "POST",
      path: "/api/produce",
      headers,
      body,
    });
    expect(produced.status).toBe(403);
  });
});

it("refuses a request without a Host header", async () => {
  const { port } = await startWorld();
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));

  socket.end("GET /_/topics HTTP/1.0\r\n\r\n");
  await once(socket, "close");

  expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 403 /);
});

describe("an Origin header", () => {
  test.for([
    ["http://evil.example", 403],
    ["https://127.0.0.1:PORT", 403],
    ["http://127.0.0.1:1", 403],
    ["http://127.0.0.1", 403],
    ["null", 403],
    ["", 403],
    ["http://127.0.0.1:PORT", 200],
    ["http://localhost:PORT", 200],
  ] as const)("of %s answers %d everywhere", async ([name, status]) => {
    const { port } = await startWorld();
    const headers = { ...signedHeaders, origin: name.replace("PORT", String(port)) };

    const read = await rawRequest({ port, path: "/_/topics", headers });
    const page = await rawRequest({ port, path: "/", headers });
    const produced = await rawRequest({
      port,
      method: "POST",
      path: "/api/produce",
      headers,
      body,
    });

    expect([read.status, page.status, produced.status]).toEqual([status, status, status]);
  });

  it("that is foreign empties nothing", async () => {
    const world = await startWorld();
    await world.post("/api/produce", body, signedHeaders);

    const response = await rawRequest({
      port: world.port,
      method: "DELETE",
      path: "/_/records",
      headers: { origin: "http://evil.example" },
    });

    expect(response).toEqual({
      status: 403,
      body: '{"error":"requests from pages of another origin are refused"}',
    });
    expect(await world.get("/_/topics/orders/records")).toMatchObject({ next: 1 });
  });
});

describe("Sec-Fetch-Site", () => {
  test.for([
    ["cross-site", 403],
    ["same-origin", 200],
    ["none", 200],
  ] as const)("%s answers %d", async ([site, status]) => {
    const { port } = await startWorld();

    const response = await rawRequest({ port, path: "/", headers: { "sec-fetch-site": site } });

    expect(response.status).toBe(status);
  });
});

describe("the page", () => {
  test.for([
    ["/", "text/html; charset=utf-8"],
    ["/console.js", "text/javascript; charset=utf-8"],
    ["/console.css", "text/css; charset=utf-8"],
  ] as const)("file %s lets only its own files run", async ([path, type]) => {
    const { origin } = await startWorld();

    const response = await fetch(`${origin}${path}`);

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  it("is only read", async () => {
    const { origin } = await startWorld();

    const response = await fetch(origin, { method: "POST" });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  test.for(["/page/index.html", "/../server.ts", "/%2e%2e/server.ts", "/console.css/"])(
    "has no file %s",
    async (path) => {
      const { port } = await startWorld();

      const response = await rawRequest({ port, path });

      expect(response.status).toBe(404);
    },
  );
});

import { once } from "node:events";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, expect, test } from "vitest";
import { StartProblem } from "../../../local/data-stream/start-problem.ts";
import { addressOf, guard } from "../../../local/http/guard.ts";
import { rawRequest, signedHeaders, startWorld } from "../harness.ts";

/** An address of this machine in a network that is not internal. */
const ownAddress = Object.values(networkInterfaces())
  .flat()
  .find((one) => one !== undefined && !one.internal && one.family === "IPv4")?.address;

const body = '{"topic":"orders","key":"a","value":"1"}';

describe("a Host header", () => {
  test.for(["127.0.0.1", "localhost", "LocalHost", "[::1]"])(
    "a Host header of %s is served",
    async (name) => {
      const { port } = await startWorld();

      const response = await rawRequest({
        port,
        path: "/_/topics",
        headers: { host: `${name}:${port}` },
      });

      expect(response.status).toBe(200);
    },
  );

  test.for([
    "evil.example",
    "evil.example:PORT",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1:PORT.evil.example",
    "localhost.evil.example:PORT",
    "user@127.0.0.1:PORT",
    "0.0.0.0:PORT",
  ])("a Host header of %s is refused everywhere", async (name) => {
    const { port } = await startWorld();
    const headers = { ...signedHeaders, host: name.replace("PORT", String(port)) };

    for (const path of ["/", "/page.js", "/_/topics", "/_/events", "/nope"]) {
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

test("a request without a Host header is refused", async () => {
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
  ] as const)("an Origin header of %s gets %d everywhere", async ([name, status]) => {
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

  test("a request with a foreign Origin empties nothing", async () => {
    const emulator = await startWorld();
    await emulator.post("/api/produce", body, signedHeaders);

    const response = await rawRequest({
      port: emulator.port,
      method: "DELETE",
      path: "/_/records",
      headers: { origin: "http://evil.example" },
    });

    expect(response).toEqual({
      status: 403,
      body: '{"error":"requests from pages of another origin are refused"}',
    });
    expect(await emulator.get("/_/topics/orders/records")).toMatchObject({ next: 1 });
  });
});

describe("Sec-Fetch-Site", () => {
  test.for([
    ["cross-site", 403],
    ["same-site", 403],
    ["same-origin", 200],
    ["none", 200],
  ] as const)("a Sec-Fetch-Site header of %s gets %d", async ([site, status]) => {
    const { port } = await startWorld();

    const response = await rawRequest({ port, path: "/", headers: { "sec-fetch-site": site } });

    expect(response.status).toBe(status);
  });
});

describe("the page", () => {
  test.for([
    ["/", "text/html; charset=utf-8"],
    ["/page.js", "text/javascript; charset=utf-8"],
    ["/page.css", "text/css; charset=utf-8"],
  ] as const)("the file %s lets only the page's own files run", async ([path, type]) => {
    const { origin } = await startWorld();

    const response = await fetch(`${origin}${path}`);

    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  });

  test("the page can only be read", async () => {
    const { origin } = await startWorld();

    const response = await fetch(origin, { method: "POST" });

    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD");
  });

  test.for(["/page/index.html", "/../server.ts", "/%2e%2e/server.ts", "/page.css/"])(
    "the page has no file %s",
    async (path) => {
      const { port } = await startWorld();

      const response = await rawRequest({ port, path });

      expect(response.status).toBe(404);
    },
  );
});

describe("an emulator that listens on every network", () => {
  const others = ["dev.example", "proxy.example:5000", "web.example:80"];

  test.for([
    ["127.0.0.1:4010", 200],
    ["localhost:4010", 200],
    ["dev.example:4010", 200],
    ["DEV.example:4010", 200],
    ["proxy.example:5000", 200],
    ["web.example", 200],
    ["dev.example", 403],
    ["dev.example:80", 403],
    ["proxy.example:4010", 403],
    ["dev.example:4010.evil.example", 403],
    ["evil.dev.example:4010", 403],
    ["0.0.0.0:4010", 403],
    ["", 403],
    [":4010", 403],
  ] as const)("a Host header of %s gets %d", ([host, status]) => {
    expect(guard({ host }, 4010, others)?.status ?? 200).toBe(status);
  });

  test.for([
    ["http://dev.example:4010", 200],
    ["http://web.example", 200],
    ["https://dev.example:4010", 403],
    ["http://dev.example", 403],
    ["http://evil.example", 403],
  ] as const)("an Origin header of %s gets %d", ([origin, status]) => {
    expect(guard({ host: "dev.example:4010", origin }, 4010, others)?.status ?? 200).toBe(status);
  });

  test.for([
    ["192.168.0.7", ["192.168.0.7"]],
    ["::ffff:192.168.0.7", ["192.168.0.7"]],
    ["fd00::7", ["[fd00::7]"]],
    [undefined, []],
  ] as const)(
    "the address %s that a connection came in on is an allowed host",
    ([address, names]) => {
      expect(addressOf({ localAddress: address })).toEqual(names);
    },
  );

  test("the emulator is reached over loopback, and by no name that it was not given", async () => {
    const { port, origin } = await startWorld({ host: "0.0.0.0" });
    const status = async (host: string) =>
      (await rawRequest({ port, path: "/_/topics", headers: { host } })).status;

    expect(origin).toBe(`http://127.0.0.1:${port}`);
    expect(await status(`127.0.0.1:${port}`)).toBe(200);
    expect(await status(`dev.example:${port}`)).toBe(403);
    expect(await status(`evil.example:${port}`)).toBe(403);
  });

  test("an emulator that cannot listen says why in one line", async () => {
    // 192.0.2.0/24 is reserved for documentation (https://www.rfc-editor.org/rfc/rfc5737), so no machine has an
    // address in it.
    const start = startWorld({ host: "192.0.2.1" });

    await expect(start).rejects.toThrow(StartProblem);
    await expect(start).rejects.toThrow("cannot listen on 192.0.2.1: EADDRNOTAVAIL");
  });

  // macOS has only one loopback address.
  test.skipIf(process.platform === "darwin")(
    "another loopback address is an allowed host",
    async () => {
      const { origin, port } = await startWorld({ host: "127.0.0.2" });

      const page = await fetch(`${origin}/_/topics`);

      expect(origin).toBe(`http://127.0.0.2:${port}`);
      expect(page.status).toBe(200);
    },
  );

  test.skipIf(ownAddress === undefined)(
    "this machine's own address is an allowed host",
    async () => {
      const { port } = await startWorld({ host: "0.0.0.0" });

      const page = await fetch(`http://${ownAddress}:${port}/_/topics`);

      expect(page.status).toBe(200);
    },
  );

  test.skipIf(ownAddress === undefined)(
    "the emulator does not listen on every network by default",
    async () => {
      const { port } = await startWorld();

      await expect(fetch(`http://${ownAddress}:${port}/_/topics`)).rejects.toThrow("fetch failed");
    },
  );
});

import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type OutgoingResponse, sendResponse, toHttpDate } from "../../../local/http/response.ts";

/** Returns the bytes of a response, as text. */
async function bytesOf(outgoing: OutgoingResponse, method = "GET"): Promise<string> {
  const server = createServer((request, response) => {
    response.sendDate = false;
    sendResponse(request, response, outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(`${method} / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  const chunks: Buffer[] = await socket.toArray();
  return Buffer.concat(chunks).toString();
}

describe("a response", () => {
  test("a response has the length of its bytes and is not sent in chunks", async () => {
    const text = await bytesOf({ status: 200, headers: { "x-a": "b" }, body: "é!" });

    expect(text).toBe(
      "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nx-a: b\r\nConnection: close\r\n\r\né!",
    );
  });

  test("an empty response has a length of 0", async () => {
    const text = await bytesOf({ status: 503, headers: {}, body: "" });

    expect(text).toBe(
      "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nConnection: close\r\n\r\n",
    );
  });

  test.each([204, 304])("a %i has no body and no length", async (status) => {
    const text = await bytesOf({ status, headers: {}, body: "left out" });

    expect(text).toMatch(/^HTTP\/1\.1 \d+ [\w ]+\r\nConnection: close\r\n\r\n$/);
  });

  test("a response to HEAD has no body, and the length that its headers name", async () => {
    const outgoing = { status: 200, headers: { "content-length": "5" }, body: "" };

    expect(await bytesOf(outgoing, "HEAD")).toBe(
      "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nConnection: close\r\n\r\n",
    );
  });
});

test("a date is that of its second, also after one of another second", () => {
  expect([0, 999, 1_000, 999, 1_700_000_000_000].map(toHttpDate)).toEqual([
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:01 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Tue, 14 Nov 2023 22:13:20 GMT",
  ]);
});

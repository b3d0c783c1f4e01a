import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { readBody } from "../../../local/http/read-body.ts";

const mebibyte = 1024 * 1024;

/** Returns what a server with the limit `bytesMax` reads of a body of `sentBytes`. */
async function send(sentBytes: number, bytesMax: number): Promise<string> {
  const server = createServer(async (incoming, response) => {
    const body = await readBody(incoming, bytesMax);
    response.end(body.kind === "whole" ? `whole ${body.bytes.length}` : body.kind);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const call = request({ port, host: "127.0.0.1", method: "POST" });
  call.on("error", () => undefined);
  // The response can arrive before everything is sent, and the server is gone then. Between its request and its
  // pool, node's client listens to no error of its socket.
  call.on("socket", (socket) => socket.on("error", () => undefined));
  call.end(Buffer.alloc(sentBytes));
  const [response] = await once(call, "response");
  const chunks: Buffer[] = await response.toArray();
  return Buffer.concat(chunks).toString();
}

test("a body within a limit above 16 MiB is read to its end", async () => {
  expect(await send(20 * mebibyte, 64 * mebibyte)).toBe("whole 20971520");
});

test("a body of exactly the limit is whole, and one byte more is too large", async () => {
  expect([await send(1_000, 1_000), await send(1_001, 1_000)]).toEqual(["whole 1000", "tooLarge"]);
});

test("a body over a limit above 16 MiB is too large and not cut", async () => {
  expect(await send(20 * mebibyte, 18 * mebibyte)).toBe("tooLarge");
});

test("a body whose sender goes away is aborted", async () => {
  let read: Promise<{ readonly kind: string }> | undefined;
  const server = createServer((incoming) => {
    read = readBody(incoming, 1_000);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf");
  await once(server, "request");
  socket.destroy();

  expect(await read).toEqual({ kind: "aborted" });
});

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { onTestFinished } from "vitest";
import type { HttpRequest } from "../../lib/effects/transport.ts";
import { createTransport } from "../../lib/http/client.ts";

/** Listens on loopback until the test ends. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  return (server.address() as AddressInfo).port;
}

/** Starts a server that passes each request to `onRequest`, as text and with its number from 1. */
export async function serveRaw(onRequest: (socket: Socket, count: number) => void) {
  const seen = { requests: [] as string[], connections: 0 };
  const port = await listen(
    createServer((socket) => {
      seen.connections += 1;
      socket.on("data", (bytes) => {
        seen.requests.push(bytes.toString());
        onRequest(socket, seen.requests.length);
      });
    }),
  );
  return { ...requester(`http://127.0.0.1:${port}/api/produce`), seen };
}

/** Creates the product's transport to one address, with a clock that only the test moves. */
export function requester(address: string) {
  const clock = { nowMs: 0 };
  const transport = createTransport({ now: () => clock.nowMs });
  const url = new URL(address);
  const send = async (change: Partial<HttpRequest> = {}) => {
    const request = {
      method: "POST",
      url,
      headers: ["host", url.host],
      body: "{}",
      timeoutMs: 5_000,
      ...change,
    };
    const answer = await transport(request);
    // A kept-alive socket returns to its pool in the turn after the response.
    await nextTurn();
    return answer;
  };
  return { send, clock, url };
}

/** Creates a key and a self-signed certificate. */
export function createIdentity(): { readonly key: Buffer; readonly cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "loopback-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = "-subj /CN=localhost -addext subjectAltName=IP:127.0.0.1".split(" ");
  const curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2".split(" ");
  execFileSync("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject], {
    stdio: "ignore",
  });
  const identity = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return identity;
}

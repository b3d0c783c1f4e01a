// Runs one HTTP client with a given number of requests, of which a given number is in flight. client.mjs
// bundles it with lib/http/client.ts and undici, and starts a child for each client.
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { Pool } from "undici";
import { createTransport } from "../../lib/http/client.ts";

/** Each client has `open(inFlight)`, which returns the function that makes one request. */
const clients = {
  transport: ({ url, headers, body }) => {
    const flat = Object.entries(headers).flat();
    const target = new URL(url);
    const transport = createTransport({ now: Date.now });
    return async () => async () => {
      const request = { method: "POST", url: target, headers: flat, body, timeoutMs: 3_000 };
      const { status, body: text } = await transport(request);
      return status === 200 && text.endsWith('"OK"}');
    };
  },
  "undici Pool.request": ({ url, headers, body, ca }) => {
    const { origin, pathname: path } = new URL(url);
    return async (inFlight) => {
      const pool = new Pool(origin, { connections: inFlight, connect: { ca } });
      return async () => {
        const { statusCode, body: text } = await pool.request({
          method: "POST",
          path,
          headers,
          body,
        });
        return statusCode === 200 && (await text.text()).endsWith('"OK"}');
      };
    };
  },
  "raw socket": ({ url, headers, body, ca }) => {
    const { hostname: host, port, pathname, protocol } = new URL(url);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
    return async (inFlight) => {
      const open = async () => {
        const isTls = protocol === "https:";
        const socket = isTls ? connectTls({ host, port, ca }) : connect({ host, port });
        await once(socket, isTls ? "secureConnect" : "connect");
        socket.setNoDelay(true);
        const lane = { socket, settle: undefined };
        socket.on("data", (chunk) => lane.settle(chunk.latin1Slice().endsWith('"OK"}')));
        return lane;
      };
      const idle = await Promise.all(Array.from({ length: inFlight }, open));
      return () =>
        new Promise((resolve) => {
          const lane = idle.pop();
          lane.settle = (isGood) => {
            idle.push(lane);
            resolve(isGood);
          };
          lane.socket.write(request);
        });
    };
  },
};

let open;
const ready = new Map();

process.on("message", async ({ client, exchange, requests, inFlight }) => {
  if (client !== undefined) {
    open = clients[client](exchange);
    process.send({ loaded: true });
    return;
  }
  const make = ready.get(inFlight) ?? (await open(inFlight));
  ready.set(inFlight, make);
  process.send(await measure(make, requests, inFlight));
});

async function measure(make, requests, inFlight) {
  let left = requests;
  let bad = 0;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      bad += (await make()) ? 0 : 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const { user, system } = process.cpuUsage(before);
  const perSecond = (requests / (performance.now() - startedMs)) * 1_000;
  return { perSecond, cpuMicros: (user + system) / requests, bad };
}

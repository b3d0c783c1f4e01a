// Produces as fast as a server responds: each socket sends its next signed request when it has the response to the one
// before. It writes HTTP by hand, because a client would take more CPU time than the server.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { accessKey, secretKey, topic } from "../support/calls.mjs";

const target = "/api/produce";
const keys = 1_000;
const headEnd = "\r\n\r\n";

/** Makes the bodies of CloudEvents of a webhook's size, each with a key of its own. */
const bodies = Array.from({ length: keys }, (_, index) => {
  const value = JSON.stringify({
    ...{ specversion: "1.0", id: String(index), source: "bench", type: "com.example.bench" },
    data: "x".repeat(300),
  });
  return JSON.stringify({ topic, key: `key-${index}`, value });
});

/** Produces for `ms` milliseconds. Every response has to be a 200. `ownMicros` is the load's own CPU time a request. */
export async function produceFor(ms, { port, sockets }) {
  const state = { ends: performance.now() + ms, produced: 0, sign: createSigner(port) };
  const startedMs = performance.now();
  const before = process.cpuUsage();
  const all = await Promise.all(Array.from({ length: sockets }, () => open(port)));
  await Promise.all(all.map((socket) => sendInTurn(socket, state)));
  const { user, system } = process.cpuUsage(before);
  const { produced } = state;
  return {
    produced,
    perSecond: (produced / (performance.now() - startedMs)) * 1_000,
    ownMicros: (user + system) / produced,
  };
}

async function open(port) {
  const socket = connect({ port, host: "127.0.0.1" });
  await once(socket, "connect");
  return socket.setNoDelay(true);
}

function sendInTurn(socket, state) {
  return new Promise((resolve, reject) => {
    let text = "";
    const send = () => {
      if (performance.now() >= state.ends) {
        socket.destroy();
        resolve();
        return;
      }
      const body = bodies[state.produced % keys];
      state.produced += 1;
      socket.write(`${state.sign()}content-length: ${body.length}${headEnd}${body}`, "latin1");
    };
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk.latin1Slice();
      if (isWhole(text)) {
        if (!text.startsWith("HTTP/1.1 200 ")) {
          reject(new Error(`responded ${text.slice(0, 300)}`));
        }
        text = "";
        send();
      }
    });
    socket.on("close", () => reject(new Error("the server closed a connection")));
    send();
  });
}

function isWhole(text) {
  const head = text.indexOf(headEnd);
  const [, length] = /content-length: (\d+)/i.exec(text) ?? [];
  return length === undefined
    ? text.endsWith("\r\n0\r\n\r\n")
    : head > 0 && text.length >= head + headEnd.length + Number(length);
}

/** Returns the head of a request without its length. Requests of one millisecond share it, because the signature does not cover the body. */
function createSigner(port) {
  let signedMs = 0;
  let head = "";
  return () => {
    const nowMs = Date.now();
    if (nowMs !== signedMs) {
      signedMs = nowMs;
      const text = `POST ${target}\n${nowMs}\n${accessKey}`;
      head = [
        `POST ${target} HTTP/1.1`,
        `host: 127.0.0.1:${port}`,
        "content-type: application/json",
        `x-ncp-apigw-timestamp: ${nowMs}`,
        `x-ncp-iam-access-key: ${accessKey}`,
        `x-ncp-apigw-signature-v2: ${createHmac("sha256", secretKey).update(text).digest("base64")}`,
        "",
      ].join("\r\n");
    }
    return head;
  };
}

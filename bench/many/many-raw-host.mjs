// The lower bound of many.mjs: sends prepared requests over the same number of sockets, in any order. It is
// a child of many.mjs.
import { connect } from "node:net";
import { performance } from "node:perf_hooks";

process.on("message", async ({ port, inFlight, count }) => {
  const requests = Array.from({ length: count }, (_, index) => toRequest(index));
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, () => drain(requests, port)));
  process.send({ ms: performance.now() - startedMs });
});

/** The request has as many bytes as the function's: 1,416. */
function toRequest(index) {
  const value = JSON.stringify({ specversion: "1.0", id: String(index), data: "x".repeat(1_253) });
  const body = JSON.stringify({ topic: "bench", key: `photos/${index}.jpg`, value });
  return `POST /api/produce HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function drain(requests, port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" }).setNoDelay(true);
    let answer = "";
    const next = () => {
      const request = requests.pop();
      if (request === undefined) {
        socket.destroy();
        resolve();
      } else {
        socket.write(request);
      }
    };
    socket.on("connect", next).on("error", reject);
    socket.on("close", () => reject(new Error("a connection ended before its time")));
    socket.on("data", (bytes) => {
      answer += bytes.latin1Slice();
      if (answer.endsWith('"OK"}')) {
        answer = "";
        next();
      }
    });
  });
}

// The lower bound of redrive.mjs: reads objects over a number of raw sockets and removes them in batches over one more. It
// signs nothing, parses nothing and delivers nothing. It is a child of redrive.mjs.
import { connect } from "node:net";
import { performance } from "node:perf_hooks";

const batchMax = 1_000;

process.on("message", async ({ port, inFlight, names }) => {
  const waiting = [...names];
  const read = [];
  const startedMs = performance.now();
  const readers = Array.from({ length: inFlight }, async () => {
    const client = await open(port);
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      await client.ask(`GET /letters/${name} HTTP/1.1\r\nhost: x\r\n\r\n`);
      read.push(name);
    }
    client.close();
  });
  await Promise.all([...readers, removeAll(port, read, names.length)]);
  const { user, system } = process.cpuUsage();
  process.send({ ms: performance.now() - startedMs, cpuMs: (user + system) / 1_000 });
});

async function removeAll(port, read, count) {
  const client = await open(port);
  for (let removed = 0; removed < count; ) {
    const batch = read.splice(0, batchMax);
    if (batch.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    const body = `<Delete>${batch.map((name) => `<Object><Key>${name}</Key></Object>`).join("")}</Delete>`;
    await client.ask(
      `POST /letters/?delete HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    removed += batch.length;
  }
  client.close();
}

/** Opens a socket for one request at a time. A response is over when it has as many bytes as it said. */
function open(port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" }).setNoDelay(true);
    let answered;
    let text = "";
    socket.on("error", reject).on("data", (bytes) => {
      text += bytes.latin1Slice();
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (head >= 0 && text.length >= head + 4 + length) {
        text = "";
        answered();
      }
    });
    const ask = (request) =>
      new Promise((done) => {
        answered = done;
        socket.write(request);
      });
    socket.on("connect", () => resolve({ ask, close: () => socket.destroy() }));
  });
}

// Runs a stream that acknowledges every request after a fixed time. It keeps the requests for a later
// check, because a check at once would take time from the function that is measured.
import { once } from "node:events";
import { createServer } from "node:net";
import { performance } from "node:perf_hooks";
import { topic, whyNotSigned } from "./calls.mjs";

const acknowledgement = '{"status":"200","detail":"OK"}';
const answer = Buffer.from(
  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: keep-alive\r\n" +
    `content-length: ${acknowledgement.length}\r\n\r\n${acknowledgement}`,
);
const headEnd = Buffer.from("\r\n\r\n");
/** Node's timers fire up to a millisecond late. The rest of the time is spent in turns of the event loop. */
const timerMs = 1.5;

/**
 * Handles one request at a time on each connection, as HTTP clients without pipelining send them. `isExact`: the time of a
 * response is exact, for which this process turns and leaves nothing to a server beside it.
 */
export async function withSlowStream(answerMs, use, isExact = true) {
  const seen = { requests: [], open: 0, openMax: 0, delays: [], inFlight: 0, inFlightMax: 0 };
  const due = createDue(answerMs, isExact ? timerMs : 0, seen);
  const server = createServer((socket) => {
    seen.open += 1;
    seen.openMax = Math.max(seen.openMax, seen.open);
    socket.setNoDelay(true);
    let bytes = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      seen.open -= 1;
    });
    socket.on("data", (chunk) => {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      if (isWhole(bytes)) {
        const request = { bytes, atMs: performance.now(), answeredMs: Infinity };
        bytes = Buffer.alloc(0);
        seen.requests.push(request);
        seen.inFlight += 1;
        seen.inFlightMax = Math.max(seen.inFlightMax, seen.inFlight);
        due(socket, request);
      }
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    return await use({ endpoint: `http://127.0.0.1:${server.address().port}`, seen });
  } finally {
    server.close();
  }
}

function isWhole(bytes) {
  const head = bytes.indexOf(headEnd);
  if (head < 0) {
    return false;
  }
  const length = /content-length: *(\d+)/i.exec(bytes.toString("latin1", 0, head))?.[1];
  return bytes.length >= head + headEnd.length + Number(length);
}

/**
 * Responds in the order of the requests, each `answerMs` after it was whole, to a few hundredths of a
 * millisecond.
 */
function createDue(answerMs, turnMs, seen) {
  const waiting = [];
  let isTurning = false;
  function turn() {
    const nowMs = performance.now();
    while (waiting.length > 0 && nowMs - waiting[0].request.atMs >= answerMs) {
      const { socket, request } = waiting.shift();
      socket.write(answer);
      request.answeredMs = nowMs;
      seen.delays.push(nowMs - request.atMs);
      seen.inFlight -= 1;
    }
    isTurning = waiting.length > 0;
    if (isTurning) {
      const leftMs = waiting[0].request.atMs + answerMs - nowMs;
      leftMs > turnMs ? setTimeout(turn, leftMs - turnMs) : setImmediate(turn);
    }
  }
  return (socket, request) => {
    waiting.push({ socket, request });
    if (!isTurning) {
      isTurning = true;
      turn();
    }
  };
}

/**
 * Throws unless there are `count` distinct signed records, with each key's in the order of their sequencers
 * and never two of one key at once.
 */
export function checkRequests(requests, count) {
  const last = new Map();
  const ids = new Set();
  for (const { bytes, atMs, answeredMs } of requests) {
    const { request, message } = parse(bytes);
    const why = whyNotSigned(request) ?? (message.topic === topic ? undefined : "another topic");
    if (why !== undefined) {
      throw new Error(why);
    }
    const { id, data } = JSON.parse(message.value);
    const sequencer = data.s3.object.sequencer;
    if (isTooEarly(last.get(message.key), sequencer, atMs)) {
      throw new Error(`out of order: ${sequencer} of ${message.key}`);
    }
    last.set(message.key, { sequencer, answeredMs });
    ids.add(id);
  }
  if (requests.length !== count || ids.size !== count) {
    throw new Error(`${requests.length} requests, ${ids.size} records, ${count} expected`);
  }
}

function isTooEarly(before, sequencer, atMs) {
  return before !== undefined && (before.sequencer >= sequencer || before.answeredMs > atMs);
}

function parse(bytes) {
  const at = bytes.indexOf(headEnd);
  const [first, ...lines] = bytes.toString("latin1", 0, at).split("\r\n");
  const [method, url] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const message = JSON.parse(bytes.toString("utf8", at + headEnd.length));
  return { request: { method, url, headers }, message };
}

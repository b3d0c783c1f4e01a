// Runs one function many times in a row and reports its CPU time. It is a child of warm.mjs.
const { connect } = require("node:tls");

/** Replaces the counters of stubs/answers.mjs. Unused if the network is real. */
globalThis.benchRequests = { count: 0, last: undefined };

/**
 * Events that are parsed before the measurement. More of them would live long enough to be collected as old
 * objects.
 */
const preparedMax = 20;

let run;
/** Every activation has parameters of its own at every depth, because the platform parses them anew. */
let prepare = () => undefined;

process.on("message", async (question) => {
  process.send(
    question.load === undefined ? await measure(question.events) : await load(question.load),
  );
});

async function load({ code, call, exchange, skewMs }) {
  if (exchange !== undefined) {
    run = await openExchange(exchange);
    return { loaded: true };
  }
  if (skewMs !== undefined) {
    // Without a network many events share one millisecond, which real events do not.
    let nowMs = Date.now();
    Date.now = () => nowMs;
    globalThis.benchAdvance = () => {
      nowMs += skewMs;
    };
  }
  const module = { exports: {} };
  new Function("module", "exports", "require", code)(module, module.exports, require);
  const { main } = module.exports;
  const text = JSON.stringify(call);
  prepare = () => JSON.parse(text);
  run = async (parameters) => {
    globalThis.benchAdvance?.();
    return await main(parameters);
  };
  return { loaded: true };
}

async function measure(events) {
  const requestsBefore = globalThis.benchRequests.count;
  let cpuMicros = 0;
  let last;
  for (let left = events; left > 0; left -= preparedMax) {
    const prepared = Array.from({ length: Math.min(left, preparedMax) }, prepare);
    const before = process.cpuUsage();
    for (const parameters of prepared) {
      last = await run(parameters);
    }
    const { user, system } = process.cpuUsage(before);
    cpuMicros += user + system;
  }
  return {
    cpuMicros: cpuMicros / events,
    requests: globalThis.benchRequests.count - requestsBefore,
    lastRequest: globalThis.benchRequests.last,
    last,
  };
}

/** Exchanges the same bytes as an event and does nothing else: the least that an exchange can cost. */
async function openExchange({ port, request }) {
  const socket = connect({ port, host: "localhost", servername: "localhost" });
  await new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve).once("error", reject);
  });
  socket.setNoDelay(true);
  let answered;
  socket.on("data", (chunk) => {
    if (chunk.includes('"detail":"OK"}')) {
      answered();
    }
  });
  return () =>
    new Promise((resolve) => {
      answered = resolve;
      socket.write(request);
    });
}

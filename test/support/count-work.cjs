// Loads one artifact, calls it with a stream of its own, and prints how often certain functions ran. It
// replaces them before the artifact loads, so that every call is counted.
const crypto = require("node:crypto");
const { readFileSync } = require("node:fs");
const net = require("node:net");
const tls = require("node:tls");

const counts = {
  ...{ createHmac: 0, createSecretKey: 0, createSecureContext: 0, URL: 0 },
  ...{ DateTimeFormat: 0, ignoreCase: 0 },
  ...{ hash: 0, parse: 0, stringify: 0, setTimeout: 0 },
};
const ownSetTimeout = setTimeout;
const toJson = JSON.stringify;
countCalls(globalThis, "setTimeout");
countCalls(JSON, "parse");
countCalls(JSON, "stringify");
countCalls(crypto, "hash");
countCalls(crypto, "createHmac");
countCalls(crypto, "createSecretKey");
countCalls(tls, "createSecureContext");
globalThis.URL = class extends URL {
  constructor(...given) {
    super(...given);
    counts.URL += 1;
  }
};

Intl.DateTimeFormat = class extends Intl.DateTimeFormat {
  constructor(...given) {
    super(...given);
    counts.DateTimeFormat += 1;
  }
};

/** A pattern with the flag i takes several times as long to compile. */
const { exec } = RegExp.prototype;
RegExp.prototype.exec = function (text) {
  counts.ignoreCase += this.ignoreCase ? 1 : 0;
  return exec.call(this, text);
};

/** The first calls of net, in order. */
const netCalls = [];
const { connect, isIP } = net;
net.isIP = (text) => {
  netCalls.push(`isIP of ${text.length} characters`);
  return isIP(text);
};
net.connect = (...given) => {
  netCalls.push("connect");
  return connect(...given);
};

const [, , path, call] = process.argv;
const { callsAfterFirst = 101, ...params } = JSON.parse(call);
const modules = new Set();
const seen = { connections: 0, requests: 0, inFlight: 0, inFlightMax: 0 };

const server = net.createServer((socket) => {
  seen.connections += 1;
  socket.on("error", () => socket.destroy());
  let text = "";
  socket.on("data", (bytes) => {
    text += bytes.toString("latin1");
    const headEnd = text.indexOf("\r\n\r\n") + 4;
    const length = Number(/^[Cc]ontent-[Ll]ength: *(\d+)/m.exec(text)?.[1]);
    if (headEnd > 4 && text.length >= headEnd + length) {
      text = "";
      answer(socket);
    }
  });
});

/** Responds in a later turn, so that all requests that may be in flight are in flight. */
function answer(socket) {
  seen.requests += 1;
  seen.inFlight += 1;
  seen.inFlightMax = Math.max(seen.inFlightMax, seen.inFlight);
  ownSetTimeout(() => {
    seen.inFlight -= 1;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{"status":"200"}');
  }, 5);
}

function countCalls(of, name) {
  const original = of[name];
  of[name] = (...given) => {
    counts[name] += 1;
    return original(...given);
  };
}

function load() {
  const module = { exports: {} };
  const noting = (name) => {
    modules.add(name.replace("node:", ""));
    return require(name);
  };
  new Function("module", "exports", "require", readFileSync(path, "utf8"))(
    module,
    module.exports,
    noting,
  );
  return module.exports.main;
}

async function during(work) {
  const before = { ...counts };
  await work();
  return Object.fromEntries(Object.keys(counts).map((name) => [name, counts[name] - before[name]]));
}

server.listen(0, "127.0.0.1", async () => {
  const given = { DATASTREAM_ENDPOINT: `http://127.0.0.1:${server.address().port}`, ...params };
  // A platform creates new parameter objects for each activation.
  const run = () => entry(structuredClone(given));
  let entry;
  const byLoad = await during(() => {
    entry = load();
  });
  const atLoad = [...modules].sort();
  const builtInsAtLoad = new Set(process.moduleLoadList);
  const byFirst = await during(run);
  const afterFirst = [...modules].sort();
  const builtInsOfFirst = process.moduleLoadList.filter((name) => !builtInsAtLoad.has(name));
  const bySecond = await during(() => (callsAfterFirst > 0 ? run() : undefined));
  const byHundred = await during(async () => {
    for (let done = 1; done < callsAfterFirst; done += 1) {
      await run();
    }
  });
  console.log(
    toJson({
      ...{ atLoad, afterFirst, builtInsOfFirst },
      ...{ byLoad, byFirst, bySecond, byHundred, netCalls },
      ...seen,
    }),
  );
  process.exit();
});

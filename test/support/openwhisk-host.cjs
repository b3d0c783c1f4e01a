// Runs one artifact the way the Apache OpenWhisk Node.js runner does: one process, one init, then one
// activation at a time. It has no dependencies, so that any Node.js binary can be the runner. It is
// CommonJS and sloppy on purpose, because source is evaluated in the scope and mode of this file.
const { existsSync, readFileSync } = require("node:fs");
const { performance } = require("node:perf_hooks");

// In the runner `exports` is another object, to which an artifact may assign too, and the module that
// evaluates the source is not the main module.
module.exports = {};
require.main = undefined;

const beginMarker = "XXX_THE_BEGIN_OF_A_WHISK_ACTIVATION_XXX";
const endMarker = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX";

// Nothing in this file may be called `main` or `handler`, because the evaluated source would see it.
const loaders = {
  source: ({ code }) =>
    evaluate(`${code}
      try { return main } catch (e) {
        if (e.name !== "ReferenceError") throw e;
        return module.exports.main || exports.main;
      }`),
  "source-identifier-only": ({ code }) => evaluate(`${code}\nreturn main`),
  zip: ({ path }) => loadFolder(path),
  require: ({ path }) => require(path).main,
};

let status = "ready";
let entry;

process.on("message", async ({ id, init, run }) => {
  const answer = init === undefined ? await activate(run) : initialise(init);
  process.send({ id, ...answer });
});

function initialise({ artifact, env }) {
  for (const [name, value] of Object.entries(env)) {
    process.env[name] = value;
  }
  try {
    const stop = startWatch();
    const found = loaders[artifact.kind](artifact);
    const times = stop();
    if (typeof found !== "function") {
      throw new Error("Action entrypoint 'main' is not a function.");
    }
    entry = found;
    return { status: 200, body: '{"OK":true}', ...times };
  } catch (error) {
    status = "stopped";
    console.error("Error during initialization:", error);
    return failure(502, `Initialization has failed due to: ${error.stack ?? error}`);
  }
}

/** Measures the time and the CPU time of the process, both in milliseconds. */
function startWatch() {
  const startedCpu = process.cpuUsage();
  const startedAt = performance.now();
  return () => {
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(startedCpu);
    return { ms, cpuMs: (user + system) / 1_000 };
  };
}

function evaluate(body) {
  // biome-ignore lint/security/noGlobalEval: a direct eval is what the runner does with source.
  return eval(`(function(){ ${body}\n})()`);
}

function loadFolder(path) {
  process.chdir(path);
  const hasManifest = existsSync("package.json");
  if (!hasManifest && !existsSync("index.js")) {
    throw new Error("Zipped actions must contain either package.json or index.js at the root.");
  }
  const { dependencies = {} } = hasManifest ? JSON.parse(readFileSync("package.json", "utf8")) : {};
  if (Object.keys(dependencies).length > 0 && !existsSync("node_modules")) {
    // The runner starts an `npm install` that nobody awaits, and dies of it later. This host fails at once.
    throw new Error("package.json declares dependencies, but there is no node_modules beside it.");
  }
  return require(path).main;
}

async function activate(message) {
  if (status !== "ready" || entry === undefined) {
    return failure(403, `System not ready, status is ${status}.`);
  }
  status = "running";
  for (const [key, value] of Object.entries(message)) {
    if (key !== "value" && typeof value === "string") {
      process.env[`__OW_${key.toUpperCase()}`] = value;
    }
  }
  mark(beginMarker);
  const stop = startWatch();
  const answer = await callEntry(message.value);
  const times = stop();
  mark(endMarker);
  if (status === "running") {
    status = "ready";
  }
  return { ...answer, ...times, activated: true };
}

async function callEntry(params) {
  let promised;
  try {
    promised = entry(params);
  } catch (error) {
    status = "stopped";
    console.error(error);
    return failure(502, `An error has occurred: ${error}`);
  }
  try {
    return toAnswer(await promised);
  } catch (error) {
    return toAnswer({ error: error ? toPlain(error) : {} });
  }
}

function toAnswer(result = {}) {
  if (typeof result !== "object") {
    return failure(502, "The action did not return a dictionary.");
  }
  try {
    return { status: 200, body: JSON.stringify(result) };
  } catch {
    return failure(500, "Internal error.");
  }
}

// The activation's result contains the error's own properties, its stack and its causes.
function toPlain(error) {
  if (!(error instanceof Error)) {
    return error;
  }
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause ? { cause: toPlain(cause) } : {}), ...error };
}

function failure(code, reason) {
  return { status: code, body: JSON.stringify({ error: reason }) };
}

function mark(marker) {
  console.log(marker);
  console.error(marker);
}

// Runs one function in a process of its own, as the Node.js runner of Apache OpenWhisk does
// (https://github.com/apache/openwhisk-runtime-nodejs, read 2026-11-30): one initialization, then one activation
// at a time. It is CommonJS and sloppy on purpose: the source is evaluated in the scope and mode of this file.
const { existsSync } = require("node:fs");

// In the runner `exports` is another object, to which a source may assign too.
module.exports = {};
require.main = undefined;

// Without this the process would outlive a host that was killed.
process.once("disconnect", () => process.exit(1));

// Nothing in this file may be called `main` or `handler`, because the evaluated source would see it.
let entry;
let isStopped = false;

process.on("message", async ({ init, run }) => {
  process.send(init === undefined ? await activate(run) : initialize(init));
});

function initialize(code) {
  try {
    const found = code.kind === "folder" ? loadFolder(code.path) : evaluate(code.code);
    if (typeof found !== "function") {
      throw new Error("Action entrypoint 'main' is not a function.");
    }
    entry = found;
    return { initialized: true };
  } catch (error) {
    return { initialized: false, reason: String(error?.stack ?? error) };
  }
}

function evaluate(code) {
  // biome-ignore lint/security/noGlobalEval: a direct eval is what the runner does with source.
  return eval(`(function(){ ${code}
    try { return main } catch (e) {
      if (e.name !== "ReferenceError") throw e;
      return module.exports.main || exports.main;
    }
  })()`);
}

function loadFolder(path) {
  process.chdir(path);
  if (!existsSync("package.json") && !existsSync("index.js")) {
    throw new Error("Zipped actions must contain either package.json or index.js at the root.");
  }
  return require(path).main;
}

async function activate({ parameters, environment, endMarker }) {
  Object.assign(process.env, environment);
  const outcome = await callEntry(parameters);
  process.stdout.write(`${endMarker}\n`);
  process.stderr.write(`${endMarker}\n`);
  return { ...outcome, isStopped };
}

async function callEntry(parameters) {
  let promised;
  try {
    promised = entry(parameters);
  } catch (error) {
    isStopped = true;
    console.error(error);
    return { reason: `An error has occurred: ${error}` };
  }
  try {
    return toOutcome(await promised);
  } catch (error) {
    return toOutcome({ error: error ? toPlain(error) : {} });
  }
}

function toOutcome(result = {}) {
  if (typeof result !== "object") {
    return { reason: "The action did not return a dictionary." };
  }
  try {
    return { result: JSON.stringify(result) };
  } catch {
    return { reason: "The result of the action is not JSON." };
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

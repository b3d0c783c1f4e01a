// Runs one call of an artifact as the OpenWhisk runner would, and returns the ranges of the functions that ran.
const { Session } = require("node:inspector");
const { Script } = require("node:vm");

const filename = "artifact.js";

process.on("message", async ({ code, call }) => {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  const artifact = { exports: {} };
  const before = "(function(module,require){";
  const load = new Script(`${before}${code}\n})`, { filename });
  load.runInThisContext()(artifact, require);
  const result = await artifact.exports.main(call);
  session.post("Profiler.takePreciseCoverage", (_, { result: scripts }) => {
    const { functions } = scripts.find(({ url }) => url === filename);
    const ranges = functions.flatMap(({ ranges: [{ count, startOffset, endOffset }] }) =>
      count > 0 ? [[startOffset, endOffset]] : [],
    );
    process.send({ result, ranges, shift: before.length });
  });
});

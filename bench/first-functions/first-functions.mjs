// Writes cli/build/compile-first/first-functions.ts: the functions that the first event of a process runs. The build
// writes them so that V8 compiles them in the first parse.
//   npm run first-functions            writes the list
//   npm run first-functions -- --json  prints it and writes nothing
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { loadSources } from "../../cli/load-sources.mjs";
import {
  accessKey,
  bucketCall,
  heartbeatCall,
  secretKey,
  topic,
  webhookCall,
} from "../support/calls.mjs";
import { startChild } from "../support/child.mjs";
import { bundleArtifact, here } from "../support/functions.mjs";
import { wantsJson } from "../support/report.mjs";
import { toLetterName, withSlowStorage } from "../support/slow-storage.mjs";
import { withCertificate } from "../support/stream.mjs";

const { joinNames, namesOf } = await loadSources("build/compile-first/compile-first.ts");
const listPath = here("../cli/build/compile-first/first-functions.ts");

const letter = `${JSON.stringify({ topic, key: "1", value: "a", id: "1" })}\n`;

/** An ordinary first event of every function, with its line in the log. */
function toCalls(endpoint, storage) {
  const keys = { NCLOUD_ACCESS_KEY: accessKey, NCLOUD_SECRET_KEY: secretKey };
  const stream = { ...keys, DATASTREAM_ENDPOINT: endpoint, DATASTREAM_TOPIC: topic };
  const letters = { OBJECT_STORAGE_ENDPOINT: storage, DEAD_LETTER_BUCKET: "letters" };
  const calls = {
    bucket: bucketCall(endpoint),
    event: { ...stream, DATASTREAM_PARTITIONS: 3, orderId: "1" },
    heartbeat: heartbeatCall(endpoint),
    redrive: { ...stream, ...letters, DATASTREAM_PARTITIONS: 3 },
    webhook: webhookCall(endpoint),
  };
  return Object.entries(calls).map(([name, call]) => [name, { ...call, LOG_LEVEL: "info" }]);
}

async function withStream(use) {
  return await withCertificate(async ({ key, cert, certPath }) => {
    const server = createServer({ key, cert }, (incoming, answer) => {
      const body = '{"status":"200","detail":"OK"}';
      incoming.resume().on("end", () => {
        answer.writeHead(200, { "content-length": body.length }).end(body);
      });
    });
    await once(server.listen(0, "localhost"), "listening");
    try {
      return await use(`https://localhost:${server.address().port}`, certPath);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}

/** Returns the names of the functions that ran, by module. */
async function collect(name, call, certPath) {
  const { code, map } = await bundleArtifact(name);
  const env = { NODE_EXTRA_CA_CERTS: certPath };
  const child = startChild(here("first-functions/first-functions-host.cjs"), { env });
  try {
    const { result, ranges, shift } = await child.ask({ code, call });
    if (result.delivered !== 1 && result.statusCode !== 200) {
      throw new Error(`${name} delivered nothing: ${JSON.stringify(result)}`);
    }
    return namesOf(
      { code, map },
      ranges.map((range) => range.map((at) => at - shift)),
    );
  } finally {
    child.stop();
  }
}

/** Returns the functions that ran, by the name of the artifact. */
async function collectAll() {
  return await withStream((endpoint, certPath) =>
    withSlowStorage(1, new Map([[toLetterName(0), letter]]), async (storage) => {
      const collected = toCalls(endpoint, storage.endpoint).map(async ([name, call]) => [
        name,
        joinNames([await collect(name, call, certPath)]),
      ]);
      return Object.fromEntries(await Promise.all(collected));
    }),
  );
}

/** Puts what ran in every artifact into a list of its own, so that it is written once. */
function factorOut(lists) {
  const [first, ...others] = Object.values(lists);
  const isInAll = (module, name) => others.every((list) => list[module]?.includes(name));
  const every = select(first, isInAll);
  const isOwn = (module, name) => !every[module]?.includes(name);
  const own = Object.entries(lists).map(([name, list]) => [name, select(list, isOwn)]);
  return { every, ...Object.fromEntries(own) };
}

function select(list, isWanted) {
  const modules = Object.entries(list).map(([module, names]) => [
    module,
    names.filter((name) => isWanted(module, name)),
  ]);
  return Object.fromEntries(modules.filter(([, names]) => names.length > 0));
}

const list = JSON.stringify(factorOut(await collectAll()), null, 2);
if (wantsJson) {
  console.log(list);
} else {
  writeFileSync(
    listPath,
    `import type { FunctionNames } from "./functions.ts";

/**
 * The functions that the first event of a process runs: in every artifact, and in single ones beside these. Written by
 * \`npm run first-functions\`.
 */
export const firstFunctions: Readonly<Record<string, FunctionNames>> = ${list};
`,
  );
  execFileSync("npx", ["biome", "check", "--write", listPath], { stdio: "inherit" });
}

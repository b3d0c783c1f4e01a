// Writes cli/build/compile-first/first-functions.ts: the functions that the first event of a process runs. The build
// writes them so that V8 compiles them in the first parse.
//   npm run first-functions            writes the list
//   npm run first-functions -- --json  prints it and writes nothing
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { loadSources } from "../cli/load-sources.mjs";
import { accessKey, bucketCall, heartbeatCall, secretKey, topic, webhookCall } from "./calls.mjs";
import { startChild } from "./child.mjs";
import { bundleArtifact, here } from "./functions.mjs";
import { wantsJson } from "./report.mjs";
import { toLetterName, withSlowStorage } from "./slow-storage.mjs";
import { withCertificate } from "./stream.mjs";

const { namesOf } = await loadSources("build/compile-first/compile-first.ts");
const listPath = here("../cli/build/compile-first/first-functions.ts");

const letter = `${JSON.stringify({ topic, key: "1", value: "a", id: "1" })}\n`;

/** An ordinary first event of every function. */
function toCalls(endpoint, storage) {
  const keys = { NCLOUD_ACCESS_KEY: accessKey, NCLOUD_SECRET_KEY: secretKey };
  const stream = { ...keys, DATASTREAM_ENDPOINT: endpoint, DATASTREAM_TOPIC: topic };
  const letters = { OBJECT_STORAGE_ENDPOINT: storage, DEAD_LETTER_BUCKET: "letters" };
  return {
    bucket: bucketCall(endpoint),
    event: { ...stream, DATASTREAM_PARTITIONS: 3, orderId: "1" },
    heartbeat: heartbeatCall(endpoint),
    redrive: { ...stream, ...letters, DATASTREAM_PARTITIONS: 3 },
    webhook: webhookCall(endpoint),
  };
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
  const child = startChild(here("first-functions-host.cjs"), { env });
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

async function collectAll() {
  return await withStream((endpoint, certPath) =>
    withSlowStorage(1, new Map([[toLetterName(0), letter]]), async (storage) => {
      const calls = Object.entries(toCalls(endpoint, storage.endpoint));
      return Promise.all(calls.map(([name, call]) => collect(name, call, certPath)));
    }),
  );
}

/** Joins the lists. Both are in the order of the alphabet, so that a new list differs only where the functions do. */
function join(lists) {
  const modules = [...new Set(lists.flatMap(Object.keys))].toSorted();
  const namesIn = (module) => new Set(lists.flatMap((list) => list[module] ?? []));
  return Object.fromEntries(modules.map((module) => [module, [...namesIn(module)].toSorted()]));
}

const list = JSON.stringify(join(await collectAll()), null, 2);
if (wantsJson) {
  console.log(list);
} else {
  const type = "Readonly<Record<string, readonly string[]>>";
  const head =
    "/** The functions that the first event of a process runs. Written by `npm run first-functions`. */";
  writeFileSync(listPath, `${head}\nexport const firstFunctions: ${type} = ${list};\n`);
  execFileSync("npx", ["biome", "check", "--write", listPath], { stdio: "inherit" });
}

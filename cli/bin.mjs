#!/usr/bin/env node
// datastream-relay <command>: loads cli/main.ts in a checkout, and main.js, which is made of it, in the package.

import "../local/check-node.mjs";
import { existsSync } from "node:fs";

const isCheckout = existsSync(new URL("main.ts", import.meta.url));
const { runMain } = isCheckout
  ? await (await import("./load-sources.mjs")).loadSources("main.ts")
  : await import(new URL("main.js", import.meta.url).href);
const exitCode = await runMain(process.argv.slice(2));
if (exitCode !== undefined) {
  process.exitCode = exitCode;
  // A file of functions/ that was loaded can hold a timer or a connection, which would keep the process running.
  // An error of an earlier write is told after its callback.
  process.stdout.write("", () =>
    process.stderr.write("", () => setImmediate(() => process.exit())),
  );
}

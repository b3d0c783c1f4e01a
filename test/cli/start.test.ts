import { execFileSync } from "node:child_process";
import { statSync, utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundle = `${root}/node_modules/.cache/datastream-relay/start.mjs`;

/** Returns the time of the bundle that a start ran. */
function start(): number {
  const said = execFileSync(process.execPath, ["cli/start.mjs", "--help"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(said).toContain("npm start -- [options]");
  return statSync(bundle).mtimeMs;
}

test("npm start bundles its own modules again only after one of them has changed", () => {
  const first = start();
  const second = start();
  utimesSync(`${root}/local/start-options.ts`, new Date(), new Date());
  const third = start();

  expect(second).toBe(first);
  expect(third).toBeGreaterThan(second);
});

import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { functionOf, makeProject, runIn, threeFunctions, writeFiles } from "../project/harness.ts";

test("a build that fails leaves the artifacts of the last one", async () => {
  const project = makeProject(threeFunctions);
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  const readAll = () =>
    ["webhook/index.js", "heartbeat/index.js", "redrive.zip", "functions.json"].map((file) =>
      readFileSync(join(project, "dist", file), "latin1"),
    );
  const { code } = await runIn(project, ["build"]);
  const before = readAll();
  writeFiles(project, {
    "node_modules/unlicensed/package.json": '{ "name": "unlicensed", "version": "1.0.0" }',
    "node_modules/unlicensed/index.js": "export const readHome = () => process.env.HOME;",
    "functions/heartbeat.ts": `import { readHome } from "unlicensed";\n${functionOf("relay({ ...heartbeat, home: readHome() }, systemEffects)", "heartbeat", "relay", "systemEffects")}`,
  });

  const failed = await runIn(project, ["build"]);

  expect([code, failed.code]).toEqual([0, 1]);
  expect(failed.stderr).toContain("the package unlicensed has no licence file");
  expect(readAll()).toEqual(before);
});

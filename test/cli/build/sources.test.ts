import { readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { leaveOut } from "../../../cli/build/providers-plugin.ts";
import { jsonCall, toRawParameters } from "../../support/calls.ts";
import { openSource } from "../../support/settings.ts";
import { makeProject, runIn, threeFunctions, writeFiles } from "../project/harness.ts";

const project = makeProject(threeFunctions);
const built = join(project, "dist/webhook/index.js");
afterAll(() => rmSync(project, { recursive: true, force: true }));

async function call(sources: object, secrets: object) {
  const load = createRequire(import.meta.url);
  delete load.cache[built];
  const settings = { ...openSource(), WEBHOOK_SOURCES: sources, WEBHOOK_SECRETS: secrets };
  const { main } = load(built) as { main: (parameters: object) => Promise<{ statusCode: number }> };
  const [name] = Object.keys(sources);
  return main(toRawParameters(jsonCall(`/${name}`, "{}"), settings));
}

describe("build --sources FILE", () => {
  let bytesOfAll = 0;
  beforeAll(async () => {
    await runIn(project, ["build"]);
    bytesOfAll = statSync(built).size;
    writeFiles(project, {
      "my.env": `WEBHOOK_SOURCES='{"a":{"verifier":"github"},"b":{"verifier":"hmac","header":"x-a"}}'\n`,
    });
    const { code, stderr } = await runIn(project, ["build", "--sources", "my.env"]);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("the rows of other providers are left out of the artifact", () => {
    const text = readFileSync(built, "utf8");

    expect(bytesOfAll - statSync(built).size).toBeGreaterThan(8_000);
    expect(text).toContain("x-hub-signature-256");
    expect(text).not.toContain("com.atlassian.");
  });

  test("a source of a bundled provider works, and one of another provider is a settings error", async () => {
    const secret = ["a-secret-of-twenty-characters"];

    expect(await call({ a: { verifier: "github" } }, { a: secret })).toMatchObject({
      statusCode: 401,
    });
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    expect(await call({ s: { verifier: "slack" } }, { s: secret })).toMatchObject({
      statusCode: 500,
    });
    expect(written.mock.calls.join("\n")).toContain(
      "WEBHOOK_SOURCES s.verifier is not in this artifact: it was built by build --sources with other sources",
    );
  });

  test("a file without sources ends with exit code 2, and nothing is built", async () => {
    writeFiles(project, { "none.env": "DATASTREAM_TOPIC=a\n" });
    const { code, stderr } = await runIn(project, ["build", "--sources", "none.env"]);

    expect(code).toBe(2);
    expect(stderr).toContain("none.env has no WEBHOOK_SOURCES that is a JSON object");
  });
});

test.for([
  ["our source", (text: string) => text],
  ["the package's", (text: string) => transformSync(text, { loader: "ts" }).code],
  [
    "the package's with tabs",
    (text: string) => transformSync(text, { loader: "ts" }).code.replace(/^ {2}/gm, "\t"),
  ],
] as const)("the rows are found in %s, and a file of another form is refused", ([, change]) => {
  const text = change(readFileSync("lib/webhooks/providers/providers.ts", "utf8"));
  const left = leaveOut(text, new Set(["github"]));

  expect(left.match(/: notBuilt,/g)).toHaveLength(22);
  expect(() => leaveOut(text.replace(/^(\s+)stripe: /m, "$1Stripe: "), new Set())).toThrow(
    "were not found",
  );
});

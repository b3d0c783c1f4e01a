import { readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { leaveOut, tables } from "../../../cli/build/sources-plugin.ts";
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

  test("what no source uses is left out of the artifact", () => {
    const text = readFileSync(built, "utf8");

    expect(bytesOfAll - statSync(built).size).toBeGreaterThan(14_000);
    expect(text).toContain("x-hub-signature-256");
    for (const leftOut of ["com.atlassian.", "bodySHA256", "whsec_ and base64", "hub.challenge"]) {
      expect(text).not.toContain(leftOut);
    }
  });

  const secret = ["a-secret-of-twenty-characters"];

  test.for([
    ["a provider", { verifier: "github" }, 401],
    ["a generic verifier", { verifier: "hmac", header: "x-other", algorithm: "sha512" }, 401],
    // It is verified, and no stream listens.
    ["none", { verifier: "none" }, 503],
  ] as const)("a source of %s that is bundled works", async ([, options, statusCode]) => {
    vi.spyOn(process.stdout, "write").mockReturnValue(true);

    expect(await call({ s: options }, { s: secret })).toMatchObject({ statusCode });
  });

  test.for([
    ["a provider", { verifier: "slack" }, "verifier"],
    [
      "a generic verifier",
      { verifier: "public-key", header: "x-a", algorithm: "ed25519" },
      "verifier",
    ],
    ["a challenge", { verifier: "github", challenge: "okta" }, "challenge"],
  ] as const)(
    "a source of %s that is left out is a settings error",
    async ([, options, option]) => {
      const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);

      expect(await call({ s: options }, { s: secret })).toMatchObject({ statusCode: 500 });
      expect(written.mock.calls.join("\n")).toContain(
        `WEBHOOK_SOURCES s.${option} is not in this artifact: it was built by build --sources with other sources`,
      );
    },
  );

  test("a file without sources ends with exit code 2, and nothing is built", async () => {
    writeFiles(project, { "none.env": "DATASTREAM_TOPIC=a\n" });
    const { code, stderr } = await runIn(project, ["build", "--sources", "none.env"]);

    expect(code).toBe(2);
    expect(stderr).toContain("none.env has no WEBHOOK_SOURCES that is a JSON object");
  });
});

test("the challenge of a provider, and one that a source names, are bundled", async () => {
  const other = makeProject(threeFunctions);
  writeFiles(other, {
    "challenges.env": `WEBHOOK_SOURCES='{"a":{"verifier":"meta"},"b":{"verifier":"bearer","challenge":"okta"}}'\n`,
  });
  await runIn(other, ["build", "--sources", "challenges.env"]);
  const text = readFileSync(join(other, "dist/webhook/index.js"), "utf8");

  expect(text).toContain("hub.challenge");
  expect(text).toContain("x-okta-verification-challenge");
  expect(text).not.toContain("webhook-request-origin");
  rmSync(other, { recursive: true, force: true });
});

const forms = [
  ["our source", (text: string) => text],
  ["the package's", (text: string) => transformSync(text, { loader: "ts" }).code],
  [
    "the package's with tabs",
    (text: string) => transformSync(text, { loader: "ts" }).code.replace(/^ {2}/gm, "\t"),
  ],
] as const;

describe.each(tables)("the table $name", (table) => {
  const [first = "", second = ""] = table.rows;
  const source = readFileSync(`lib/webhooks/${table.file}.ts`, "utf8");

  test.for(forms)(
    "its rows are found in %s, and a file of another form is refused",
    ([, change]) => {
      const text = change(source);
      const options = { table, extension: ".ts" };
      const left = leaveOut(text, { ...options, used: new Set([second]) });

      expect(left.match(new RegExp(`: ${table.standIn},`, "g"))).toHaveLength(
        table.rows.length - 1,
      );
      const renamed = text.replace(new RegExp(`^(\\s+)${first}: `, "m"), "$1other: ");
      expect(() => leaveOut(renamed, { ...options, used: new Set() })).toThrow("were not found");
    },
  );
});

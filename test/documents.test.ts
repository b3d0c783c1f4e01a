import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { settingNames } from "../lib/settings.ts";
import { schemes } from "../lib/webhooks/schemes.ts";

const readme = readFileSync("README.md", "utf8");
const serverless = readFileSync("serverless.yml", "utf8");

describe("what is written down", () => {
  test.each(settingNames)("README.md explains %s and serverless.yml passes it on", (name) => {
    expect(readme).toContain(`\`${name}\``);
    expect(serverless).toContain(`${name}: \${env:${name}, ''}`);
  });

  test.each([...schemes.keys()])("README.md names the verifier %s", (name) => {
    expect(readme).toContain(`\`${name}\``);
  });

  const codes = readFileSync("lib/outcome.ts", "utf8").match(/(?<=\| ")[A-Z_]+(?=")/g) ?? [];

  test.each(codes)("README.md says what to do about %s", (code) => {
    expect(readme).toMatch(new RegExp(`^\\| .*\`${code}\`.* \\| .+ \\| .+ \\|$`, "m"));
  });

  test("serverless.yml names the artifact of every function", () => {
    for (const file of readdirSync("functions")) {
      expect(serverless).toContain(`handler: dist/${file.replace(".ts", "")}/index.handler`);
    }
  });

  test.each(["webhook", "bucket", "heartbeat"])("README.md says how big %s is", (name) => {
    const quoted = Number(new RegExp(`${name} ([0-9.]+) KB`).exec(readme)?.[1]);

    expect(Math.abs(statSync(`dist/${name}/index.js`).size / 1_000 - quoted)).toBeLessThan(1);
  });

  test("no tracked text names a registry host or a path of one machine", () => {
    const lock = readFileSync("package-lock.json", "utf8");

    expect(lock).not.toContain('"resolved"');
    expect(readme).not.toMatch(/\/(root|home)\//);
  });
});

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { runInNewContext } from "node:vm";
import { request as playwrightRequest } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startAll } from "../local/deliveries/start-all.ts";

const run = promisify(execFile);
const pages = ["docs/local.md", "docs/ko/local.md"];
const headings: Readonly<Record<string, string>> = {
  "docs/local.md": "## Wait for a record",
  "docs/ko/local.md": "## 레코드 기다리기",
};

/** Returns the blocks of a language in the section about waiting. */
function blocksOf(page: string, language: string): readonly string[] {
  const [, section = ""] = readFileSync(page, "utf8").split(`${headings[page]}\n`);
  const [own = ""] = section.split("\n## ");
  return [...own.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(
    ([, block = ""]) => block,
  );
}

type Body = (fixtures: { request: unknown }) => Promise<void>;

const isBuilt = existsSync("dist/webhook/index.js");

describe.skipIf(!isBuilt && process.env["CI"] === undefined)(
  "the snippets of Wait for a record",
  () => {
    let all: Awaited<ReturnType<typeof startAll>>;
    beforeAll(async () => {
      all = await startAll();
    }, 150_000);
    afterAll(async () => {
      await all.host.stop();
      await all.emulator.close();
    });

    const onEmulator = (text: string) =>
      text.replaceAll("http://127.0.0.1:4010", all.emulator.origin);

    test.each(pages)("the tests of %s pass as they are written", async (page) => {
      const blocks = blocksOf(page, "ts");
      const request = await playwrightRequest.newContext();
      const passed: string[] = [];
      for (const block of blocks) {
        const [, library] = /from "(.*)";/.exec(block) ?? [];
        const bodies: Body[] = [];
        runInNewContext(onEmulator(block.replaceAll(/^import .*$/gm, "")), {
          ...{ expect, fetch, JSON },
          test: (_: string, body: Body) => bodies.push(body),
        });
        await bodies[0]?.({ request });
        passed.push(`${library} ${bodies.length}`);
      }
      await request.dispose();

      expect(passed).toEqual(["vitest 1", "@playwright/test 1"]);
    });

    test.each(pages)("the command of %s prints the record", async (page) => {
      await fetch(`${all.emulator.origin}/_/functions/webhook`, {
        method: "POST",
        body: '{"source":"github"}',
      });

      const { stdout } = await run("sh", ["-c", onEmulator(blocksOf(page, "sh")[0] ?? "")]);

      expect(JSON.parse(stdout)).toMatchObject({ topic: "local-events", key: "octo/demo" });
    });
  },
);

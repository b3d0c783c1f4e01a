import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkArtifact, checkArtifacts } from "../../../cli/doctor/checks/artifacts.ts";
import type { Check } from "../../../cli/doctor/checks/check.ts";
import { adviceForNoResponse } from "../../../cli/doctor/checks/no-response.ts";
import { checkNodeVersion } from "../../../cli/doctor/checks/node-version.ts";
import { runDoctor } from "../../../cli/doctor/command.ts";
import { toCheckTable } from "../../../cli/doctor/table.ts";
import { answer } from "../../support/harness.ts";
import { secretsInUse } from "../../support/spoken.ts";
import { keys, runCommand, temporaryFolder } from "../shared/terminal.ts";

describe("the check of Node's version", () => {
  test.each([
    ["20.19.0", "ok"],
    ["22.3.1", "ok"],
    ["20.18.9", "failed"],
    ["18.20.4", "failed"],
  ])("the verdict for version %s is %s", (version, verdict) => {
    expect(checkNodeVersion(version).verdict).toBe(verdict);
  });
});

describe("the check of an artifact", () => {
  test.each([
    [47_104, "ok", "46.0 KiB of 46.0 KiB"],
    [47_105, "failed", "46.0 KiB of 46.0 KiB"],
    [undefined, "warning", "not built"],
  ])("the verdict for %s bytes and a budget of 46 KiB is %s", (bytes, verdict, found) => {
    expect(checkArtifact("bucket", bytes, 46 * 1_024)).toMatchObject({ verdict, found });
  });

  test("the artifact is read from the build's folder and compared with the build's budget", async () => {
    const root = temporaryFolder();
    for (const folder of ["functions", "dist/webhook"]) {
      mkdirSync(join(root, folder), { recursive: true });
    }
    for (const name of ["webhook.ts", "invoice.ts", "notes.md"]) {
      writeFileSync(join(root, "functions", name), "");
    }
    writeFileSync(join(root, "dist/webhook/index.js"), "x".repeat(2_048));
    writeFileSync(
      join(root, "artifact-budgets.json"),
      '{"kibibytes":{"webhook":1},"kibibytesDefault":40}',
    );

    expect(await checkArtifacts(root)).toMatchObject([
      { subject: "invoice", verdict: "warning", todo: "npm run build" },
      { subject: "webhook", verdict: "failed", found: "2.0 KiB of 1.0 KiB" },
    ]);
  });
});

describe("the advice for an endpoint without a response", () => {
  test.each([
    ["ENOTFOUND", "connection", "DNS"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "connection", "NODE_EXTRA_CA_CERTS"],
    ["ECONNREFUSED", "connection", "npm start"],
    ["ETIMEDOUT", "timeout", "firewall"],
    ["ECONNRESET", "connection", "network"],
    ["EPROTO", "protocol", "another protocol"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "connection", "http or https"],
  ] as const)("the advice for %s names the usual cause", (code, cause, words) => {
    const facts = { kind: "noResponse", sent: "never", staleSocket: false } as const;

    expect(adviceForNoResponse({ ...facts, code, cause })).toContain(words);
  });
});

describe("the table", () => {
  test("the table has a head, a line that says what to do, and the counts, and no foreign escape sequence", () => {
    const checks: readonly Check[] = [
      { check: "clock", verdict: "ok", found: "agrees" },
      {
        check: "topic",
        subject: "a\u001B[2Jb",
        verdict: "failed",
        found: "c\nd",
        todo: "e\u009Bf",
      },
    ];

    expect(toCheckTable(checks, false)).toBe(
      "check         verdict  found\n" +
        "clock         ok       agrees\n" +
        "topic a?[2Jb  failed   c?d\n" +
        "                       -> e?f\n" +
        "\n1 ok, 0 warning, 1 failed, 0 skipped\n",
    );
  });
});

describe("the output of the doctor", () => {
  test("the output contains no secret, even if an API returns it or a setting has it in the wrong place", async () => {
    const echo = answer(
      401,
      JSON.stringify({ error: { errorCode: secretsInUse.ncloudSecretKey, message: keys } }),
      { date: secretsInUse.hmac },
    );
    const settings = {
      ...keys,
      DATASTREAM_TOPIC: "orders",
      WEBHOOK_SOURCES: JSON.stringify({ shop: { verifier: "hmac", header: "x-signature" } }),
      WEBHOOK_SECRETS: JSON.stringify({ shop: [secretsInUse.hmac] }),
      DEAD_LETTER_BUCKET: "letters",
    };
    const wrong = {
      ...settings,
      WEBHOOK_SECRETS: secretsInUse.hmac,
      HEARTBEAT_CRON: secretsInUse.token,
    };
    const transport = async () => echo;

    for (const given of [settings, wrong]) {
      for (const argv of [["--produce"], ["--produce", "--json"]]) {
        const run = { settings: given, effects: { transport } };
        const { code, out, error } = await runCommand(runDoctor, argv, run);

        expect(code).toBe(1);
        for (const secret of Object.values(secretsInUse)) {
          expect(out + error).not.toContain(secret);
        }
      }
    }
  });
});

import { expect, test } from "vitest";
import { runDoctor } from "../../../cli/doctor/command.ts";
import { examineFunction } from "../../../cli/project/examine-function.ts";
import { secretsInUse } from "../../support/spoken.ts";
import { environment, runDeploy, startCloudFunctionsEmulator } from "../deploy/harness.ts";
import { runCommand } from "./terminal.ts";

const WEBHOOK_SECRETS = JSON.stringify({ github: [secretsInUse.github, "<the old secret>"] });
const text = "of the source github holds a placeholder, no secret: number 2 of 2";

test("doctor fails if a webhook's secret is a placeholder", async () => {
  const { code, out } = await runCommand(runDoctor, ["--json", "--function", "webhook"], {
    settings: { ...environment, DATASTREAM_ENDPOINT: "http://127.0.0.1:9", WEBHOOK_SECRETS },
  });

  const { checks } = JSON.parse(out) as { checks: { check: string }[] };
  expect(code).toBe(1);
  expect(checks.filter(({ check }) => check === "setting")).toMatchObject([
    { subject: "WEBHOOK_SECRETS", verdict: "failed", found: `${text} (webhook)` },
  ]);
});

test("deploy refuses a webhook's secret that is a placeholder before anything is sent", async () => {
  const emulator = await startCloudFunctionsEmulator();

  const { code, err } = await runDeploy(emulator.origin, {
    plan: true,
    env: { ...environment, WEBHOOK_SECRETS },
  });

  const page = "page: docs/settings.md#WEBHOOK_SECRETS\n";
  expect([code, err]).toEqual([2, `error: WEBHOOK_SECRETS ${text}\n${page}`]);
});

test("deploy refuses the secrets of npm start if the API is not on this machine", async () => {
  const env = {
    ...environment,
    NCLOUD_SECRET_KEY: "local-secret-key-not-for-production",
    WEBHOOK_SECRETS: '{"github":["local-github-secret"]}',
  };

  const cloud = await runDeploy(undefined, { plan: true, env });
  const local = await runDeploy((await startCloudFunctionsEmulator()).origin, { plan: true, env });

  expect([cloud.code, cloud.err.split("\n")]).toEqual([
    2,
    [
      "error: NCLOUD_SECRET_KEY holds a value of local/settings.env, which anybody can read",
      "WEBHOOK_SECRETS of the source github holds a value of local/settings.env, which anybody can read",
      "page: docs/settings.md#NCLOUD_SECRET_KEY",
      "",
    ],
  ]);
  expect(local.code).toBe(0);
});

test("a placeholder is reported together with all other problems", () => {
  const sources = { github: { verifier: "github" }, shop: { verifier: "bearer", filtre: 1 } };
  const { problems } = examineFunction("webhook", {
    ...environment,
    DATASTREAM_TOPIC: "",
    WEBHOOK_SOURCES: sources,
    WEBHOOK_SECRETS: { github: ["…"], shop: ["changeme"] },
  });
  const alone = examineFunction("webhook", {
    ...environment,
    DATASTREAM_TOPIC: "",
    WEBHOOK_SECRETS: { github: ["…"] },
  });

  expect(problems.map((one) => `${one.setting} ${one.text}`)).toEqual([
    "WEBHOOK_SOURCES shop.filtre is no option of bearer: did you mean filter?",
    "WEBHOOK_SECRETS of the source shop holds a placeholder, no secret: number 1 of 1",
    "WEBHOOK_SECRETS of the source github holds a placeholder, no secret: number 1 of 1",
  ]);
  expect(alone.problems.map(({ setting }) => setting)).toEqual([
    "DATASTREAM_TOPIC",
    "WEBHOOK_SECRETS",
  ]);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { onTestFinished } from "vitest";
import { runDeploy as runCommand } from "../../../cli/deploy/command.ts";
import type { DeployOptions } from "../../../cli/deploy/deploy-options.ts";
import { functionNames } from "../../../cli/project/functions.ts";
import { createTransport } from "../../../lib/http/client.ts";
import {
  type CloudFunctionsOptions,
  type RunningCloudFunctions,
  startCloudFunctions,
} from "../../../local/cloud-functions/server.ts";
import { hear, secretsInUse } from "../../support/spoken.ts";

export const deployKeys = {
  access: "ncp_iam_DEPLOYER0000001",
  secret: "deployer-secret-key-0001",
};

/** Lists every value that must never appear in the output. */
export const secrets = [
  deployKeys.access,
  deployKeys.secret,
  secretsInUse.ncloudAccessKey,
  secretsInUse.ncloudSecretKey,
  secretsInUse.github,
  secretsInUse.githubOld,
];

export const environment = {
  DEPLOY_ACCESS_KEY: deployKeys.access,
  DEPLOY_SECRET_KEY: deployKeys.secret,
  NCLOUD_ACCESS_KEY: secretsInUse.ncloudAccessKey,
  NCLOUD_SECRET_KEY: secretsInUse.ncloudSecretKey,
  DATASTREAM_TOPIC: "orders",
  DATASTREAM_PARTITIONS: "3",
  DEAD_LETTER_BUCKET: "dead-letters",
  WEBHOOK_SOURCES: '{"github":{"verifier":"github"}}',
  WEBHOOK_SECRETS: JSON.stringify({ github: [secretsInUse.github, secretsInUse.githubOld] }),
};

export const config = {
  region: "kr",
  vpc: { vpcNo: 11, subnetNo: 22 },
  functions: {
    webhook: {},
    bucket: { events: [{ bucketName: "uploads", eventRuleName: "created" }] },
    heartbeat: { cron: "*/5 * * * *" },
    redrive: { cron: "0 * * * *" },
  },
};

const folder = mkdtempSync(join(tmpdir(), "deploy-test-"));

/** Functions of one line. Only tests that run what they deploy need those of `dist`: the others apply hundreds of times. */
export const smallArtifacts = join(folder, "small");
for (const name of functionNames) {
  mkdirSync(join(smallArtifacts, name), { recursive: true });
  writeFileSync(join(smallArtifacts, name, "index.js"), "function main() { return {}; }\n");
}

/** Closes the object after the test. */
export function closing<T extends { close(): Promise<void> }>(one: T): T {
  onTestFinished(() => one.close());
  return one;
}

export async function startCloudFunctionsEmulator(
  options: Partial<CloudFunctionsOptions> = {},
): Promise<RunningCloudFunctions> {
  const accessKeys = { [deployKeys.access]: deployKeys.secret };
  const emulator = closing(await startCloudFunctions({ accessKeys, ...options }));
  const removeState = () => rmSync(stateFolder(emulator.origin), { recursive: true, force: true });
  // An earlier emulator may have had the same port.
  removeState();
  onTestFinished(removeState);
  return emulator;
}

/** Returns the folder of the rollback records of one emulator. */
export function stateFolder(origin: string | undefined): string {
  return join(folder, "states", origin?.replaceAll(/\W/g, "-") ?? "none");
}

export function writeFile(name: string, text: string | Uint8Array): string {
  const file = join(mkdtempSync(join(folder, "file-")), name);
  writeFileSync(file, text);
  return file;
}

export function writeConfig(value: unknown): string {
  return writeFile("deploy.config.json", JSON.stringify(value));
}

const configFiles = new Map<string, string>();

/** Returns a file with this configuration, the same one each time. Nothing is written beside it without API Gateway. */
function fileOf(given: unknown, { gateway }: RunOptions): string {
  if (gateway === true) {
    return writeConfig(given);
  }
  const text = JSON.stringify(given);
  const file = configFiles.get(text) ?? writeConfig(given);
  configFiles.set(text, file);
  return file;
}

export type CommandResult = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly sleeps: readonly number[];
};

export type RunOptions = Partial<DeployOptions> & {
  /** The other name of `standIn`. */
  readonly emulator?: string;
  readonly given?: unknown;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Runs the command in this process, with waits that take no time. */
export async function runDeploy(
  endpoint: string | undefined,
  { given = config, env = environment, ...options }: RunOptions,
): Promise<CommandResult> {
  const outs: string[] = [];
  const errs: string[] = [];
  const sleeps: number[] = [];
  const all = {
    ...{ config: options.config ?? fileOf(given, options), endpoint, smoke: false, gateway: false },
    ...{ state: stateFolder(endpoint), artifacts: smallArtifacts, ...options },
  };
  const code = await runCommand(
    toArgv(all),
    {
      writeOut: (text) => outs.push(text),
      writeError: (text) => errs.push(text),
      isOutTty: false,
      isErrorTty: false,
      isInputTty: false,
      input: () => Readable.from([]),
      environment: env,
      onInterrupt: () => undefined,
    },
    {
      now: Date.now,
      sleep: async (ms) => {
        sleeps.push(ms);
      },
      random: () => 0,
      newId: () => "id",
      transport: createTransport({ now: Date.now }),
      write: () => undefined,
    },
  );
  const out = outs.join("");
  const err = errs.join("");
  hear(out);
  hear(err);
  return { code, out, err, sleeps };
}

type Value = string | boolean | readonly string[] | undefined;

function toArgv(options: Readonly<Record<string, Value>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (name === "smoke" || name === "gateway") {
      return value === true ? [] : [`--no-${name}`];
    }
    return typeof value === "boolean"
      ? [value].filter(Boolean).map(() => option)
      : [value].flat().flatMap((one) => (one === undefined ? [] : [option, one]));
  });
}

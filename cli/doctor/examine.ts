import type { Effects } from "../../lib/effects/effects.ts";
import type { Target } from "../../lib/model/function-definition.ts";
import type { Problem, Settings } from "../../lib/model/settings.ts";
import type { FunctionName } from "../../lib/registry/names.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { createSignedCall } from "../shared/signed-call.ts";
import { checkArtifacts } from "./checks/artifacts.ts";
import { checkLambdaEnvironment } from "./checks/aws/lambda-environment.ts";
import { checkBuckets } from "./checks/buckets.ts";
import { type Check, skipped } from "./checks/check.ts";
import { checkEndpoint } from "./checks/endpoint.ts";
import { checkKeyPair, checkSubAccount, type TestMessageOutcome } from "./checks/key-pair.ts";
import {
  type ManagementResult,
  parseManagementEndpoint,
  readTopicPrefix,
  readTopics,
  toManagementEndpoint,
} from "./checks/management.ts";
import { checkNodeVersion } from "./checks/node-version.ts";
import { checkVariables, examineSettings } from "./checks/settings.ts";
import { noTestMessage, produceTestMessage } from "./checks/test-message.ts";
import { type AccountTopics, checkTopic, toTopicsInUse } from "./checks/topics.ts";

export type Examination = {
  readonly settings: Settings;
  /** Variables of the environment whose names are nearly a setting's. */
  readonly misspelt: readonly Problem[];
  readonly functions: readonly FunctionName[];
  /** Produces a test message if true. Nothing else in this command changes anything. */
  readonly produce: boolean;
  readonly managementEndpoint: string | undefined;
  /** The folder of the project. */
  readonly root: string;
  readonly nodeVersion: string;
};

/** Runs every check, in the order of the table. */
export async function examine(
  examination: Examination,
  effects: Effects,
): Promise<readonly Check[]> {
  const managementEndpoint = parseManagementEndpoint(examination.managementEndpoint);
  const local = [
    checkNodeVersion(examination.nodeVersion),
    ...(await checkArtifacts(examination.root)),
  ];
  const { checks, config, targets } = examineSettings(examination.functions, examination.settings);
  const remote =
    config === undefined
      ? skippedChecks
      : await examineAccount({ ...examination, managementEndpoint, config, targets }, effects);
  return [
    ...local,
    ...checks,
    ...checkVariables(examination.misspelt),
    ...checkLambdaEnvironment(examination.functions, examination.settings),
    ...remote,
  ];
}

/** Without valid settings there is no endpoint and no key pair, so these checks are skipped. */
const skippedChecks: readonly Check[] = [
  "produce endpoint",
  "clock",
  "key pair",
  "topic",
  "bucket",
  "test message",
].map((check) => skipped({ check }, "the settings have to be right first"));

type AccountExamination = Examination & {
  readonly config: Config;
  readonly targets: readonly Target[];
};

async function examineAccount(
  examination: AccountExamination,
  effects: Effects,
): Promise<readonly Check[]> {
  const { config } = examination;
  const management = toManagementEndpoint(examination.managementEndpoint, config.endpoint);
  const contact = await checkEndpoint(config.endpoint, effects);
  const account = await readAccount(management, config, effects);
  const topics = toTopicsInUse(examination.targets, config);
  const message = examination.produce
    ? await produceTestMessage(config.topic ?? topics[0]?.topic, config, effects)
    : noTestMessage;
  const produced = toTestMessageOutcome(message);
  return [
    ...contact,
    checkKeyPair(proofOf(account), produced),
    checkSubAccount(config.keys.accessKey, produced),
    ...topics.flatMap((used) => checkTopic(used, account, { config, message })),
    ...(await checkBuckets(config, effects)),
    message,
  ];
}

function toTestMessageOutcome({ verdict }: Check): TestMessageOutcome {
  if (verdict === "skipped") {
    return undefined;
  }
  return verdict === "ok" ? "delivered" : "notDelivered";
}

async function readAccount(
  endpoint: string | undefined,
  { keys }: Config,
  effects: Effects,
): Promise<AccountTopics> {
  if (endpoint === undefined) {
    return { prefix: undefined, topics: undefined };
  }
  const call = createSignedCall(endpoint, keys, effects);
  const prefix = await readTopicPrefix(call);
  const { kind } = prefix;
  const isRefused = kind === "denied" || kind === "unauthenticated" || kind === "failed";
  // The second request would be refused for the same reason as the first, so it is not sent.
  return isRefused ? { prefix, topics: prefix } : { prefix, topics: await readTopics(call) };
}

/** Either read proves the key pair. */
function proofOf({ prefix, topics }: AccountTopics): ManagementResult<unknown> | undefined {
  const isProof = prefix?.kind === "unproved" && ["read", "accepted"].includes(topics?.kind ?? "");
  return isProof ? topics : prefix;
}

import type { Effects } from "../../lib/effects/effects.ts";
import type { Target } from "../../lib/model/function-definition.ts";
import type { Problem, Settings } from "../../lib/model/settings.ts";
import type { FunctionName } from "../../lib/registry/names.ts";
import type { Config } from "../../lib/settings/stream-config.ts";
import { createSignedCall } from "../shared/signed-call.ts";
import { checkArtifacts } from "./checks/artifacts.ts";
import { checkBuckets } from "./checks/buckets.ts";
import { type Check, skipped } from "./checks/check.ts";
import { checkEndpoint } from "./checks/endpoint.ts";
import { checkKeyPair, checkSubAccount, type Produced } from "./checks/key-pair.ts";
import {
  parseManagementEndpoint,
  readTopicPrefix,
  readTopics,
  toManagementEndpoint,
} from "./checks/management.ts";
import { checkNodeVersion } from "./checks/node-version.ts";
import { checkVariables, examineSettings } from "./checks/settings.ts";
import { noTestMessage, produceTestMessage } from "./checks/test-message.ts";
import { type Account, checkTopic, toTopicsInUse } from "./checks/topics.ts";

export type Examination = {
  readonly settings: Settings;
  /** Variables of the environment that are nearly settings. */
  readonly misspelt: readonly Problem[];
  readonly functions: readonly FunctionName[];
  /** Whether a test message is produced; nothing else here changes anything anywhere. */
  readonly produce: boolean;
  readonly managementEndpoint: string | undefined;
  /** The folder of the project. */
  readonly root: string;
  readonly nodeVersion: string;
};

/** Every check, in the order of the table. */
export async function examine(asked: Examination, effects: Effects): Promise<readonly Check[]> {
  const managementEndpoint = parseManagementEndpoint(asked.managementEndpoint);
  const local = [checkNodeVersion(asked.nodeVersion), ...(await checkArtifacts(asked.root))];
  const { checks, config, targets } = examineSettings(asked.functions, asked.settings);
  const remote =
    config === undefined
      ? unasked
      : await examineAccount({ ...asked, managementEndpoint, config, targets }, effects);
  return [...local, ...checks, ...checkVariables(asked.misspelt), ...remote];
}

/** Without an endpoint and a key pair there is nobody to ask. */
const unasked: readonly Check[] = [
  "produce endpoint",
  "clock",
  "key pair",
  "topic",
  "bucket",
  "test message",
].map((check) => skipped({ check }, "the settings have to be right first"));

type Asked = Examination & { readonly config: Config; readonly targets: readonly Target[] };

async function examineAccount(asked: Asked, effects: Effects): Promise<readonly Check[]> {
  const { config } = asked;
  const management = toManagementEndpoint(asked.managementEndpoint, config.endpoint);
  const contact = await checkEndpoint(config.endpoint, effects);
  const account = await readAccount(management, config, effects);
  const topics = toTopicsInUse(asked.targets, config);
  const message = asked.produce
    ? await produceTestMessage(config.topic ?? topics[0]?.topic, config, effects)
    : noTestMessage;
  const produced = toProduced(message);
  return [
    ...contact,
    checkKeyPair(account.prefix, produced),
    checkSubAccount(config.keys.accessKey, produced),
    ...topics.flatMap((used) => checkTopic(used, account, config)),
    ...(await checkBuckets(config, effects)),
    message,
  ];
}

function toProduced({ verdict }: Check): Produced {
  if (verdict === "skipped") {
    return undefined;
  }
  return verdict === "ok" ? "delivered" : "notDelivered";
}

async function readAccount(
  endpoint: string | undefined,
  { keys }: Config,
  effects: Effects,
): Promise<Account> {
  if (endpoint === undefined) {
    return { prefix: undefined, topics: undefined };
  }
  const call = createSignedCall(endpoint, keys, effects);
  const prefix = await readTopicPrefix(call);
  // What one call was refused for the next one would be refused for too.
  return { prefix, topics: prefix.kind === "read" ? await readTopics(call) : prefix };
}

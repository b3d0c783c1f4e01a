import type { FunctionCall } from "../../functions/host/function-call.ts";
import type { LocalOrigins } from "../emulator.ts";
import { type JsonObject, triggersIn } from "../resources.ts";
import { type RunningCloudFunctions, startCloudFunctions } from "../server.ts";
import { createDeployedActions, type DeployedActionsOptions } from "./deployed-actions.ts";
import { createDeployedTriggers } from "./deployed-triggers.ts";

export type HostedCloudFunctionsOptions = DeployedActionsOptions & {
  readonly port: number;
  /** Maps access key to secret key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  readonly origins: LocalOrigins;
  /** The zone of cron expressions: Asia/Seoul was seen once in Korea. */
  readonly timezone?: string;
  /** Makes a bucket that a deployed trigger names. In the cloud it is there before. */
  readonly addBucket: (name: string) => void;
  /** The time after a run in which its activation is not found: some 30 to 40 s in NAVER Cloud. The default is 0. */
  readonly activationDelayMs?: number;
};

export type HostedCloudFunctions = Pick<RunningCloudFunctions, "origin" | "close"> & {
  readonly bucketEvent: (bucket: string, event: JsonObject) => void;
  /** Takes every call of the host. Those of deployed actions become activations. */
  readonly addCall: (call: FunctionCall) => void;
};

/**
 * Starts the emulator of the Cloud Functions management API on the functions' host: what is deployed is what runs, its
 * triggers too. Everything is in memory, and gone at the end.
 */
export async function startHostedCloudFunctions(
  options: HostedCloudFunctionsOptions,
): Promise<HostedCloudFunctions> {
  const { port, accessKeys, origins, report, timezone = "Asia/Seoul", addBucket } = options;
  const actions = createDeployedActions(options);
  const triggers = createDeployedTriggers({
    ...{ timezone, report },
    // A trigger that was deleted meanwhile has nothing to fire.
    fire: (trigger, event) => emulator.fire(trigger, event).catch(() => undefined),
  });
  const emulator = await startCloudFunctions({
    ...{ port, accessKeys, origins, zone: "any" as const, run: actions.run },
    activationDelayMs: options.activationDelayMs ?? 0,
    callWeb: actions.callWeb,
    async onChange(resources) {
      await actions.update(resources);
      triggers.update(resources);
      for (const { bucketName } of triggersIn(resources).flatMap((one) => one.objectStorageLink)) {
        addBucket(String(bucketName));
      }
    },
  });
  return {
    origin: emulator.origin,
    bucketEvent: triggers.bucketEvent,
    addCall(call) {
      const activation = actions.activationOf(call);
      if (activation !== undefined) {
        emulator.addActivation(activation);
      }
    },
    async close() {
      triggers.close();
      await emulator.close();
      await actions.close();
    },
  };
}

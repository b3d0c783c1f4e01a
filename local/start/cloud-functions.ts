import {
  activationDelayRule,
  parseActivationDelay,
} from "../cloud-functions/activations/activation-delay.ts";
import {
  type HostedCloudFunctions,
  startHostedCloudFunctions,
} from "../cloud-functions/hosting/start-hosted.ts";
import { SettingProblem } from "../data-stream/start-problem.ts";
import type { BuiltFunction } from "../functions/built-functions.ts";
import type { Host } from "../functions/host/host-options.ts";
import type { RunningObjectStorage } from "../object-storage/server.ts";
import { accessKeysOf } from "./emulators.ts";
import { zoneOf } from "./functions.ts";
import type { LocalSettings } from "./local-settings.ts";
import type { Terminal } from "./terminal.ts";

type Given = {
  readonly port: number;
  readonly built: readonly BuiltFunction[];
  readonly host: Host;
  readonly dataStream: { readonly origin: string };
  readonly objectStorage: RunningObjectStorage;
  readonly terminal: Terminal;
};

/** Starts the emulator of the Cloud Functions management API: what `deploy --local` deploys to it runs on the host. */
export function startCloudFunctionsApi(
  { settings }: LocalSettings,
  { port, built, host, dataStream, objectStorage, terminal }: Given,
): Promise<HostedCloudFunctions> {
  return startHostedCloudFunctions({
    ...{ port, host, report: terminal.say, addBucket: objectStorage.addBucket },
    functionNames: built.map(({ name }) => name),
    accessKeys: { ...accessKeysOf(settings), ...deployKeysOf(settings) },
    origins: {
      dataStream: dataStream.origin,
      objectStorage: objectStorage.origin,
      functions: host.origin,
    },
    activationDelayMs: readActivationDelay(),
    ...zoneOf(settings),
  });
}

function readActivationDelay(): number {
  const delayMs = parseActivationDelay(process.env["STANDIN_ACTIVATION_DELAY_MS"]);
  if (delayMs === undefined) {
    throw new SettingProblem(activationDelayRule);
  }
  return delayMs;
}

/** A deployment may have a key pair of its own, in the settings file or the environment. */
function deployKeysOf(settings: LocalSettings["settings"]): Readonly<Record<string, string>> {
  const [accessKey, secretKey] = ["DEPLOY_ACCESS_KEY", "DEPLOY_SECRET_KEY"].map(
    (name) => settings[name] || process.env[name],
  );
  return accessKey && secretKey ? { [accessKey]: secretKey } : {};
}

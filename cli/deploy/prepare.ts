import { textOf } from "../../lib/encoding/unknown-object.ts";
import type { Problem, Settings } from "../../lib/model/settings.ts";
import { optional, parseFields } from "../../lib/settings/fields.ts";
import { headerKey, origin } from "../../lib/settings/rules.ts";
import { findMisspelt } from "../../lib/settings/settings.ts";
import { allSettingNames, functionNames, functions } from "../project/functions.ts";
import { pageOfSetting } from "../shared/page.ts";
import { findMisspeltVariables, loadSettings } from "../shared/settings-source.ts";
import { createSignedCall } from "../shared/signed-call.ts";
import type { Terminal } from "../shared/terminal.ts";
import { UsageError } from "../shared/usage-error.ts";
import { toPlainText } from "./api/api-failure.ts";
import { createManagementApi, type ManagementApi } from "./api/management-api.ts";
import { type DeployLocation, toDeployLocation } from "./api/regions.ts";
import { type ActionVersions, createActionVersions } from "./apply/action-version.ts";
import { deployKeys, readKeys } from "./deploy-keys.ts";
import type { CommandContext, DeployOptions } from "./deploy-options.ts";
import { loadArtifact } from "./desired/artifact.ts";
import { type Deployment, scheduledOptions } from "./desired/deployment.ts";
import { toWanted, uniqueProblems, type Wanted } from "./desired/desired-state.ts";
import { loadDeployment } from "./desired/load-config.ts";
import { findLocalSecrets } from "./desired/local-secrets.ts";
import { githubTriggers, type ReadSecret } from "./desired/triggers/desired-triggers.ts";
import { createGatewayApi, gatewayOriginOf, type PreparedGateway } from "./gateway/gateway-api.ts";
import {
  findLocalEmulators,
  isLoopback,
  type LocalEmulators,
  localOrigin,
} from "./local-emulators.ts";
import { loadRehearsalSettings } from "./local-settings.ts";
import { createHideSecrets } from "./output/hide-secrets.ts";

/** Everything that the command knows before its first call. */
export type Prepared = {
  readonly deployment: Deployment;
  readonly place: DeployLocation;
  /** The emulators of a rehearsal. */
  readonly local: LocalEmulators | undefined;
  readonly settings: Settings;
  /** Returns a secret of the settings file, else of the environment; empty if there is none. */
  readonly secretOf: ReadSecret;
  readonly api: ManagementApi;
  readonly versions: ActionVersions;
  /** API Gateway's own management API; undefined if it is left out. */
  readonly gateway: PreparedGateway | undefined;
  readonly hide: (text: string) => string;
  /** Text that says where to look if the key pair is refused. */
  readonly keyHint: readonly string[];
  readonly warnings: readonly string[];
};

export async function prepare(
  options: DeployOptions,
  { effects, terminal: { environment } }: CommandContext,
): Promise<Prepared> {
  const { config, settings: files = [], standIn } = options;
  const endpoint = endpointOf(options, environment);
  checkOrigins({ endpoint, emulator: standIn, "gateway-endpoint": options.gatewayEndpoint });
  const deployment = await loadDeployment(config);
  const load = options.local === true ? loadRehearsalSettings : loadSettings;
  const settings = load(files, environment);
  refuse(findMisspelt(settings, allSettingNames));
  const place = toDeployLocation(
    deployment.region,
    deployment.platform,
    endpoint?.replace(/\/$/, ""),
  );
  const { keys, isShared, secrets, keyHint } = readKeys(settings, environment);
  const secretOf = (name: string) => textOf(settings[name]) || (environment[name] ?? "");
  const tokens = githubTriggers(deployment).map(({ variable }) => variable);
  const hide = createHideSecrets(settings, [...secrets, ...tokens.map(secretOf)]);
  const local =
    options.local === true ? await findLocalEmulators(place.origin, effects) : undefined;
  const call = createSignedCall(place.origin, keys, effects);
  const callVersions = createSignedCall(place.versionOrigin ?? place.origin, keys, effects);
  const gatewayOrigin = gatewayOriginOf(place.region, { endpoint, ...options });
  return {
    deployment,
    place,
    local,
    settings,
    secretOf,
    api: createManagementApi(call, place, { ...effects, hide }),
    versions: createActionVersions(callVersions, { place, now: effects.now, hide }),
    gateway: options.gateway
      ? createGatewayApi({ origin: gatewayOrigin, keys, effects, hide })
      : undefined,
    ...{ hide, keyHint },
    warnings: [
      ...(isShared ? [sharedKeys] : []),
      ...warningsAboutStrangers(settings, tokens),
      ...findMisspeltVariables(environment).map(
        ({ setting, text }) => `the variable ${toPlainText(setting)} ${text}`,
      ),
    ],
  };
}

const sharedKeys =
  "the functions' own key pair signs these calls, so it may manage functions: set DEPLOY_ACCESS_KEY and DEPLOY_SECRET_KEY to those of another Sub Account";

/** Returns the origin of the management API that was chosen, if one was. */
function endpointOf(
  { endpoint, gatewayEndpoint, local }: DeployOptions,
  environment: Terminal["environment"],
): string | undefined {
  if (local !== true) {
    return endpoint;
  }
  if (endpoint !== undefined || gatewayEndpoint !== undefined) {
    const other = endpoint === undefined ? "--gateway-endpoint" : "--endpoint";
    throw new UsageError(`give --local or ${other}, not both: --local finds its own`);
  }
  const found = localOrigin(environment);
  if (found === undefined) {
    throw new UsageError("CLOUD_FUNCTIONS_PORT must be a port from 1 to 65535");
  }
  return found;
}

/** Refuses origins that are neither on this machine nor https. The API may be behind a proxy of yours. */
function checkOrigins(given: Readonly<Record<string, string | undefined>>): void {
  for (const [option, value] of Object.entries(given)) {
    const parsed = parseFields({ [option]: value }, { [option]: optional(origin) }, "--");
    refuse(parsed.ok ? [] : parsed.problems);
  }
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) {
    const page = pageOfSetting(problems[0]?.setting ?? "");
    throw new UsageError(
      problems.map(({ setting, text }) => `${setting} ${text}`).join("\n"),
      page,
    );
  }
}

function warningsAboutStrangers(settings: Settings, tokens: readonly string[]): readonly string[] {
  const known: readonly string[] = [...allSettingNames, ...deployKeys, ...tokens];
  return Object.keys(settings)
    .filter((name) => !known.includes(name))
    .map((name) => `${toPlainText(name)} is no setting: it goes nowhere`);
}

/** Throws a UsageError that names every wrong setting, before anything is sent. */
export function wantedFrom(
  { deployment, place, local, settings, secretOf }: Prepared,
  artifacts: string,
): Wanted {
  refuse(checkTokens(deployment, secretOf));
  const { platform, origin: api } = place;
  const wanted = toWanted({
    deployment,
    platform,
    settings,
    endpoints: local === undefined ? {} : endpointsOf(local),
    secretOf,
    load: (name) => loadArtifact(artifacts, name, deployment.artifact),
  });
  refuse(wanted.ok ? checkSchedules(deployment, settings) : wanted.problems);
  const actions = wanted.ok ? wanted.value.actions : [];
  const problems = actions.flatMap(({ parameters }) => [
    ...checkReachable(parameters),
    ...findLocalSecrets(parameters),
  ]);
  refuse(isLoopback(api) ? [] : uniqueProblems(problems));
  return wanted.ok
    ? wanted.value
    : { packageName: "-", packageMark: "", actions: [], triggers: [] };
}

/** A rehearsal never reaches the live stream or storage, whatever the settings and the configuration say. */
function endpointsOf({ dataStream, objectStorage }: LocalEmulators): Settings {
  return { DATASTREAM_ENDPOINT: dataStream, OBJECT_STORAGE_ENDPOINT: objectStorage };
}

/** Finds access tokens that are missing, or that no header could carry. */
function checkTokens(deployment: Deployment, secretOf: ReadSecret): readonly Problem[] {
  return githubTriggers(deployment)
    .filter(({ variable }) => !headerKey.isValid(secretOf(variable)))
    .map(({ variable, at }) => ({
      setting: variable,
      text: `must be GitHub's access token for ${at}, in a settings file or the environment: visible ASCII without spaces or placeholders`,
    }));
}

/** Refuses a setting that holds another schedule than the configuration: a schedule is in one place. */
function checkSchedules(deployment: Deployment, settings: Settings): readonly Problem[] {
  return functionNames.flatMap((name) => {
    const options = scheduledOptions(deployment, name);
    const setting = functions[name].schedule?.setting ?? "";
    const given = settings[setting];
    return options === undefined || !given || given === options.cron
      ? []
      : [
          {
            setting,
            text: `is not functions.${name}.cron: leave it out of the settings, the configuration sets both`,
          },
        ];
  });
}

/** Refuses the endpoints of `npm start`, which are on this machine: a function in the cloud does not reach them. */
function checkReachable(parameters: Settings): readonly Problem[] {
  return ["DATASTREAM_ENDPOINT", "OBJECT_STORAGE_ENDPOINT"]
    .filter((name) => isLoopback(String(parameters[name])))
    .map((setting) => ({ setting, text: "is on this machine, where the functions will not be" }));
}

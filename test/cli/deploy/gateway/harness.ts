import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type {
  CloudFunctionsOptions,
  RunningCloudFunctions,
} from "../../../../local/cloud-functions/server.ts";
import { startEmulator } from "../../../../local/data-stream/server.ts";
import { secretsInUse } from "../../../support/spoken.ts";
import { createRunner } from "../deployed-actions.ts";
import {
  closing,
  environment,
  type RunOptions,
  runDeploy,
  smallArtifacts,
  startCloudFunctionsEmulator,
  writeConfig,
} from "../harness.ts";

export const config = {
  region: "kr",
  vpc: { vpcNo: 11, subnetNo: 22 },
  functions: { webhook: {} },
};

const accessKeys = { [secretsInUse.ncloudAccessKey]: secretsInUse.ncloudSecretKey };

export type Deploy = (options: RunOptions) => ReturnType<typeof runDeploy>;

/** Starts the emulators, and returns the command with one configuration file, beside which --adopt writes. */
export async function startGateway(
  options: Partial<CloudFunctionsOptions> = {},
  given: unknown = config,
) {
  const stream = closing(
    await startEmulator({ port: 0, topics: { orders: 3 }, accessKeys, log: () => undefined }),
  );
  const runner = closing(createRunner());
  const emulator = await startCloudFunctionsEmulator({ run: runner.run, ...options });
  const file = writeConfig(given);
  const artifacts = options.run === undefined ? "dist" : smallArtifacts;
  const env = { ...environment, DATASTREAM_ENDPOINT: stream.origin };
  const deploy: Deploy = (asked) =>
    runDeploy(emulator.origin, { gateway: true, config: file, env, artifacts, ...asked });
  return { emulator, stream, deploy, file, template: templateBeside(file) };
}

/** Reads what --adopt wrote beside a configuration file. */
export function templateBeside(file: string) {
  const template = join(dirname(file), "deploy.gateway.local.json");
  return {
    file: template,
    read: () => (existsSync(template) ? JSON.parse(readFileSync(template, "utf8")) : undefined),
  };
}

/** Makes a trigger as a person does in the console. */
export async function makeInConsole(
  { origin }: Pick<RunningCloudFunctions, "origin">,
  asked: object = {},
): Promise<number> {
  const body = {
    ...{ product: "datastream-relay", api: "webhooks", stage: "v1" },
    ...{ action: "datastream-relay-webhook", ...asked },
  };
  const response = await fetch(`${origin}/_/api-gateway/console-trigger`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  return response.status;
}

/** Returns what API Gateway holds, without the ids and times, which differ from run to run. */
export function stateOf(emulator: RunningCloudFunctions): unknown {
  return emulator.products().map((product) => ({
    name: product.productName,
    description: product.productDescription,
    apis: [...product.apis.values()].map((api) => ({
      name: api.apiName,
      description: api.apiDescription,
      resources: [...api.resources.values()]
        .map(({ resourcePath, methods }) => ({
          resourcePath,
          methods: [...methods.values()].toSorted((a, b) => (a.methodName < b.methodName ? 1 : -1)),
        }))
        .toSorted((a, b) => a.resourcePath.length - b.resourcePath.length),
      stages: [...api.stages.values()].map((stage) => ({
        ...stage.fields,
        deployed: stage.deployments
          .filter(({ stageDeploymentNo }) => stageDeploymentNo === stage.deployedNo)
          .map(({ deploymentDescription, resources }) => ({
            deploymentDescription,
            methods: resources.map(({ methods }) => [...methods.keys()].toSorted()),
          })),
      })),
    })),
  }));
}

/** As the emulator's console makes it. */
export const sampleTemplate = {
  about: "for a test",
  format: 1,
  region: "kr",
  action: "datastream-relay-webhook",
  package: "-",
  methodName: "POST",
  ncpEndPoint: {
    service: "MADE_UP_BY_THE_EMULATOR",
    region: "KR",
    actionId: "{action.resourceId}",
    actionName: "{action}",
    method: "ANY",
    stream: true,
    url: "https://made-up.example/made-up/default/{action}",
  },
  endpointDomain: "NONE",
};

import type { Problem } from "../../../lib/model/settings.ts";
import type { FunctionName } from "../../../lib/registry/names.ts";
import {
  functionNames,
  isFunctionName,
  functions as registered,
  settingsOf,
} from "../../project/functions.ts";
import { type RegionName, regions } from "../api/regions.ts";
import { type Deployment, scheduledOptions } from "./deployment.ts";
import { toNames } from "./names.ts";

const httpKeys = ["web", "type", "http", "rawHttp", "raw-http", "apiGateway", "url"];

/**
 * Only a function that HTTP triggers is ever reachable over HTTP, and never as API Gateway's "webhook type", which
 * drops the headers that a signature is in.
 */
export function findExposed(given: unknown): readonly Problem[] {
  const functions = toObject(toObject(given)["functions"]);
  return Object.entries(functions).flatMap(([name, own]) =>
    Object.keys(toObject(own))
      .filter((key) => httpKeys.includes(key) && !(isWeb(name) && key === "apiGateway"))
      .map((key) => ({
        setting: `functions.${name}.${key}`,
        text: isWeb(name)
          ? `cannot be chosen: ${name} is always a web action with raw HTTP`
          : `is refused: ${name} is never exposed over HTTP`,
      })),
  );
}

function isWeb(name: string): boolean {
  return isFunctionName(name) && registered[name].triggeredBy === "http";
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function checkPlace(deployment: Deployment): readonly Problem[] {
  const { region, functions } = deployment;
  const platforms: readonly string[] = regions[region].platforms;
  const platform = deployment.platform ?? platforms[0] ?? "";
  const configured = Object.keys(functions) as FunctionName[];
  return [
    ...(platforms.includes(platform)
      ? []
      : [{ setting: "platform", text: `must be ${platforms.join(" or ")} in region ${region}` }]),
    ...(configured.length > 0 ? [] : [{ setting: "functions", text: "names no function" }]),
    ...checkPackage(deployment),
    ...(platform === "vpc" ? checkNetworks(deployment, configured) : refuseNetworks(deployment)),
    ...configured.flatMap((name) => checkBucketTrigger(region, name)),
  ];
}

/** "It can't be duplicated with other resource (package, action, trigger) names", say the pages of Cloud Functions. */
function checkPackage(deployment: Deployment): readonly Problem[] {
  const { packageName, actions, triggers } = toNames(deployment);
  const isTaken = [...Object.values(actions), ...Object.values(triggers)].includes(packageName);
  return isTaken
    ? [{ setting: "package", text: "has the name of an action or a trigger of this configuration" }]
    : [];
}

/** Checks that each function reads its own settings, and that a schedule is in one place. */
export function checkSettings(deployment: Deployment): readonly Problem[] {
  return functionNames.flatMap((name) => {
    const schedule = registered[name].schedule?.setting;
    const { cron } = scheduledOptions(deployment, name) ?? {};
    return Object.entries(deployment.functions[name]?.settings ?? {}).flatMap(([own, value]) => {
      const setting = `functions.${name}.settings.${own}`;
      if (!settingsOf(name).includes(own)) {
        return [{ setting, text: `is not read by ${name}` }];
      }
      return own === schedule && value !== cron
        ? [{ setting, text: `is not functions.${name}.cron: leave it out, cron sets both` }]
        : [];
    });
  });
}

function checkNetworks(
  { vpc, functions }: Deployment,
  configured: readonly FunctionName[],
): readonly Problem[] {
  return configured
    .filter((name) => vpc === undefined && functions[name]?.vpc === undefined)
    .map((name) => ({
      setting: `functions.${name}.vpc`,
      text: "is required on the vpc platform: { vpcNo, subnetNo }, here or for the whole file",
    }));
}

function refuseNetworks({ vpc, functions }: Deployment): readonly Problem[] {
  const own = Object.entries(functions).filter(([, options]) => options?.vpc !== undefined);
  const names = [
    ...(vpc === undefined ? [] : ["vpc"]),
    ...own.map(([name]) => `functions.${name}.vpc`),
  ];
  return names.map((setting) => ({ setting, text: "belongs to the vpc platform only" }));
}

function checkBucketTrigger(region: RegionName, name: FunctionName): readonly Problem[] {
  return region === "gov" && registered[name].triggeredBy === "object-storage"
    ? [
        {
          setting: `functions.${name}`,
          text: "cannot be deployed to gov: its triggers are documented to be cron and GitHub only",
        },
      ]
    : [];
}

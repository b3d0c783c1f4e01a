/**
 * Lists the origins of the management API of Cloud Functions, from the page "Cloud Functions overview" of
 * each zone's API guide (https://api.ncloud-docs.com, https://api-fin.ncloud-docs.com,
 * https://api-gov.ncloud-docs.com, read in November 2026).
 * Version 2.1 has flat trigger bodies and the action's type as a query parameter. Version 2.0 wraps a
 * trigger's body and has `web` in an action's body. The finance zone has version 2.1 without the parameter
 * `platform`. The public-sector zone has version 2.0 on Classic only.
 */
export const regions = {
  kr: {
    origin: "https://cloudfunctions.apigw.ntruss.com",
    versionOrigin: "https://kr-cloudfunctions.apigw.ntruss.com",
    version: "2.1",
    platforms: ["vpc", "classic"],
    platformIsSent: true,
    notes: [],
  },
  sg: {
    origin: "https://sg-cloudfunctions.apigw.ntruss.com",
    versionOrigin: "https://sg-cloudfunctions.apigw.ntruss.com",
    version: "2.1",
    platforms: ["vpc"],
    platformIsSent: true,
    notes: ["Data Stream is documented for the Korea region only: try the way there first"],
  },
  jp: {
    origin: "https://jp-cloudfunctions.apigw.ntruss.com",
    versionOrigin: "https://jp-cloudfunctions.apigw.ntruss.com",
    version: "2.1",
    platforms: ["vpc"],
    platformIsSent: true,
    notes: ["Data Stream is documented for the Korea region only: try the way there first"],
  },
  fin: {
    origin: "https://cloudfunctions.apigw.fin-ntruss.com",
    versionOrigin: undefined,
    version: "2.1",
    platforms: ["vpc"],
    platformIsSent: false,
    notes: [
      "no host of Data Stream is documented for the finance zone: try the way to the public one first",
    ],
  },
  gov: {
    origin: "https://cloudfunctions.apigw.gov-ntruss.com",
    versionOrigin: undefined,
    version: "2.0",
    platforms: ["classic"],
    platformIsSent: false,
    notes: [
      "no host of Data Stream is documented for the public-sector zone: try the way to the public one first",
    ],
  },
} as const satisfies Readonly<Record<string, RegionShape>>;

export type Platform = "vpc" | "classic";

type RegionShape = {
  readonly origin: string;
  /**
   * API v3, which makes versions of actions. It names no host for the finance and public-sector zones
   * (https://api.ncloud-docs.com/docs/pub-cloud-functions-v3-overview, read 2026-11-30).
   */
  readonly versionOrigin: string | undefined;
  readonly version: "2.0" | "2.1";
  readonly platforms: readonly Platform[];
  readonly platformIsSent: boolean;
  /** Tells a person what to know before relying on the region. Every plan prints these notes. */
  readonly notes: readonly string[];
};

export type RegionName = keyof typeof regions;

export const regionNames = Object.keys(regions) as readonly RegionName[];

/** Describes the region, platform and API version that are deployed to. */
export type DeployLocation = {
  readonly region: RegionName;
  readonly origin: string;
  /** The origin of the API for versions of actions; undefined if there are none. */
  readonly versionOrigin: string | undefined;
  readonly version: "2.0" | "2.1";
  readonly basePath: "/ncf/api/v2" | "/api/v2";
  readonly platform: Platform;
  readonly platformIsSent: boolean;
  readonly notes: readonly string[];
};

export function toDeployLocation(
  region: RegionName,
  platform: Platform | undefined,
  endpoint: string | undefined,
): DeployLocation {
  const { origin, versionOrigin, version, platforms, platformIsSent, notes } = regions[region];
  const chosen = platform ?? platforms[0];
  return {
    region,
    origin: endpoint ?? origin,
    versionOrigin:
      versionOrigin === undefined || chosen !== "vpc" ? undefined : (endpoint ?? versionOrigin),
    version,
    basePath: version === "2.1" ? "/ncf/api/v2" : "/api/v2",
    platform: chosen,
    platformIsSent,
    notes: [
      ...notes,
      ...(chosen === "vpc" ? [vpcNote] : []),
      ...(chosen === "vpc" && region === "kr" ? [subnetNote] : []),
    ],
  };
}

const vpcNote =
  "whether an action in a VPC reaches the internet, and so Data Stream, without a NAT gateway is not documented: the smoke call shows it";
const subnetNote = "in Korea only subnets of the zone KR-2 are documented to take actions";

import type { KeyPair } from "../../../lib/model/key-pair.ts";
import { createSignedCall } from "../../shared/signed-call.ts";
import { createManagementApi, type ManagementApi } from "../api/management-api.ts";
import type { RegionName } from "../api/regions.ts";
import type { CommandContext } from "../deploy-options.ts";
import { isLoopback } from "../local-emulators.ts";

/**
 * The origins of API Gateway's management API by zone, from the pages "API Gateway overview" of each zone's API guide
 * (https://api.ncloud-docs.com/docs/apigateway, read 2026-11-30). One host serves the three public regions.
 */
const origins: Readonly<Record<RegionName, string>> = {
  kr: "https://apigateway.apigw.ntruss.com",
  sg: "https://apigateway.apigw.ntruss.com",
  jp: "https://apigateway.apigw.ntruss.com",
  fin: "https://apigateway.apigw.fin-ntruss.com",
  gov: "https://apigateway.apigw.gov-ntruss.com",
};

/** The pages of September 2026 write it. Older ones leave it out. */
const basePath = "/api/v1";

/**
 * Returns the origin of API Gateway's management API. An emulator or a proxy on this machine that stands for Cloud
 * Functions stands for both, so that a rehearsal never reaches the live API.
 */
export function gatewayOriginOf(
  region: RegionName,
  given: { readonly endpoint: string | undefined; readonly gatewayEndpoint?: string },
): string {
  const { endpoint, gatewayEndpoint } = given;
  const local = endpoint !== undefined && isLoopback(endpoint) ? endpoint : undefined;
  return (gatewayEndpoint ?? local ?? origins[region]).replace(/\/$/, "");
}

type Client = {
  readonly origin: string;
  readonly keys: KeyPair;
  readonly effects: CommandContext["effects"];
  readonly hide: (text: string) => string;
};

export type PreparedGateway = {
  readonly api: ManagementApi;
  readonly origin: string;
  /** The API is on this machine, so what it serves is too. */
  readonly isRehearsal: boolean;
};

export function createGatewayApi({ origin, keys, effects, hide }: Client): PreparedGateway {
  const place = { basePath, platform: "vpc", platformIsSent: false } as const;
  const call = createSignedCall(origin, keys, effects);
  const api = createManagementApi(call, place, { ...effects, hide, adviceFor });
  return { api, origin, isRehearsal: isLoopback(origin) };
}

/** Seen in public code that was run in September 2026. */
const noRightToCreate = "10011";
const refusedResource = "10002";
const policy = "NCP_API_GATEWAY_MANAGER";

/** Says what to do about a failure. Only the gateway's own codes of three digits are documented. */
export function adviceFor(status: number, errorCode: string): string {
  if (errorCode === noRightToCreate) {
    return `. The Sub Account may not make an API: give it ${policy}, or Change/createAPI and Change/updateAPI. --no-gateway leaves API Gateway out`;
  }
  if (errorCode === refusedResource) {
    return `. API Gateway refused a resource; why is not documented. Check that the Sub Account has ${policy}, make the resource in the console, and run the same command again`;
  }
  if (status === 401 && errorCode === "210") {
    return `. The key pair is known and may not do this: give its Sub Account ${policy}, or use --no-gateway`;
  }
  if (status === 401) {
    return ". Check the key pair, and this machine's clock: 5 minutes of difference are refused";
  }
  if (status === 403) {
    return `. Give the key pair's Sub Account ${policy}, and look at its allowed sources. --no-gateway leaves API Gateway out`;
  }
  if (status === 404 && errorCode === "300") {
    return ". The gateway does not know this path: check region and --gateway-endpoint";
  }
  return refusals.includes(status)
    ? ". Look whether the account has subscribed to API Gateway in the console. --no-gateway leaves it out"
    : "";
}

/** The answer to an account that has not subscribed to API Gateway is not documented. */
const refusals = [400, 402, 404, 405, 406, 410, 412, 422];

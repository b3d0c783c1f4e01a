import type { UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import { childPath, parentPath } from "../wanted-gateway.ts";

export type Described = {
  readonly id: string;
  /** Undefined if the API does not show it. */
  readonly description: string | undefined;
};

export type ActualResource = {
  readonly id: string;
  readonly path: string;
  readonly methodNames: readonly string[];
};

export type ActualMethod = {
  readonly name: string;
  readonly description: string | undefined;
  /** Undefined if the method leads elsewhere, or if it is not shown. */
  readonly endPoint: UnknownObject | undefined;
  /** The name of the action that it leads to; empty if it leads elsewhere. */
  readonly action: string;
  /** True if it asks for an API key or an authentication, which senders do not have. */
  readonly isLocked: boolean;
};

export type ActualStage = {
  readonly id: string;
  readonly endpointDomain: string | undefined;
  readonly deployedNo: number | undefined;
  readonly deployments: readonly {
    readonly no: number;
    readonly description: string | undefined;
  }[];
  /** True if all deployments are known, so that the oldest of them is the one that made the stage. */
  readonly isWhole: boolean;
};

/** The state of API Gateway under the configured names. An undefined part is not there. */
export type ActualGateway = {
  readonly product: Described | undefined;
  readonly api: Described | undefined;
  readonly resources: readonly ActualResource[];
  /** The methods of `/webhook/{type+}`. */
  readonly methods: readonly ActualMethod[];
  readonly stage: ActualStage | undefined;
  /** Methods that the deployed state of the stage serves, and the URL that the API shows for them. */
  readonly served: readonly string[];
  readonly invokeUrl: string | undefined;
};

export const nothing: ActualGateway = {
  ...{ product: undefined, api: undefined, resources: [], methods: [] },
  ...{ stage: undefined, served: [], invokeUrl: undefined },
};

/** The parts of the state, each below the one before. */
export type Level = "product" | "api" | "resource" | "method" | "stage";

export function pathOf(known: ActualGateway, below = ""): string {
  const api = known.api === undefined ? "" : `/apis/${known.api.id}`;
  return `/products/${known.product?.id ?? ""}${api}${below}`;
}

export function childOf({ resources }: ActualGateway): ActualResource | undefined {
  return resources.find(({ path }) => path === childPath);
}

export function parentOf({ resources }: ActualGateway): ActualResource | undefined {
  return resources.find(({ path }) => path === parentPath);
}

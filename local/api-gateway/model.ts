import { randomBytes } from "node:crypto";
import type { JsonObject } from "../cloud-functions/resources.ts";
import type { OutgoingResponse } from "../http/response.ts";

/** A method as it was posted. Its `methodName` is `ANY` or one HTTP method. */
export type GatewayMethod = JsonObject & { readonly methodName: string };

export type GatewayResource = {
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly methods: Map<string, GatewayMethod>;
};

/** The content of a deployment: the API as it was then. */
export type GatewayDeployment = {
  readonly stageDeploymentNo: number;
  readonly deployedTime: string;
  readonly deploymentDescription: string;
  readonly resources: readonly GatewayResource[];
};

export type GatewayStage = {
  readonly stageId: string;
  readonly stageName: string;
  /** The fields as they were posted, without the deployment's description. */
  readonly fields: JsonObject;
  usagePlan: JsonObject;
  deployedNo: number;
  readonly deployments: GatewayDeployment[];
};

export type GatewayApi = {
  readonly apiId: string;
  readonly apiName: string;
  readonly apiDescription: string;
  readonly resources: Map<string, GatewayResource>;
  readonly stages: Map<string, GatewayStage>;
};

export type GatewayProduct = {
  readonly productId: string;
  readonly productName: string;
  readonly subscriptionCode: string;
  readonly productDescription: string;
  readonly apis: Map<string, GatewayApi>;
};

/** A request to a web action, as the gateway hands it on. */
export type WebRequest = {
  readonly method: string;
  /** The path that the resource's `{…+}` took, such as `/github`; empty if it has none. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

/** The action that a method's `ncpEndPoint` names. */
export type EndPoint = { readonly actionId: string; readonly actionName: string };

/** Parts of the API whose form is not known, so that readers are tried with each. */
export type GatewayForms = {
  /** POST of a method answers with `methods` or with `method`. */
  readonly postedMethod: "methods" | "method";
  /** The largest number of items in a list, whatever `limit` says. */
  readonly pageSize: number;
  /** A method shows its end point as an object, or as JSON text in `endpointConfigJson`. */
  readonly endPoint: "object" | "json";
  /** The value of an end point that decides which action is called. */
  readonly actionBy: "id" | "name";
  /** Lists and reads show descriptions. */
  readonly descriptions: boolean;
  /** Writes that this key pair has no right to: 403 with 10011, and with 10002. */
  readonly denied: readonly ("api" | "resource")[];
};

export type ApiGateway = {
  readonly products: Map<string, GatewayProduct>;
  readonly forms: GatewayForms;
  /** Calls a deployed web action; undefined if there is none of this name. */
  readonly callAction: (
    endPoint: EndPoint,
    request: WebRequest,
  ) => Promise<OutgoingResponse | undefined>;
  readonly now: () => number;
};

export function createApiGateway(
  options: Pick<ApiGateway, "callAction" | "now"> & { readonly forms?: Partial<GatewayForms> },
): ApiGateway {
  const { callAction, now, forms = {} } = options;
  return {
    products: new Map(),
    forms: {
      postedMethod: "methods",
      pageSize: 100,
      endPoint: "object",
      actionBy: "id",
      descriptions: true,
      denied: [],
      ...forms,
    },
    callAction,
    now,
  };
}

/** The product and the API that a call is below. */
export type ApiPlace = {
  readonly product: GatewayProduct;
  readonly api: GatewayApi;
  readonly gateway: ApiGateway;
};

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Ids have at most ten letters and digits. */
export function newId(): string {
  return [...randomBytes(10)].map((byte) => letters[byte % letters.length]).join("");
}

export function isProductId(text: string): boolean {
  return /^[a-z0-9]{10}$/.test(text);
}

/** One call below `/api/v1`, whose signature was verified. */
export type GatewayCall = {
  readonly method: string;
  readonly segments: readonly string[];
  readonly search: URLSearchParams;
  readonly body: JsonObject;
  /** The address of the emulator, which serves the stages too. */
  readonly origin: string;
};

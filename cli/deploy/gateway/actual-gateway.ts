import {
  isUnknownObject,
  textOf,
  type UnknownObject,
} from "../../../lib/encoding/unknown-object.ts";
import { parseObject } from "../../shared/parse-object.ts";
import { findContent, type ManagementApi } from "../api/management-api.ts";
import { firstTextIn, idIn, listIn, numberIn, objectOf, readItems } from "./read-lists.ts";
import { childPath, isMarked, parentPath, type WantedGateway } from "./wanted-gateway.ts";

type Described = {
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

const levels: readonly Level[] = ["product", "api", "resource", "method", "stage"];

/** Reads everything under the configured names, or from one level on. */
export async function readGateway(
  wanted: WantedGateway,
  api: ManagementApi,
  {
    from = "product",
    known = nothing,
  }: { readonly from?: Level; readonly known?: ActualGateway } = {},
): Promise<ActualGateway> {
  let actual = known;
  for (const level of levels.slice(levels.indexOf(from))) {
    actual = await readLevel(level, actual, { wanted, api });
  }
  return actual;
}

type ReadContext = { readonly wanted: WantedGateway; readonly api: ManagementApi };

/** Reads one level anew. What is above it is taken as known. */
export async function readLevel(
  level: Level,
  known: ActualGateway,
  context: ReadContext,
): Promise<ActualGateway> {
  switch (level) {
    case "product":
      return { ...known, product: await findProduct(context) };
    case "api":
      return { ...known, api: known.product && (await findApi(known.product.id, context)) };
    case "resource":
      return { ...known, resources: await readResources(known, context) };
    case "method":
      return { ...known, methods: await readMethods(childOf(known), known, context) };
    case "stage":
      return await readStage(known, context);
  }
}

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

/** The name is looked for exactly: how the query is compared is not documented. One that bears our mark goes first. */
async function findProduct({ wanted, api }: ReadContext): Promise<Described | undefined> {
  const { items } = await readItems(
    {
      ...{ path: "/products", query: { productName: wanted.product } },
      ...{ names: ["content", "products", "list"], id: "productId" },
    },
    api,
  );
  const found = items
    .filter((item) => item["productName"] === wanted.product && isThere(item))
    .map((item) => describe(item, "productId", ["productDescription", "description"]));
  return found.find(({ description }) => isMarked(description)) ?? found[0];
}

function isThere(item: UnknownObject): boolean {
  return item["isDeleted"] !== true;
}

function describe(item: UnknownObject, id: string, names: readonly string[]): Described {
  return { id: idIn(item, id) ?? "", description: firstTextIn(item, names) };
}

const apiDescriptions = ["apiDescription", "description"];

export function listApis(productId: string, api: ManagementApi, name?: string) {
  const query = name === undefined ? {} : { apiName: name, withStage: "true" };
  const path = `/products/${productId}/apis`;
  return readItems({ path, query, names: ["apis", "content", "list"], id: "apiId" }, api);
}

async function findApi(
  productId: string,
  { wanted, api }: ReadContext,
): Promise<Described | undefined> {
  const { items } = await listApis(productId, api, wanted.api);
  const found = items.find((item) => item["apiName"] === wanted.api && isThere(item));
  if (found === undefined) {
    return undefined;
  }
  const listed = describe(found, "apiId", apiDescriptions);
  if (listed.description !== undefined) {
    return listed;
  }
  // An item of the list has no description in the one known form of it.
  const read = await findContent(api, `/products/${productId}/apis/${listed.id}`);
  return { ...listed, description: firstTextIn(objectOf(read ?? {}, "api"), apiDescriptions) };
}

async function readResources(
  known: ActualGateway,
  { api }: ReadContext,
): Promise<readonly ActualResource[]> {
  if (known.api === undefined) {
    return [];
  }
  const path = pathOf(known, "/resources");
  const answer = await api({ method: "GET", path });
  return listIn(answer, ["resourceList", "resources", "content", "list"]).flatMap((item) => {
    const id = idIn(item, "resourceId");
    const resourcePath = textOf(item["resourcePath"]);
    const methods = listIn(item, ["methods"]);
    const methodNames = methods.map((one) => textOf(one["methodName"]).toUpperCase());
    return id === undefined ? [] : [{ id, path: resourcePath, methodNames }];
  });
}

export async function readMethods(
  resource: ActualResource | undefined,
  known: ActualGateway,
  { api }: Pick<ReadContext, "api">,
): Promise<readonly ActualMethod[]> {
  if (resource === undefined) {
    return [];
  }
  const path = pathOf(known, `/resources/${resource.id}/methods`);
  const answer = await api({ method: "GET", path });
  return listIn(answer, ["methods", "content", "list"]).flatMap(toMethod);
}

function toMethod(item: UnknownObject): readonly ActualMethod[] {
  const name = textOf(item["methodName"]).toUpperCase();
  if (!/^[A-Z]{3,7}$/.test(name)) {
    return [];
  }
  const endPoint = endPointOf(item);
  const { requiredApiKey, authentication } = item;
  const platform = isUnknownObject(authentication) ? authentication["platform"] : undefined;
  const required = isUnknownObject(requiredApiKey) ? requiredApiKey["required"] : requiredApiKey;
  return [
    {
      ...{ name, description: firstTextIn(item, ["methodDescription", "description"]), endPoint },
      action: textOf(endPoint?.["actionName"]).split("/").at(-1) ?? "",
      isLocked:
        required === true || (typeof platform === "string" && platform.toUpperCase() !== "NONE"),
    },
  ];
}

/** The vendor's export has two fields for it: an object, and JSON text. */
function endPointOf(item: UnknownObject): UnknownObject | undefined {
  const given = item["ncpEndPoint"] ?? item["endpointConfigJson"];
  const object = typeof given === "string" ? parseObject(given) : given;
  if (!isUnknownObject(object)) {
    return undefined;
  }
  return objectOf(object, "ncpEndPoint");
}

async function readStage(known: ActualGateway, context: ReadContext): Promise<ActualGateway> {
  const none = { ...known, stage: undefined, served: [], invokeUrl: undefined };
  if (known.api === undefined) {
    return none;
  }
  const path = pathOf(known, "/stages");
  const answer = await context.api({ method: "GET", path });
  const item = listIn(answer, ["stages", "content", "list"]).find(
    (one) => one["stageName"] === context.wanted.stage,
  );
  const id = item === undefined ? undefined : idIn(item, "stageId");
  if (item === undefined || id === undefined) {
    return none;
  }
  const stage = await toStage(id, item, { known, context });
  return { ...known, stage, ...(await readServed(stage, known, context)) };
}

const noField = "deployedStageDeploymentNo";

async function toStage(
  id: string,
  item: UnknownObject,
  { known, context }: { readonly known: ActualGateway; readonly context: ReadContext },
): Promise<ActualStage> {
  const path = pathOf(known, `/stages/${id}`);
  const { items, isWhole } = await readItems(
    {
      ...{ path: `${path}/deployments`, names: ["content", "deployments", "list"] },
      id: "stageDeploymentNo",
    },
    context.api,
  );
  const inList = numberIn(item, noField);
  const read =
    inList === undefined ? objectOf((await findContent(context.api, path)) ?? {}, "stage") : item;
  const deployments = items.map((one) => ({
    no: numberIn(one, "stageDeploymentNo") ?? 0,
    description: firstTextIn(one, ["deploymentDescription", "description"]),
  }));
  const deployedNo = numberIn(read, noField) ?? newestOf(deployments);
  return {
    id,
    endpointDomain: firstTextIn(read, ["endpointDomain"]),
    deployedNo,
    deployments,
    isWhole,
  };
}

function newestOf(deployments: ActualStage["deployments"]): number | undefined {
  return deployments.length === 0 ? undefined : Math.max(...deployments.map(({ no }) => no));
}

/** The row of a URL is there only for a method that the deployment has. */
async function readServed(
  { id, deployedNo }: ActualStage,
  known: ActualGateway,
  { api }: ReadContext,
): Promise<Pick<ActualGateway, "served" | "invokeUrl">> {
  const child = childOf(known);
  const served: string[] = [];
  let invokeUrl: string | undefined;
  if (child !== undefined && deployedNo !== undefined) {
    const below = `/stages/${id}/deployments/${deployedNo}/resources/${child.id}/methods`;
    for (const { name } of known.methods) {
      const row = await findContent(api, pathOf(known, `${below}/${name}`));
      if (row !== undefined) {
        served.push(name);
        invokeUrl ??= firstTextIn(objectOf(row, "stageMethod"), ["invokeUrl"]);
      }
    }
  }
  return { served, invokeUrl };
}

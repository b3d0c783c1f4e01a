import { textOf, type UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import { findContent, type ManagementApi } from "../../api/management-api.ts";
import { isMarked, type WantedGateway } from "../wanted-gateway.ts";
import {
  type ActualGateway,
  type ActualResource,
  type Described,
  pathOf,
} from "./actual-gateway.ts";
import { firstTextIn, idIn, listIn, objectOf, readItems } from "./read-lists.ts";

export type ReadContext = { readonly wanted: WantedGateway; readonly api: ManagementApi };

/** The name is looked for exactly: how the query is compared is not documented. One that bears our mark goes first. */
export async function findProduct({ wanted, api }: ReadContext): Promise<Described | undefined> {
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

export async function findApi(
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

export async function readResources(
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

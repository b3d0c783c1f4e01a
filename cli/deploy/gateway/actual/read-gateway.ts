import type { ManagementApi } from "../../api/management-api.ts";
import type { WantedGateway } from "../wanted-gateway.ts";
import { type ActualGateway, childOf, type Level, nothing } from "./actual-gateway.ts";
import { findApi, findProduct, type ReadContext, readResources } from "./read-api.ts";
import { readMethods } from "./read-methods.ts";
import { readStage } from "./read-stage.ts";

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

/** Reads one level anew. The levels above it are taken as known. */
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

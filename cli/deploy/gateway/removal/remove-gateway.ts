import { ApiFailure } from "../../api/api-failure.ts";
import type { ManagementApi } from "../../api/management-api.ts";
import type { ReportedChange } from "../../output/report.ts";
import {
  type ActualGateway,
  type ActualResource,
  childOf,
  parentOf,
  pathOf,
} from "../actual/actual-gateway.ts";
import { listApis } from "../actual/read-api.ts";
import {
  childPath,
  isMarked,
  isOurApi,
  isOurs,
  parentPath,
  type WantedGateway,
} from "../wanted-gateway.ts";

/** A resource of API Gateway that has one of our names. A kept one has no path. */
export type GatewayRemoval = ReportedChange & { readonly path?: string };

/**
 * Plans the removal of what this command made, from the bottom to the top. A resource that holds anything else is kept, and so
 * is everything above it.
 */
export async function planGatewayRemoval(
  actual: ActualGateway,
  wanted: WantedGateway,
  api: ManagementApi,
): Promise<readonly GatewayRemoval[]> {
  if (actual.product === undefined) {
    return [];
  }
  const isOwn = isOurApi(actual, wanted);
  const methods = actual.methods.map((one) => methodRemoval(one, actual, wanted));
  const stages = stageRemovals(actual, wanted);
  const foreign = [...methods, ...stages].filter(({ change }) => change === "kept");
  const isFree = isOwn && foreign.length === 0 && !hasOtherResources(actual);
  return [
    ...methods,
    ...stages,
    ...(isFree ? resourceRemovals(actual) : []),
    ...apiRemovals(actual, wanted, { isOwn, isFree }),
    await productRemoval(actual, wanted, { isApiGone: actual.api === undefined || isFree, api }),
  ];
}

const notOurs = "it was not made by this command";

function methodRemoval(
  { name, description, action }: ActualGateway["methods"][number],
  actual: ActualGateway,
  wanted: WantedGateway,
): GatewayRemoval {
  const own = { kind: "gateway method", name: `${name} ${childPath}`, fields: [] };
  const path = pathOf(actual, `/resources/${childOf(actual)?.id ?? ""}/methods/${name}`);
  const reason =
    action === wanted.action
      ? `${notOurs}: delete the trigger at the action ${action} in the console`
      : notOurs;
  return isOurs(description, wanted)
    ? { ...own, change: "delete", path }
    : { ...own, change: "kept", reason };
}

/** The oldest deployment made the stage, so its description tells who did. */
function stageRemovals(actual: ActualGateway, wanted: WantedGateway): readonly GatewayRemoval[] {
  const { stage } = actual;
  if (stage === undefined) {
    return [];
  }
  const own = { kind: "gateway stage", name: wanted.stage, fields: [] };
  const [oldest] = stage.deployments.toSorted((a, b) => a.no - b.no);
  return [
    stage.isWhole && isMarked(oldest?.description) && isOurApi(actual, wanted)
      ? { ...own, change: "delete", path: pathOf(actual, `/stages/${stage.id}`) }
      : { ...own, change: "kept", reason: notOurs },
  ];
}

function hasOtherResources({ resources }: ActualGateway): boolean {
  return resources.some(
    ({ path, methodNames }) =>
      path !== childPath && (methodNames.length > 0 || !["/", parentPath].includes(path)),
  );
}

/** A resource has no description. In our own API, with nothing else in it, these are ours. */
function resourceRemovals(actual: ActualGateway): readonly GatewayRemoval[] {
  const found = [childOf(actual), parentOf(actual)].filter(
    (one): one is ActualResource => one !== undefined,
  );
  return found.map(({ id, path: name }) => ({
    ...{ kind: "gateway resource", name, change: "delete", fields: [] },
    path: pathOf(actual, `/resources/${id}`),
  }));
}

function apiRemovals(
  actual: ActualGateway,
  { product, api: name }: WantedGateway,
  { isOwn, isFree }: { readonly isOwn: boolean; readonly isFree: boolean },
): readonly GatewayRemoval[] {
  if (actual.api === undefined) {
    return [];
  }
  const own = { kind: "gateway api", name: `${product}/${name}`, fields: [] };
  const reason = isOwn ? "it holds something else" : notOurs;
  return [
    isFree
      ? { ...own, change: "delete", path: pathOf(actual) }
      : { ...own, change: "kept", reason },
  ];
}

type ProductFacts = { readonly isApiGone: boolean; readonly api: ManagementApi };

async function productRemoval(
  { product, api: found }: ActualGateway,
  wanted: WantedGateway,
  { isApiGone, api }: ProductFacts,
): Promise<GatewayRemoval> {
  const own = { kind: "gateway product", name: wanted.product, fields: [] };
  const id = product?.id ?? "";
  if (!isMarked(product?.description)) {
    return { ...own, change: "kept", reason: notOurs };
  }
  const { items, isWhole } = await listApis(id, api);
  const others = items.filter(
    ({ apiId, isDeleted }) => isDeleted !== true && apiId !== (found?.id ?? ""),
  );
  return isApiGone && isWhole && others.length === 0
    ? { ...own, change: "delete", path: `/products/${id}` }
    : { ...own, change: "kept", reason: "it holds something else" };
}

/** Deletes one resource. A resource that is gone already is fine, and one that others have used meanwhile stays. */
export async function removeFromGateway(
  { path, ...removal }: GatewayRemoval,
  api: ManagementApi,
): Promise<ReportedChange> {
  if (path === undefined) {
    return removal;
  }
  try {
    await api({ method: "DELETE", path });
    return removal;
  } catch (error) {
    if (!(error instanceof ApiFailure)) {
      throw error;
    }
    if (error.isAbsent) {
      return { ...removal, change: "absent" };
    }
    if (error.isConflict) {
      return { ...removal, change: "kept", reason: "it holds something else" };
    }
    throw error;
  }
}

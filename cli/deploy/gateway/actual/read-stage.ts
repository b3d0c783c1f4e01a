import type { UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import { findContent } from "../../api/management-api.ts";
import { type ActualGateway, type ActualStage, childOf, pathOf } from "./actual-gateway.ts";
import type { ReadContext } from "./read-api.ts";
import { firstTextIn, idIn, listIn, numberIn, objectOf, readItems } from "./read-lists.ts";

export async function readStage(
  known: ActualGateway,
  context: ReadContext,
): Promise<ActualGateway> {
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

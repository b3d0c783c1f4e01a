import {
  isUnknownObject,
  textOf,
  type UnknownObject,
} from "../../../../lib/encoding/unknown-object.ts";
import { parseObject } from "../../../shared/parse-object.ts";
import {
  type ActualGateway,
  type ActualMethod,
  type ActualResource,
  pathOf,
} from "./actual-gateway.ts";
import type { ReadContext } from "./read-api.ts";
import { firstTextIn, listIn, objectOf } from "./read-lists.ts";

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

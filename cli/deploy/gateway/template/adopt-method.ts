import { textOf, type UnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import type { ManagementApi } from "../../api/management-api.ts";
import {
  type ActualGateway,
  type ActualMethod,
  type ActualResource,
  childOf,
} from "../actual/actual-gateway.ts";
import { readMethods } from "../actual/read-methods.ts";
import { childPath, isOurApi, isOurs, type WantedGateway } from "../wanted-gateway.ts";
import { endPointFields, toTemplateEndPoint } from "./end-point.ts";
import type { MethodTemplate } from "./template.ts";

export type Adoption =
  | { readonly kind: "found"; readonly template: MethodTemplate; readonly at: string }
  | { readonly kind: "none"; readonly reason: string };

type AdoptContext = {
  readonly wanted: WantedGateway;
  /** The action as Cloud Functions shows it. */
  readonly action: UnknownObject | undefined;
  readonly api: ManagementApi;
};

const resourcesMax = 100;

/**
 * Looks in the configured API for a method that a person made in the console and that leads to our action, on our
 * resource first, and makes a template of it. Reads only.
 */
export async function findAdoptable(
  actual: ActualGateway,
  { wanted, action, api }: AdoptContext,
): Promise<Adoption> {
  const others = actual.resources.filter(
    ({ path, methodNames }) => path !== childPath && methodNames.length > 0,
  );
  const resources = [childOf(actual), ...others].filter(
    (one): one is ActualResource => one !== undefined,
  );
  for (const resource of resources.slice(0, resourcesMax)) {
    const methods = await readMethods(resource, actual, { api });
    const found = pickMethod(methods, wanted);
    if (found !== undefined) {
      return toAdoption(found, `${found.name} ${resource.path}`, { actual, wanted, action });
    }
  }
  return {
    kind: "none",
    reason: `no method of ${wanted.product}/${wanted.api} leads to the action ${wanted.action} and was made in the console`,
  };
}

/** One ANY serves every method, so it goes first; then POST, which carries the events. */
function pickMethod(
  methods: readonly ActualMethod[],
  wanted: WantedGateway,
): ActualMethod | undefined {
  const own = methods.filter(
    ({ action, description }) => action === wanted.action && !isOurs(description, wanted),
  );
  return (
    own.find(({ name }) => name === "ANY") ?? own.find(({ name }) => name === "POST") ?? own[0]
  );
}

/** Returns what a method holds; undefined if it shows less than a new one needs. */
export function readTemplate(
  method: ActualMethod,
  { actual, wanted, action }: AdoptedFrom,
): MethodTemplate | undefined {
  const adoption = toAdoption(method, "", { actual, wanted, action });
  return adoption.kind === "found" ? adoption.template : undefined;
}

type AdoptedFrom = Omit<AdoptContext, "api"> & { readonly actual: ActualGateway };

function toAdoption(
  { name, endPoint = {} }: ActualMethod,
  at: string,
  { actual, wanted, action }: AdoptedFrom,
): Adoption {
  const facts = { action: wanted.action, package: wanted.packageName, content: action };
  const ncpEndPoint = toTemplateEndPoint(endPoint, facts, name);
  const missing = endPointFields.find((field) => ncpEndPoint[field] === undefined);
  if (missing !== undefined) {
    return {
      kind: "none",
      reason: `the method ${at} shows no ncpEndPoint.${missing}, which a new one needs`,
    };
  }
  if (/^https?:\/\/[^/]*@/.test(textOf(endPoint["url"]))) {
    return {
      kind: "none",
      reason: `the URL of the method ${at} holds a user name, which is not kept in a file`,
    };
  }
  const adoptedApi = isOurApi(actual, wanted) ? undefined : actual.api?.id;
  const template: MethodTemplate = {
    ...{ region: wanted.region, action: wanted.action, package: wanted.packageName },
    methodName: name,
    ncpEndPoint,
    endpointDomain: actual.stage?.endpointDomain ?? "NONE",
    ...(adoptedApi === undefined ? {} : { adoptedApi }),
  };
  return { kind: "found", template, at };
}

import { isDeepStrictEqual } from "node:util";
import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { toPlainText } from "../api/api-failure.ts";
import type { ReportedChange } from "../output/report.ts";
import type { FieldChange } from "../plan/difference.ts";
import {
  type ActualGateway,
  type ActualMethod,
  childOf,
  type Level,
  parentOf,
} from "./actual-gateway.ts";
import type { MethodTemplate } from "./template.ts";
import { fillEndPoint, whyUnusable } from "./template.ts";
import {
  childPath,
  isMarked,
  isOurApi,
  isOurs,
  ownerOf,
  parentPath,
  shortHash,
  toDescription,
  type WantedGateway,
} from "./wanted-gateway.ts";

/** One resource of API Gateway and the change that it needs. */
export type GatewayStep = ReportedChange & {
  readonly level: Level;
  readonly write:
    | { readonly kind: "product" | "api" | "stage" | "deploy" | "none" }
    | { readonly kind: "resource"; readonly path: string }
    | { readonly kind: "unmake"; readonly method: string }
    | { readonly kind: "method"; readonly body: UnknownObject | undefined };
};

export type GatewayPlan = {
  readonly steps: readonly GatewayStep[];
  /** True if a person has to make the trigger in the console first. */
  readonly isOpen: boolean;
  /** True if a method leads to an action that a move leaves behind, and will go on leading there. */
  readonly needsFormer: boolean;
  readonly warnings: readonly string[];
};

export type GatewayInput = {
  readonly wanted: WantedGateway;
  readonly template: MethodTemplate | undefined;
  /** The action as Cloud Functions shows it; undefined if it is not there yet. */
  readonly action: UnknownObject | undefined;
  /** Uses an API that this command did not make. */
  readonly adopt: boolean;
  /** The actions of `webhook` that a move leaves behind. */
  readonly former: readonly string[];
};

/** Compares what is in API Gateway with what shall be. Changes nothing. */
export function planGateway(actual: ActualGateway, input: GatewayInput): GatewayPlan {
  const { wanted, template } = input;
  const unusable = template === undefined ? undefined : whyUnusable(template, wanted);
  const usable = unusable === undefined ? template : undefined;
  const methods = planMethods(actual, { ...input, template: usable });
  const isOpen = usable === undefined && !actual.methods.some((one) => leadsHere(one, input));
  const before = [
    productStep(actual, wanted),
    apiStep(actual, input),
    resourceStep(parentPath, parentOf(actual) !== undefined),
    resourceStep(childPath, childOf(actual) !== undefined),
    ...methods,
  ];
  const isRefused = before.some(({ change }) => change === "refused");
  const stage = isOpen || isRefused ? [] : [stageStep(actual, { ...input, template: usable })];
  return {
    steps: [...before, ...stage],
    isOpen,
    needsFormer: methods.some(
      ({ change, name }) =>
        change === "same" &&
        actual.methods.some((one) => methodLabel(one.name) === name && isFormer(one, input)),
    ),
    warnings: [
      ...(unusable === undefined ? [] : [`what --adopt kept cannot be used here: ${unusable}`]),
      ...(usable === undefined && !isOpen ? warningsAboutMissing(actual, wanted) : []),
      ...warningsFor(actual, wanted),
    ],
  };
}

function productStep({ product }: ActualGateway, wanted: WantedGateway): GatewayStep {
  return {
    ...{ kind: "gateway product", name: wanted.product, level: "product", fields: [] },
    change: product === undefined ? "create" : "same",
    write: { kind: "product" },
  };
}

function apiStep(actual: ActualGateway, { wanted, template, adopt }: GatewayInput): GatewayStep {
  const { api } = actual;
  const own = {
    ...{ kind: "gateway api", name: `${wanted.product}/${wanted.api}`, level: "api" as const },
    ...{ fields: [], write: { kind: "api" as const } },
  };
  if (api === undefined) {
    return { ...own, change: "create" };
  }
  const { id, description } = api;
  const isOwn = description === undefined || isOurApi(actual, wanted);
  if (isMarked(description) && !isOwn && isInUse(actual)) {
    return { ...own, change: "refused", reason: otherConfiguration(description) };
  }
  return isOwn || adopt || template?.adoptedApi === id
    ? { ...own, change: "same" }
    : { ...own, change: "refused", reason: isMarked(description) ? abandoned : notOurs };
}

/** A configuration that was removed or moved can leave its API behind, with a stage of the console in it. */
function isInUse({ methods }: ActualGateway): boolean {
  return methods.some(({ description }) => isMarked(description));
}

function otherConfiguration(description: string | undefined): string {
  return `it belongs to another configuration of this command (${ownerOf(description)}): choose another functions.webhook.apiGateway.api`;
}

const abandoned =
  "another configuration of this command made it, and has no method in it. Use it with --adopt, or choose another functions.webhook.apiGateway.api";
const notOurs =
  "it is there and was not made by this command, and deploying a stage publishes all of it. Choose another functions.webhook.apiGateway.api, use it with --adopt, or leave API Gateway out with --no-gateway";

function resourceStep(path: string, isThere: boolean): GatewayStep {
  return {
    ...{ kind: "gateway resource", name: path, level: "resource", fields: [] },
    change: isThere ? "same" : "create",
    write: { kind: "resource", path },
  };
}

/** Returns the methods that shall be there: one ANY serves all, if the console made that. */
export function wantedMethods(
  { methods }: WantedGateway,
  template: MethodTemplate | undefined,
): readonly string[] {
  return template?.methodName === "ANY" ? ["ANY"] : methods;
}

function planMethods(actual: ActualGateway, input: GatewayInput): readonly GatewayStep[] {
  const { wanted, template } = input;
  const foreign = actual.methods.filter((one) => !isKnown(one, input)).map(foreignStep);
  const any = actual.methods.find(({ name }) => name === "ANY");
  if (template === undefined || (any !== undefined && staysConsoles(any, input))) {
    const left = actual.methods.filter((one) => isKnown(one, input)).map(sameStep);
    return [...left, ...foreign];
  }
  const names = wantedMethods(wanted, template);
  const blocked = foreign.map(({ name }) => name);
  const steps = names
    .filter((name) => !blocked.includes(methodLabel(name)))
    .map((name) =>
      methodStep(
        name,
        actual.methods.find((one) => one.name === name),
        input,
      ),
    );
  return [
    ...steps,
    ...actual.methods
      .filter((one) => !names.includes(one.name) && isStale(one, input))
      .map(staleStep),
    ...foreign,
  ];
}

/** A method that no source needs goes if this command made it, or if it leads to an action that goes. */
function isStale(method: ActualMethod, input: GatewayInput): boolean {
  return isOurs(method.description, input.wanted) || isFormer(method, input);
}

function staleStep({ name }: ActualMethod): GatewayStep {
  return { ...ownOf(name), change: "delete", fields: [], write: { kind: "unmake", method: name } };
}

/** A method is known if it leads to an action of ours, or if this command made it for this configuration. */
function isKnown(method: ActualMethod, input: GatewayInput): boolean {
  const { wanted } = input;
  return (
    method.action === wanted.action || isOurs(method.description, wanted) || isFormer(method, input)
  );
}

/** Actions of two packages may have one name, so that after a move the id tells which of them it is. */
function leadsHere(method: ActualMethod, { wanted, former, action = {} }: GatewayInput): boolean {
  const id = method.endPoint?.["actionId"];
  return (
    method.action === wanted.action &&
    (!former.includes(method.action) || Object.values(action).some((one) => one === id))
  );
}

function isFormer(method: ActualMethod, input: GatewayInput): boolean {
  return input.former.includes(method.action) && !leadsHere(method, input);
}

/** The console's own method is left as it is, unless it leads to an action that a move leaves behind. */
function staysConsoles(method: ActualMethod, input: GatewayInput): boolean {
  return isConsoles(method, input.wanted) && !isFormer(method, input);
}

function isConsoles({ description }: ActualMethod, wanted: WantedGateway): boolean {
  return !isOurs(description, wanted);
}

function methodLabel(name: string): string {
  return `${name} ${childPath}`;
}

function ownOf(name: string) {
  return { kind: "gateway method", name: methodLabel(name), level: "method" as const };
}

function sameStep({ name }: ActualMethod): GatewayStep {
  return { ...ownOf(name), change: "same", fields: [], write: { kind: "none" } };
}

function foreignStep({ name, description }: ActualMethod): GatewayStep {
  const reason = isMarked(description)
    ? otherConfiguration(description)
    : "a method is there that leads elsewhere: delete it in the console, or choose another functions.webhook.apiGateway.api";
  return { ...ownOf(name), change: "refused", fields: [], reason, write: { kind: "none" } };
}

function methodStep(
  name: string,
  actual: ActualMethod | undefined,
  input: GatewayInput,
): GatewayStep {
  if (actual !== undefined && staysConsoles(actual, input)) {
    return sameStep(actual);
  }
  const body = toMethodBody(name, input);
  const fields = actual === undefined ? [] : compareMethod(actual, body);
  const isLeaving = actual !== undefined && isFormer(actual, input);
  const changed = fields.length === 0 && !isLeaving ? "same" : "replace";
  const change = actual === undefined ? "create" : changed;
  return { ...ownOf(name), change, fields, write: { kind: "method", body } };
}

/** Returns undefined if the action, which the end point is made of, is not there yet. */
function toMethodBody(
  methodName: string,
  { wanted, template, action: content }: Pick<GatewayInput, "wanted" | "template" | "action">,
): UnknownObject | undefined {
  const facts = { action: wanted.action, package: wanted.packageName, content };
  const ncpEndPoint =
    template === undefined ? undefined : fillEndPoint(template, facts, methodName);
  return ncpEndPoint === undefined
    ? undefined
    : {
        ...{ methodName, ncpEndPoint },
        // All three filters are required. Senders prove themselves by their signatures, which webhook checks.
        requiredApiKey: { required: false },
        authentication: { platform: "NONE" },
        validation: { type: "NONE" },
        methodDescription: toDescription(wanted, `${methodName} ${shortHash(ncpEndPoint)}`),
      };
}

/** Compares what is shown. Values of the end point are not secret, and are not printed: they are NAVER Cloud's own. */
function compareMethod(
  actual: ActualMethod,
  body: UnknownObject | undefined,
): readonly FieldChange[] {
  if (body === undefined) {
    return [];
  }
  const { ncpEndPoint, methodDescription } = body;
  const shown = actual.endPoint ?? {};
  const changed = Object.entries(ncpEndPoint as UnknownObject).filter(
    ([name, value]) => name in shown && !isDeepStrictEqual(shown[name], value),
  );
  return [
    ...changed.map(([name]) => ({
      field: `ncpEndPoint.${toPlainText(name)}`,
      change: "changed" as const,
    })),
    ...(actual.isLocked ? [{ field: "authentication", change: "changed" as const }] : []),
    ...(actual.description === undefined || actual.description === methodDescription
      ? []
      : [{ field: "methodDescription", change: "changed" as const }]),
  ];
}

/** Creating a stage deploys it. Later changes need a deployment, and nothing else does. */
function stageStep(actual: ActualGateway, input: GatewayInput): GatewayStep {
  const own = { kind: "gateway stage", name: input.wanted.stage, level: "stage" as const };
  if (actual.stage === undefined) {
    return { ...own, change: "create", fields: [], write: { kind: "stage" } };
  }
  const fields = [{ field: "deployment", change: "changed" as const }];
  return isDeployed(actual, input)
    ? { ...own, change: "same", fields: [], write: { kind: "none" } }
    : { ...own, change: "update", fields, write: { kind: "deploy" } };
}

/** The description of a deployment says which methods it holds, so that an interrupted run is told from a finished one. */
export function deploymentDescription(input: GatewayInput): string {
  const { wanted, template, action } = input;
  const bodies = wantedMethods(wanted, template).map((name) =>
    toMethodBody(name, { wanted, template, action }),
  );
  return toDescription(wanted, shortHash(bodies));
}

/** Without the action nobody knows what the methods shall hold, so nothing differs from it yet. */
function isFillable(input: GatewayInput): boolean {
  const { wanted, template } = input;
  return (
    template === undefined ||
    wantedMethods(wanted, template).every((name) => toMethodBody(name, input))
  );
}

function isDeployed(actual: ActualGateway, input: GatewayInput): boolean {
  const { stage, methods, served } = actual;
  const current = stage?.deployments.find(({ no }) => no === stage.deployedNo);
  const isServed = methods.length > 0 && methods.every(({ name }) => served.includes(name));
  if (methods.some((one) => isFormer(one, input))) {
    return false;
  }
  if (!isFillable(input) || current?.description === deploymentDescription(input)) {
    return isServed;
  }
  const isForeign = current?.description !== undefined && !isMarked(current.description);
  const areConsoles = methods.every((one) => isConsoles(one, input.wanted));
  return isServed && (current?.description === undefined || (isForeign && areConsoles));
}

/** The console made some of the methods, and nothing was read back yet of which the others could be made. */
function warningsAboutMissing(
  { methods }: ActualGateway,
  wanted: WantedGateway,
): readonly string[] {
  const there = methods.map(({ name }) => name);
  const missing = wanted.methods.filter((name) => !there.includes(name));
  return there.includes("ANY") || missing.length === 0
    ? []
    : [
        `the method(s) ${missing.join(", ")} ${childPath} are not there: --apply --adopt reads back the one that the console made, and makes them`,
      ];
}

function warningsFor(
  { api, resources, methods }: ActualGateway,
  wanted: WantedGateway,
): readonly string[] {
  const others = resources.filter(
    ({ path, methodNames }) => methodNames.length > 0 && path !== childPath && path !== parentPath,
  );
  const locked = methods.filter((one) => one.isLocked && isConsoles(one, wanted));
  return [
    ...(others.length > 0 && api !== undefined
      ? [
          `deploying the stage publishes all of the API ${wanted.api}, which has methods on ${others.length} other resource(s)`,
        ]
      : []),
    ...locked.map(
      ({ name }) =>
        `method ${name} ${childPath} asks for an API key or an authentication, which senders do not have: set it to none in the console`,
    ),
  ];
}

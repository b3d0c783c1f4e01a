import { isUnknownObject } from "../../../../lib/encoding/unknown-object.ts";
import type { ActualGateway, ActualMethod } from "../actual/actual-gateway.ts";
import {
  childPath,
  isMarked,
  isOurs,
  otherConfiguration,
  type WantedGateway,
} from "../wanted-gateway.ts";
import type { GatewayInput, GatewayStep } from "./gateway-step.ts";
import { compareMethod, toMethodBody, wantedMethods } from "./method-body.ts";

export function planMethods(actual: ActualGateway, input: GatewayInput): readonly GatewayStep[] {
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

/** A method that no source needs goes if this command made it, or if it leads to an action that goes or is gone. */
function isStale(method: ActualMethod, input: GatewayInput): boolean {
  return (
    isOurs(method.description, input.wanted) || isFormer(method, input) || isOutdated(method, input)
  );
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
export function leadsHere(
  method: ActualMethod,
  { wanted, former, action = {} }: GatewayInput,
): boolean {
  const id = method.endPoint?.["actionId"];
  return (
    method.action === wanted.action &&
    (!former.includes(method.action) || Object.values(action).some((one) => one === id))
  );
}

export function isFormer(method: ActualMethod, input: GatewayInput): boolean {
  return input.former.includes(method.action) && !leadsHere(method, input);
}

/** The console's own method is left as it is, unless it leads to an action that a move leaves behind, or that is gone. */
function staysConsoles(method: ActualMethod, input: GatewayInput): boolean {
  return isConsoles(method, input.wanted) && !isFormer(method, input) && !isOutdated(method, input);
}

/**
 * True if the action was deleted since and made again, so that it has another id. That is known only if a read of the
 * action shows its id. No page says if the id or the name decides.
 */
function isOutdated(method: ActualMethod, input: GatewayInput): boolean {
  const id = method.endPoint?.["actionId"];
  const body = toMethodBody(method.name, input);
  const wanted = isUnknownObject(body?.["ncpEndPoint"]) ? body["ncpEndPoint"]["actionId"] : id;
  const isShown = Object.values(input.action ?? {}).includes(wanted);
  return method.action === input.wanted.action && isShown && id !== undefined && id !== wanted;
}

export function isConsoles({ description }: ActualMethod, wanted: WantedGateway): boolean {
  return !isOurs(description, wanted);
}

export function methodLabel(name: string): string {
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
  const isAwaiting = actual !== undefined && input.action === undefined;
  if (actual !== undefined && !isAwaiting && staysConsoles(actual, input)) {
    return sameStep(actual);
  }
  const body = toMethodBody(name, input);
  const fields = actual === undefined ? [] : compareMethod(actual, body);
  const isLeaving = actual !== undefined && isFormer(actual, input);
  const changed = fields.length === 0 && !isLeaving && !isAwaiting ? "same" : "replace";
  const change = actual === undefined ? "create" : changed;
  const reason = isAwaiting ? { reason: awaiting } : {};
  return { ...ownOf(name), change, fields, ...reason, write: { kind: "method", body } };
}

const awaiting = "its action is not there yet, and may get another id";

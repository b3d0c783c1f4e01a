import { type ActualGateway, childOf, parentOf } from "../actual/actual-gateway.ts";
import { hasAnyId, whyUnusable } from "../template/template.ts";
import { childPath, parentPath, type WantedGateway } from "../wanted-gateway.ts";
import type { GatewayInput, GatewayStep } from "./gateway-step.ts";
import { apiStep, productStep, resourceStep } from "./plan-api.ts";
import { isConsoles, isFormer, leadsHere, methodLabel, planMethods } from "./plan-methods.ts";
import { stageStep } from "./plan-stage.ts";

export type GatewayPlan = {
  readonly steps: readonly GatewayStep[];
  /** True if a person has to make the trigger in the console first. */
  readonly isOpen: boolean;
  /** True if a method leads to an action that a move leaves behind, and will go on leading there. */
  readonly needsFormer: boolean;
  readonly warnings: readonly string[];
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
  const stage =
    isOpen || isRefused ? [] : [stageStep(actual, { ...input, template: usable }, methods)];
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
      ...(usable !== undefined && input.action === undefined && !hasAnyId(usable)
        ? [formerId(wanted)]
        : []),
      ...warningsFor(actual, wanted),
    ],
  };
}

/** No document says if the id or the name of an end point decides. */
function formerId({ action }: WantedGateway): string {
  return `the action ${action} is made anew, and what --adopt kept holds the id of the former one, because no read of an action shows it. If the URL answers 503 afterwards, delete the methods of ${childPath} in the console, make the trigger there again, and run --apply --adopt`;
}

const takenAway = "--apply takes it away, and --rollback does not put it back";

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
  const locked = methods.filter(({ isLocked }) => isLocked);
  return [
    ...(others.length > 0 && api !== undefined
      ? [
          `deploying the stage publishes all of the API ${wanted.api}, which has methods on ${others.length} other resource(s)`,
        ]
      : []),
    ...locked.map(
      (one) =>
        `method ${one.name} ${childPath} asks for an API key or an authentication, which senders do not have: ${isConsoles(one, wanted) ? "set it to none in the console" : takenAway}`,
    ),
  ];
}

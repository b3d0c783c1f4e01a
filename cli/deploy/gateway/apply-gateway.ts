import type { Effects } from "../../../lib/effects/effects.ts";
import { ApiFailure } from "../api/api-failure.ts";
import type { ManagementApi, ManagementRequest } from "../api/management-api.ts";
import type { DeployProgress } from "../output/progress.ts";
import type { ReportedChange } from "../output/report.ts";
import { mark } from "../state/mark.ts";
import { type ActualGateway, childOf, pathOf, readGateway, readLevel } from "./actual-gateway.ts";
import {
  deploymentDescription,
  type GatewayInput,
  type GatewayStep,
  planGateway,
} from "./plan-gateway.ts";
import { toDescription } from "./wanted-gateway.ts";

export type ApplyGateway = {
  readonly input: GatewayInput;
  readonly api: ManagementApi;
  readonly progress: Pick<DeployProgress, "begin" | "end">;
  readonly effects: Pick<Effects, "sleep">;
};

/** A product, an API, two resources, a method for each of at most three names, and a stage: with room for repetitions. */
const writesMax = 20;
/** No document says that a read sees an earlier write at once, so it is read again. */
const looksMax = 4;
const lookAgainMs = 3_000;
const triesMax = 3;

/**
 * Makes what the plan says, one write after the other, and reads each back before the next. A write whose answer was lost
 * may have been carried out, so it is looked for, and sent again only if it is not there. Throws an ApiFailure.
 */
export async function applyGateway(context: ApplyGateway): Promise<ActualGateway> {
  const { input, api, progress } = context;
  let actual = await readGateway(input.wanted, api);
  for (let writes = 0; writes < writesMax; writes += 1) {
    const step = nextStep(actual, input);
    if (step === undefined) {
      return actual;
    }
    progress.begin(toChange(step));
    actual = await carryOut(step, actual, context);
    progress.end(toChange(step));
  }
  return actual;
}

export function toChange({ kind, name, change, fields, reason }: GatewayStep): ReportedChange {
  return { kind, name, change, fields, ...(reason === undefined ? {} : { reason }) };
}

/** A method whose action shows no id yet cannot be written, and nothing after it is. */
function nextStep(actual: ActualGateway, input: GatewayInput): GatewayStep | undefined {
  const { steps } = planGateway(actual, input);
  const first = steps.find(isPending);
  const isBlocked = first?.write.kind === "method" && first.write.body === undefined;
  return isBlocked || steps.some(({ change }) => change === "refused") ? undefined : first;
}

function isPending({ change, write }: GatewayStep): boolean {
  return change !== "same" && change !== "refused" && write.kind !== "none";
}

async function carryOut(
  step: GatewayStep,
  known: ActualGateway,
  context: ApplyGateway,
): Promise<ActualGateway> {
  for (let tries = 1; ; tries += 1) {
    const failure = await tryWrite(step, known, context);
    const actual = await look(step, known, context);
    if (actual !== undefined) {
      return actual;
    }
    if (failure === undefined || tries === triesMax) {
      throw failure ?? notShown(step);
    }
  }
}

/** Returns the failure of a write that may have been carried out, and undefined if it was answered. */
async function tryWrite(
  step: GatewayStep,
  known: ActualGateway,
  { input, api }: ApplyGateway,
): Promise<ApiFailure | undefined> {
  try {
    for (const request of toRequests(step, known, input)) {
      await api({ again: "untilAnswered", ...request });
    }
    return undefined;
  } catch (error) {
    // A conflict, and a missing resource of a deletion, can come from an earlier request, whose answer was lost.
    const isOfEarlier = error instanceof ApiFailure && (error.isConflict || error.isAbsent);
    if (error instanceof ApiFailure && (error.isUncertain || isOfEarlier)) {
      return error;
    }
    throw error;
  }
}

/** Returns the state in which the step has nothing left to do; undefined if it is not seen. */
async function look(
  step: GatewayStep,
  known: ActualGateway,
  context: ApplyGateway,
): Promise<ActualGateway | undefined> {
  for (let looks = 1; ; looks += 1) {
    const seen = await lookOnce(step, known, context);
    if (seen !== undefined || looks === looksMax) {
      return seen;
    }
    await context.effects.sleep(lookAgainMs);
  }
}

async function lookOnce(
  step: GatewayStep,
  known: ActualGateway,
  { input, api }: ApplyGateway,
): Promise<ActualGateway | undefined> {
  try {
    const actual = await readLevel(step.level, known, { wanted: input.wanted, api });
    const { steps } = planGateway(actual, input);
    const left = steps.find(({ kind, name }) => kind === step.kind && name === step.name);
    return left === undefined || !isPending(left)
      ? await readBelow(step, actual, { input, api })
      : undefined;
  } catch (error) {
    // A resource that was just made may not be found yet when something below it is read.
    if (error instanceof ApiFailure && error.isAbsent) {
      return undefined;
    }
    throw error;
  }
}

const below = { product: "api", api: "resource" } as const;

/** A level that was made anew may have something below it already: a new API has the resource `/`. */
async function readBelow(
  { level }: GatewayStep,
  actual: ActualGateway,
  { input, api }: Pick<ApplyGateway, "input" | "api">,
): Promise<ActualGateway> {
  return level === "product" || level === "api"
    ? await readGateway(input.wanted, api, { from: below[level], known: actual })
    : actual;
}

function notShown({ kind, name }: GatewayStep): ApiFailure {
  return new ApiFailure(
    `${kind} ${name}: the API has taken it, and does not show it after ${((looksMax - 1) * lookAgainMs) / 1_000} s`,
    {
      ...{ status: undefined, errorCode: "", retry: "never", retryAfterMs: undefined },
      ...{ isUncertain: true, isAbsent: false, isConflict: false },
    },
  );
}

type Request = Pick<ManagementRequest, "method" | "path" | "body" | "again">;

function toRequests(
  { change, write }: GatewayStep,
  known: ActualGateway,
  input: GatewayInput,
): readonly Request[] {
  const { wanted } = input;
  const post = (path: string, body: unknown): Request => ({ method: "POST", path, body });
  switch (write.kind) {
    case "product":
      return [
        post("/products", {
          ...{ productName: wanted.product, subscriptionCode: "PUBLIC" },
          description: mark("product of API Gateway", [wanted.owner]),
        }),
      ];
    case "api":
      return [
        post(pathOf(known, "/apis"), {
          ...{ apiName: wanted.api, apiDescription: toDescription(wanted, "API") },
        }),
      ];
    case "resource":
      return [post(pathOf(known, "/resources"), { resourcePath: write.path })];
    case "method":
      return toMethodRequests(change, write.body, known);
    case "unmake":
      return [{ method: "DELETE", path: `${methodsPath(known)}/${write.method}`, again: "always" }];
    case "stage":
      return [post(pathOf(known, "/stages"), stageBody(input))];
    case "deploy": {
      const stageId = known.stage?.id;
      const description = deploymentDescription(input);
      return [post(pathOf(known, "/deploy"), { stageId, deploymentDescription: description })];
    }
    case "none":
      return [];
  }
}

/**
 * A method that differs is deleted and made again. The stage serves what was deployed to it before, so no delivery is
 * refused meanwhile. Deleting can be repeated.
 */
function toMethodRequests(
  change: GatewayStep["change"],
  body: GatewayInput["action"],
  known: ActualGateway,
): readonly Request[] {
  const path = methodsPath(known);
  const name = String(body?.["methodName"]);
  const old = known.methods.some((one) => one.name === name);
  return [
    ...(change === "replace" && old
      ? [{ method: "DELETE", path: `${path}/${name}`, again: "always" } as const]
      : []),
    { method: "POST", path, body },
  ];
}

function methodsPath(known: ActualGateway): string {
  return pathOf(known, `/resources/${childOf(known)?.id ?? ""}/methods`);
}

/** The `endpointDomain` that a stage of functions needs is not documented: the value of the console if there is one, else `NONE`. */
function stageBody(input: GatewayInput) {
  return {
    stageName: input.wanted.stage,
    endpointDomain: input.template?.endpointDomain ?? "NONE",
    isMaintenance: false,
    // The bytes of a body are signed, so nothing may encode them anew.
    enabledContentEncoding: false,
    deploymentDescription: deploymentDescription(input),
  };
}

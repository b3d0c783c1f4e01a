import type { Effects } from "../../../lib/effects/effects.ts";
import { ApiFailure } from "../api/api-failure.ts";
import type { ManagementApi } from "../api/management-api.ts";
import type { DeployProgress } from "../output/progress.ts";
import type { ReportedChange } from "../output/report.ts";
import type { ActualGateway } from "./actual/actual-gateway.ts";
import { readGateway, readLevel } from "./actual/read-gateway.ts";
import { toRequests } from "./gateway-requests.ts";
import type { GatewayInput, GatewayStep } from "./plan/gateway-step.ts";
import { planGateway } from "./plan/plan-gateway.ts";
import { deployStep } from "./plan/plan-stage.ts";

export type ApplyGateway = {
  readonly input: GatewayInput;
  readonly api: ManagementApi;
  readonly progress: Pick<DeployProgress, "begin" | "end">;
  readonly effects: Pick<Effects, "sleep">;
};

export type AppliedGateway = {
  readonly actual: ActualGateway;
  readonly done: readonly ReportedChange[];
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
export async function applyGateway(context: ApplyGateway): Promise<AppliedGateway> {
  const done: ReportedChange[] = [];
  const { input, api, progress } = context;
  let actual = await readGateway(input.wanted, api);
  let isUndeployed = false;
  for (let writes = 0; writes < writesMax; writes += 1) {
    // An API that shows no descriptions does not tell that the stage serves the methods of before.
    const step: GatewayStep | undefined =
      nextStep(actual, input) ?? (isUndeployed ? deployStep(input) : undefined);
    if (step === undefined) {
      return { actual, done };
    }
    progress.begin(toChange(step));
    actual = await carryOut(step, actual, context);
    progress.end(toChange(step));
    done.push(toChange(step));
    isUndeployed = step.level === "method" || (isUndeployed && step.level !== "stage");
  }
  return { actual, done };
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

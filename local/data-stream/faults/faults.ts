import type { CountedStep, FaultRate, FaultScript, FaultStep } from "./fault-script.ts";
import type { Throttle, TokenBucket } from "./throttle.ts";
import { createThrottle } from "./throttle.ts";

export type Faults = ReturnType<typeof createFaults>;

/** The fields of a request that a step can match. */
export type FaultSubject = { readonly topic: unknown; readonly key: unknown };

/** The unused rest of the script. `on` says whether any of it can still affect a request. */
export type RemainingFaults = FaultScript & { readonly on: boolean };

type FaultState = {
  steps: readonly CountedStep[];
  rate: FaultRate | undefined;
  bucket: TokenBucket | undefined;
  throttle: Throttle | undefined;
  draw: () => number;
};

const off: FaultState = {
  steps: [],
  rate: undefined,
  bucket: undefined,
  throttle: undefined,
  draw: () => 1,
};

/**
 * Creates the fault injection. `onSwitch` is called for every script that arrives, goes or is used up, so that
 * faults never act unseen.
 */
export function createFaults(onSwitch: (remaining: RemainingFaults) => void) {
  const state: FaultState = { ...off };
  const isOn = () =>
    state.steps.length > 0 || state.rate !== undefined || state.bucket !== undefined;
  const remaining = (): RemainingFaults => ({
    on: isOn(),
    steps: state.steps,
    ...(state.rate && { rate: state.rate }),
    ...(state.bucket && { bucket: state.bucket }),
  });
  const replace = (script: FaultScript): void => {
    const wasOn = isOn();
    const { steps, rate, bucket } = script;
    const throttle = bucket && createThrottle(bucket);
    Object.assign(state, { steps, rate, bucket, throttle, draw: createDraw(rate?.seed ?? 0) });
    if (wasOn || isOn()) {
      onSwitch(remaining());
    }
  };
  return {
    /** Returns the fault for this request, if any. A counted step is used up by it. */
    take(request: FaultSubject): FaultStep | undefined {
      const wasOn = isOn();
      const byRate = takeByRate(state, request);
      const fault = takeStep(state, request) ?? byRate();
      if (wasOn && !isOn()) {
        onSwitch(remaining());
      }
      return fault;
    },
    /** Returns the throttle of the script, if it has one. */
    throttle: (): Throttle | undefined => state.throttle,
    replace,
    remaining,
    isOn,
    clear: (): void => replace({ steps: [] }),
  };
}

function takeStep(state: FaultState, request: FaultSubject): FaultStep | undefined {
  const taken = state.steps.findIndex((step) => isDue(step, request));
  const step = state.steps[taken];
  state.steps = state.steps.flatMap((other, index) =>
    index === taken ? usedOnce(other) : [countedDown(other, request)],
  );
  return step;
}

function usedOnce(step: CountedStep): readonly CountedStep[] {
  return step.times > 1 ? [{ ...step, times: step.times - 1 }] : [];
}

/**
 * Prepares the draw of the rate. A number is drawn only for requests that no step took and that the rate's step
 * matches, so that other traffic does not shift the sequence.
 */
function takeByRate(state: FaultState, request: FaultSubject): () => FaultStep | undefined {
  const { rate } = state;
  if (rate === undefined || !isAbout(rate.step, request)) {
    return () => undefined;
  }
  state.rate = { ...rate, step: countedDown(rate.step, request) };
  return () =>
    isDue(rate.step, request) && state.draw() < rate.probability ? rate.step : undefined;
}

function isDue(step: FaultStep, request: FaultSubject): boolean {
  return (step.when?.nth ?? 1) === 1 && isAbout(step, request);
}

function isAbout({ when }: FaultStep, request: FaultSubject): boolean {
  return (
    (when?.topic === undefined || when.topic === request.topic) &&
    (when?.key === undefined || when.key === request.key)
  );
}

/** Counts `nth` down in the step itself, as with `times`, so that the script shows what is still to come. */
function countedDown<Step extends FaultStep>(step: Step, request: FaultSubject): Step {
  const nth = step.when?.nth ?? 1;
  return nth > 1 && isAbout(step, request)
    ? { ...step, when: { ...step.when, nth: nth - 1 } }
    : step;
}

/** Creates a Mulberry32 generator: the same seed gives the same faults on every machine. */
function createDraw(seed: number): () => number {
  const state = { value: seed >>> 0 };
  return () => {
    state.value = (state.value + 0x6d2b79f5) >>> 0;
    let mixed = state.value;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

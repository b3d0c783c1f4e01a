import type { CountedStep, FaultRate, FaultScript, FaultStep } from "./fault-script.ts";

export type Faults = ReturnType<typeof createFaults>;

/** What of a request a step may ask for. */
export type Matchable = { readonly topic: unknown; readonly key: unknown };

type FaultState = {
  steps: readonly CountedStep[];
  rate: FaultRate | undefined;
  draw: () => number;
};

export function createFaults() {
  const state: FaultState = { steps: [], rate: undefined, draw: () => 1 };
  return {
    /** The fault that this request meets, if any; a counted step is used up by it. */
    take: (request: Matchable): FaultStep | undefined =>
      takeStep(state, request) ?? takeByRate(state, request),
    replace(script: FaultScript): void {
      state.steps = script.steps;
      state.rate = script.rate;
      state.draw = createDraw(script.rate?.seed ?? 0);
    },
    remaining: (): FaultScript => ({
      steps: state.steps,
      ...(state.rate && { rate: state.rate }),
    }),
    clear(): void {
      state.steps = [];
      state.rate = undefined;
    },
  };
}

function takeStep(state: FaultState, request: Matchable): FaultStep | undefined {
  const index = state.steps.findIndex((step) => matches(step, request));
  const step = state.steps[index];
  if (step === undefined) {
    return undefined;
  }
  state.steps =
    step.times > 1
      ? state.steps.with(index, { ...step, times: step.times - 1 })
      : state.steps.toSpliced(index, 1);
  return step;
}

/** Drawn only for requests that the step may meet, so that other traffic does not shift the sequence. */
function takeByRate(state: FaultState, request: Matchable): FaultStep | undefined {
  const { rate } = state;
  if (rate === undefined || !matches(rate.step, request)) {
    return undefined;
  }
  return state.draw() < rate.probability ? rate.step : undefined;
}

function matches({ when }: FaultStep, request: Matchable): boolean {
  return (
    (when?.topic === undefined || when.topic === request.topic) &&
    (when?.key === undefined || when.key === request.key)
  );
}

/** Mulberry32: the same seed gives the same faults, on every machine. */
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

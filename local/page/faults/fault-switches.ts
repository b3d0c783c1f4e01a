import type { FaultScript, FaultStep } from "../data/model.ts";

/** A common fault that one click turns on and off, beside whatever else the script holds. */
export type FaultSwitch = {
  readonly name: SwitchName;
  readonly isOn: (script: FaultScript) => boolean;
  readonly turnOn: (script: FaultScript) => FaultScript;
  readonly turnOff: (script: FaultScript) => FaultScript;
};

export type SwitchName = keyof typeof counted | keyof typeof lasting | "throttle";

/** The largest count that a script takes, for a fault that lasts until it is turned off. */
const always = 1_000_000;
/** A step for more requests than this counts as lasting. */
export const lastingTimesMin = 1001;

const counted = {
  unavailable503: { times: 3, status: 503, headers: { "retry-after": "2" } },
  lostAnswer: { times: 1, cut: "after" },
  cutBefore: { times: 1, cut: "before" },
} as const;
/** A request meets only one step, so lasting faults share a step. */
const lasting = { slow: { firstByteMs: 3000 }, skew: { skewMs: 600_000 } } as const;
const bucket = { bytesPerSecond: 1024 };

export const switches: readonly FaultSwitch[] = [
  ...(Object.keys(counted) as (keyof typeof counted)[]).map((name) =>
    countedSwitch(name, counted[name]),
  ),
  ...(Object.keys(lasting) as (keyof typeof lasting)[]).map((name) =>
    lastingSwitch(name, lasting[name]),
  ),
  {
    name: "throttle",
    isOn: (script) => script.bucket !== undefined,
    turnOn: (script) => ({ ...script, bucket }),
    turnOff: ({ bucket: _, ...script }) => script,
  },
];

function countedSwitch(name: SwitchName, step: FaultStep): FaultSwitch {
  return {
    name,
    isOn: ({ steps }) => steps.some((one) => isSame(one, step)),
    turnOn: (script) => ({ ...script, steps: [step, ...script.steps] }),
    turnOff: (script) => ({ ...script, steps: script.steps.filter((one) => !isSame(one, step)) }),
  };
}

function lastingSwitch(name: SwitchName, effect: FaultStep): FaultSwitch {
  return {
    name,
    isOn: ({ steps }) => steps.some((step) => isLasting(step) && has(step, effect)),
    turnOn: (script) => ({ ...script, steps: withLasting(script.steps, effect) }),
    turnOff: (script) => ({
      ...script,
      steps: script.steps.flatMap((step) => without(step, effect)),
    }),
  };
}

/** Compares two steps, whatever part of their times is used up. */
function isSame({ times: _, ...step }: FaultStep, { times: __, ...wanted }: FaultStep): boolean {
  return JSON.stringify(sorted(step)) === JSON.stringify(sorted(wanted));
}

function sorted(fields: FaultStep) {
  return Object.entries(fields).toSorted(([left], [right]) => (left < right ? -1 : 1));
}

export function isLasting({ times, when }: FaultStep): boolean {
  return typeof times === "number" && times >= lastingTimesMin && when === undefined;
}

function has(step: FaultStep, effect: FaultStep): boolean {
  return Object.entries(effect).every(([field, value]) => step[field] === value);
}

function withLasting(steps: readonly FaultStep[], effect: FaultStep): readonly FaultStep[] {
  const shared = steps.find((one) => isLasting(one) && one["status"] === undefined);
  return [...steps.filter((one) => one !== shared), { ...shared, times: always, ...effect }];
}

function without(step: FaultStep, effect: FaultStep): readonly FaultStep[] {
  if (!(isLasting(step) && has(step, effect))) {
    return [step];
  }
  const left = Object.entries(step).filter(([field]) => !Object.hasOwn(effect, field));
  return left.some(([field]) => field !== "times") ? [Object.fromEntries(left)] : [];
}

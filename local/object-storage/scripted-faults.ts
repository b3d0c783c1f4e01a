import type { NumberRange } from "../data-stream/control/checked-input.ts";
import {
  closedObject,
  InvalidInput,
  ifPresent,
  integerIn,
} from "../data-stream/control/checked-input.ts";

/** A fault of the next `times` requests with this method. */
export type ScriptedFault = {
  readonly times: number;
  readonly method?: string;
  readonly status?: number;
  readonly delayMs?: number;
  /** The connection is cut before the request takes effect, or after it did. */
  readonly cut?: "before" | "after";
};

export type ScriptedFaults = ReturnType<typeof createScriptedFaults>;

const stepsMax = 100;
const timesRange: NumberRange = { min: 1, max: 1_000_000 };
const statusRange: NumberRange = { min: 200, max: 599 };
const delayMsRange: NumberRange = { min: 0, max: 60_000 };
const methods = ["GET", "HEAD", "PUT", "DELETE", "POST"];
const fields = ["times", "method", "status", "delayMs", "cut"];

export function createScriptedFaults() {
  const state: { steps: readonly ScriptedFault[] } = { steps: [] };
  return {
    /** Returns the fault for a request, if any. It uses up one of the step's times. */
    take(method: string): ScriptedFault | undefined {
      const index = state.steps.findIndex((step) => (step.method ?? method) === method);
      const step = state.steps[index];
      if (step !== undefined) {
        state.steps =
          step.times > 1
            ? state.steps.with(index, { ...step, times: step.times - 1 })
            : state.steps.toSpliced(index, 1);
      }
      return step;
    },
    replace(steps: readonly ScriptedFault[]): void {
      state.steps = steps;
    },
    remaining: () => ({ steps: state.steps }),
  };
}

export function parseScriptedFaults(value: unknown): readonly ScriptedFault[] {
  const { steps } = closedObject(value, "the script", ["steps"]);
  if (!Array.isArray(steps) || steps.length > stepsMax) {
    throw new InvalidInput(`steps must be a list of at most ${stepsMax}`);
  }
  return steps.map((step, index) => toFault(step, `steps[${index}]`));
}

function toFault(value: unknown, name: string): ScriptedFault {
  const given = closedObject(value, name, fields);
  const integer = (field: string, range: NumberRange) =>
    ifPresent(given[field], (number) => integerIn(number, `${name}.${field}`, range));
  const word = <Word extends string>(field: string, words: readonly Word[]) =>
    ifPresent(given[field], (text) => oneOf(text, `${name}.${field}`, words));
  const [method, cut] = [word("method", methods), word("cut", ["before", "after"] as const)];
  const [status, delayMs] = [integer("status", statusRange), integer("delayMs", delayMsRange)];
  if (status !== undefined && cut !== undefined) {
    throw new InvalidInput(`${name} has both status and cut: a cut request gets no response`);
  }
  return {
    times: integer("times", timesRange) ?? 1,
    ...(method !== undefined && { method }),
    ...(status !== undefined && { status }),
    ...(delayMs !== undefined && { delayMs }),
    ...(cut !== undefined && { cut }),
  };
}

function oneOf<Word extends string>(value: unknown, name: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) {
    throw new InvalidInput(`${name} must be one of ${words.join(", ")}`);
  }
  return found;
}

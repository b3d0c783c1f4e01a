import { validateHeaderName, validateHeaderValue } from "node:http";
import type { NumberRange } from "../control/checked-input.ts";
import {
  closedObject,
  InvalidInput,
  ifPresent,
  integerIn,
  isObject,
  numberIn,
  textUpTo,
} from "../control/checked-input.ts";
import type { TokenBucket } from "./throttle.ts";

export type FaultStep = {
  readonly when?: {
    readonly topic?: string;
    readonly key?: string;
    /** Applies from the n-th request with this topic and key on, counted from the script's arrival. */
    readonly nth?: number;
  };
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Waits before the request is checked or stored. */
  readonly delayMs?: number;
  /** Waits after the request is handled, before the first byte of the response or before the cut. */
  readonly firstByteMs?: number;
  readonly cut?: "before" | "after";
  readonly skewMs?: number;
};

export type CountedStep = FaultStep & { readonly times: number };

export type FaultRate = {
  readonly probability: number;
  readonly seed: number;
  readonly step: FaultStep;
};

export type FaultScript = {
  readonly steps: readonly CountedStep[];
  readonly rate?: FaultRate;
  readonly bucket?: TokenBucket;
};

const stepsMax = 100;
const headersMax = 20;
const bodyCharactersMax = 65_536;
const matchCharactersMax = 1000;
const headerCharactersMax = 2000;
const timesRange: NumberRange = { min: 1, max: 1_000_000 };
const statusRange: NumberRange = { min: 200, max: 599 };
const delayMsRange: NumberRange = { min: 0, max: 60_000 };
const skewMsRange: NumberRange = { min: -604_800_000, max: 604_800_000 };
const seedRange: NumberRange = { min: 0, max: 4_294_967_295 };
const probabilityRange: NumberRange = { min: 0, max: 1 };

const nthRange: NumberRange = { min: 1, max: 1_000_000 };
const bytesPerSecondRange: NumberRange = { min: 1, max: 1_000_000_000 };
/**
 * The documented throughput of a partition, 1 MB/s: https://guide.ncloud-docs.com/docs/datastream-spec (read
 * 2026-11-30).
 */
const bytesPerSecondDefault = 1_000_000;

const stepFields = ["when", "status", "headers", "body", "delayMs", "firstByteMs", "cut", "skewMs"];
/** The emulator frames its responses itself. A wrong length would only make the caller's connection hang. */
const framingHeaders = ["content-length", "transfer-encoding", "connection", "trailer", "upgrade"];

export function parseFaultScript(value: unknown): FaultScript {
  const script = closedObject(value, "the script", ["steps", "rate", "bucket"]);
  const steps = ifPresent(script["steps"], toSteps) ?? [];
  const rate = ifPresent(script["rate"], toRate);
  const bucket = ifPresent(script["bucket"], toBucket);
  return { steps, ...(rate && { rate }), ...(bucket && { bucket }) };
}

function toSteps(value: unknown): readonly CountedStep[] {
  if (!Array.isArray(value) || value.length > stepsMax) {
    throw new InvalidInput(`steps must be a list of at most ${stepsMax}`);
  }
  return value.map((step, index) => toCountedStep(step, `steps[${index}]`));
}

function toCountedStep(value: unknown, name: string): CountedStep {
  const { times, ...step } = closedObject(value, name, ["times", ...stepFields]);
  return {
    times: ifPresent(times, (count) => integerIn(count, `${name}.times`, timesRange)) ?? 1,
    ...toStep(step, name),
  };
}

function toRate(value: unknown): FaultRate {
  const rate = closedObject(value, "rate", ["probability", "seed", "step"]);
  return {
    probability: numberIn(rate["probability"], "rate.probability", probabilityRange),
    seed: integerIn(rate["seed"], "rate.seed", seedRange),
    step: toStep(rate["step"], "rate.step"),
  };
}

function toBucket(value: unknown): TokenBucket {
  const { bytesPerSecond = bytesPerSecondDefault } = closedObject(value, "bucket", [
    "bytesPerSecond",
  ]);
  return {
    bytesPerSecond: integerIn(bytesPerSecond, "bucket.bytesPerSecond", bytesPerSecondRange),
  };
}

function toStep(value: unknown, name: string): FaultStep {
  const fields = closedObject(value, name, stepFields);
  const integer = (field: string, range: NumberRange) =>
    ifPresent(fields[field], (given) => integerIn(given, `${name}.${field}`, range));
  const step = withoutAbsent<FaultStep>({
    when: ifPresent(fields["when"], (when) => toWhen(when, `${name}.when`)),
    status: integer("status", statusRange),
    headers: ifPresent(fields["headers"], (headers) => toHeaders(headers, `${name}.headers`)),
    body: ifPresent(fields["body"], (body) => toBody(body, `${name}.body`)),
    delayMs: integer("delayMs", delayMsRange),
    firstByteMs: integer("firstByteMs", delayMsRange),
    cut: ifPresent(fields["cut"], (cut) => toCut(cut, `${name}.cut`)),
    skewMs: integer("skewMs", skewMsRange),
  });
  refuseContradictions(step, name);
  return step;
}

function refuseContradictions(step: FaultStep, name: string): void {
  if (step.status !== undefined && step.cut !== undefined) {
    throw new InvalidInput(`${name} has both status and cut: a cut request gets no response`);
  }
  if (step.status === undefined && (step.headers !== undefined || step.body !== undefined)) {
    throw new InvalidInput(`${name} has headers or a body, which need a status`);
  }
}

function toWhen(value: unknown, name: string): NonNullable<FaultStep["when"]> {
  const fields = closedObject(value, name, ["topic", "key", "nth"]);
  const text = (field: string) =>
    ifPresent(fields[field], (given) => textUpTo(given, `${name}.${field}`, matchCharactersMax));
  return withoutAbsent<NonNullable<FaultStep["when"]>>({
    topic: text("topic"),
    key: text("key"),
    nth: ifPresent(fields["nth"], (given) => integerIn(given, `${name}.nth`, nthRange)),
  });
}

/** Returns the body as text. An object is written as JSON, for convenience. */
function toBody(value: unknown, name: string): string {
  return textUpTo(isObject(value) ? JSON.stringify(value) : value, name, bodyCharactersMax);
}

function toCut(value: unknown, name: string): "before" | "after" {
  if (value !== "before" && value !== "after") {
    throw new InvalidInput(`${name} must be "before" or "after"`);
  }
  return value;
}

function toHeaders(value: unknown, name: string): Readonly<Record<string, string>> {
  if (!isObject(value) || Object.keys(value).length > headersMax) {
    throw new InvalidInput(`${name} must be an object of at most ${headersMax} headers`);
  }
  const headers = Object.entries(value).map(([header, given]) => {
    const text = textUpTo(given, `a value in ${name}`, headerCharactersMax);
    refuseHeader(header, text, name);
    return [header.toLowerCase(), text] as const;
  });
  return Object.fromEntries(headers);
}

function refuseHeader(header: string, text: string, name: string): void {
  if (framingHeaders.includes(header.toLowerCase())) {
    throw new InvalidInput(`${name} must not set ${header}: the emulator does`);
  }
  try {
    validateHeaderName(header);
    validateHeaderValue(header, text);
  } catch {
    throw new InvalidInput(`${name} has a name or value that HTTP does not allow`);
  }
}

type Present<Fields> = { [Name in keyof Fields]?: Fields[Name] | undefined };

/** Removes absent fields, so that GET shows a script as it was posted. */
function withoutAbsent<Fields extends object>(fields: Present<Fields>): Fields {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as Fields;
}

import * as z from "zod";
import type { FunctionName } from "../../../lib/registry/names.ts";
import { functionNames, functions } from "../../project/functions.ts";
import { regionNames } from "../api/regions.ts";
import { cronRule } from "./cron-option.ts";
import { nameCharactersMax, prefixCharactersMax } from "./names.ts";
import { plainSettings } from "./plain-settings.ts";
import { eventTriggers } from "./triggers/trigger-options.ts";

/**
 * The form of `deploy.config.ts`, the one declarative file of a deployment. Limits and names are those of "Put Action"
 * and "Put Trigger": memory 128, 256, 512 or 1024 MB, timeout 500 to 300,000 ms, names of 1 to 50 letters, digits, `-`
 * and `_` that do not begin with `-` and are unique across actions, triggers and packages.
 */
export type DeployConfig = z.input<typeof schema> & {
  /** A project has functions of its own too, whose names are not known here. */
  readonly functions: Readonly<Record<string, z.input<AnyOptions> | undefined>>;
};

type AnyOptions = (typeof optionsOf)[keyof typeof optionsOf];

export type Deployment = z.output<typeof schema>;

type FunctionOptions = NonNullable<Deployment["functions"][FunctionName]>;

/** Returns a function's options if it is configured and cron triggers it. */
export function scheduledOptions({ functions: given }: Deployment, name: FunctionName) {
  return optionsWith("cron", given[name]);
}

/** Returns a function's options if it is configured and a bucket's events trigger it. */
export function bucketOptions({ functions: given }: Deployment, name: FunctionName) {
  return optionsWith("events", given[name]);
}

/** Returns a function's options if it is configured and HTTP triggers it. */
export function webOptions({ functions: given }: Deployment, name: FunctionName) {
  return optionsWith("apiGateway", given[name]);
}

/** Returns a function's options if it is configured and any other trigger calls it. */
export function anyTriggerOptions({ functions: given }: Deployment, name: FunctionName) {
  return optionsWith("triggers", given[name]);
}

type OptionsWith<Key extends string> = Extract<FunctionOptions, Readonly<Record<Key, unknown>>>;

function optionsWith<Key extends string>(
  key: Key,
  options: FunctionOptions | undefined,
): OptionsWith<Key> | undefined {
  return options !== undefined && key in options ? (options as OptionsWith<Key>) : undefined;
}

export const memoriesMb = [128, 256, 512, 1024] as const;

/** A bucket's events are documented to have at most ten triggers each. No limit of one trigger's pairs is documented. */
export const eventsMax = 100;

export const nameText = `1 to ${nameCharactersMax} letters, digits, - and _, and must not begin with -`;

export const name = z
  .string(`must be ${nameText}`)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_-]{0,49}$/, `must be ${nameText}`);

const gatewayNameCharactersMax = 20;

const gatewayName = name.max(
  gatewayNameCharactersMax,
  `must have at most ${gatewayNameCharactersMax} characters`,
);

export const networkId = z.int("must be a whole number").positive("must be positive");

export const network = z.strictObject({ vpcNo: networkId, subnetNo: networkId });

export const options = {
  /** In MB. The guide's default is 256 and another source says 128, so it is always sent. */
  memoryMb: z.literal(memoriesMb, "must be 128, 256, 512 or 1024").default(256),
  /** The network of this function's action. Without it, the network of the whole file. */
  vpc: network.optional(),
  /** Settings of this function alone. They come before those of files and environment, and are never secrets. */
  settings: plainSettings.default({}),
};

export function timeoutMs(byDefault: number) {
  return z
    .int("must be a whole number")
    .min(500, "must be at least 500")
    .max(300_000, "must be at most 300000")
    .default(byDefault);
}

export const invoked = { ...options, timeoutMs: timeoutMs(60_000) };

const charactersMax = 200;
const cronOptionText = `must be 1 to ${charactersMax} visible ASCII characters, with single blanks between them`;

export const scheduled = {
  ...invoked,
  /** Five fields. If the function has a setting for its schedule, this sets it too. */
  cron: cronRule,
  /** The expression that the trigger gets instead, if NAVER Cloud counts months or weekdays in another way. */
  cronOption: z
    .string(cronOptionText)
    .max(charactersMax, cronOptionText)
    .regex(/^[!-~]+(?: [!-~]+)*$/, cronOptionText)
    .optional(),
};

const ruleText = "must be the name of an event rule of the bucket";

export const event = z.strictObject({
  bucketName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of a bucket"),
  eventRuleName: z
    .string(ruleText)
    .max(charactersMax, ruleText)
    .regex(/^\P{C}+$/u, ruleText),
});

function hasNoneTwice(events: readonly z.output<typeof event>[]): boolean {
  const texts = events.map((one) => JSON.stringify([one.bucketName, one.eventRuleName]));
  return new Set(texts).size === events.length;
}

function webOptionsWith(api: string) {
  return z.strictObject({
    ...options,
    timeoutMs: timeoutMs(10_000),
    /** The documents do not say what the header options do, so they stay off. */
    customOptions: z.boolean().default(false),
    /** Your names in API Gateway. Those of an API and a stage have at most 20 characters there. */
    apiGateway: z
      .strictObject({ product: name, api: gatewayName, stage: gatewayName })
      .default({ product: "datastream-relay", api, stage: "v1" }),
  });
}

/** The options of a function by the kind of its trigger. */
const optionsOf = {
  http: webOptionsWith("webhooks"),
  "object-storage": z.strictObject({
    ...invoked,
    events: z
      .array(event)
      .min(1, "must name at least one event rule")
      .max(eventsMax, `must name at most ${eventsMax} event rules`)
      .refine(hasNoneTwice, "must name each event rule once"),
  }),
  cron: z.strictObject(scheduled),
  any: z.strictObject({ ...invoked, triggers: eventTriggers }),
  invocation: z.strictObject(invoked),
};

/** Deploying a stage publishes all of its API, so a function of one's own has an API of its own. */
function optionsFor(name: FunctionName) {
  const { triggeredBy } = functions[name];
  return triggeredBy === "http" && name !== "webhook"
    ? webOptionsWith(String(name).slice(0, gatewayNameCharactersMax))
    : optionsOf[triggeredBy];
}

type FunctionsShape = {
  [Name in FunctionName]: z.ZodOptional<
    (typeof optionsOf)[(typeof functions)[Name]["triggeredBy"]]
  >;
};

const functionsShape = Object.fromEntries(
  functionNames.map((name) => [name, optionsFor(name).optional()]),
) as FunctionsShape;

const runtimeText = "must be nodejs: and a version, such as nodejs:22";

export const schema = z.strictObject(
  {
    region: z.enum(regionNames, `must be one of ${regionNames.join(", ")}`),
    platform: z.enum(["vpc", "classic"], "must be vpc or classic").optional(),
    /** Tells several configurations of one account apart. Resources with this name in their mark move along with their configuration. */
    name: name.optional(),
    /** An existing or new package, or `-` for none. API v3 calls none `default`. */
    package: z
      .union([z.literal("-"), name], `must be - or ${nameText}`)
      .refine((one) => one !== "default", "must be - for no package, which is what default means")
      .default("-"),
    /** Begins the name of every action and trigger. */
    prefix: name
      .max(prefixCharactersMax, `must have at most ${prefixCharactersMax} characters`)
      .default("datastream-relay"),
    /** `source` starts some 50 ms sooner. */
    artifact: z.enum(["source", "zip"], "must be source or zip").default("source"),
    runtime: z
      .string(runtimeText)
      .regex(/^nodejs:\d{1,3}$/, runtimeText)
      .default("nodejs:22"),
    vpc: network.optional(),
    functions: z.strictObject(functionsShape),
  },
  { error: (issue) => (issue.code === "invalid_type" ? "must be an object" : undefined) },
);

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { UnknownObject } from "../../lib/encoding/unknown-object.ts";
import type { TriggerEvent } from "../../lib/model/call.ts";
import type { FunctionDefinition } from "../../lib/model/function-definition.ts";
import { functions as ours } from "../../lib/registry/functions.ts";
import {
  type FunctionName,
  type Registry,
  settingNamesOf,
  settingsOf as settingsIn,
} from "../../lib/registry/names.ts";
import {
  type RegisteredFunction,
  type Registration,
  register,
} from "../../lib/registry/register.ts";
import { findCronProblem } from "../deploy/desired/cron-option.ts";
import { isRepository, projectRoot } from "../shared/roots.ts";
import { UsageError } from "../shared/usage-error.ts";
import { LoadFailure, loadModule } from "./load-module.ts";

type AnyDefinition = FunctionDefinition<TriggerEvent, unknown>;

/** A function's file has another ending if it is a test or holds types only. */
const functionFile = /^([\w-]+)\.ts$/;
/** A file that looks like a function and would be left out without a word. */
const otherEnding = /^[\w-]+\.(?:[cm]?jsx?|[cm]ts|tsx)$/;
const otherName = /^(?![\w-]+\.)[^.]+\.ts$/;
/** Exports of a function's file, one for each form of platform. */
const entryPoints = ["main", "handler", "fetch"] as const;
const kinds: readonly string[] = ["http", "object-storage", "cron", "any", "invocation"];

type Field = { readonly form: string; readonly isRight: (value: unknown) => boolean };

const aFunction: Field = { form: "a function", isRight: (value) => typeof value === "function" };
/** The fields of a definition that every command and every call reads. JavaScript lets them be left out. */
const fields: Readonly<Record<string, Field>> = {
  accepts: {
    form: '"http" or "invocation"',
    isRight: (value) => value === "http" || value === "invocation",
  },
  deliveryTimeoutMs: {
    form: "a number of milliseconds",
    isRight: (value) => typeof value === "number" && value > 0,
  },
  settings: {
    form: "a list of names",
    isRight: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
  },
  parse: aFunction,
  targets: aFunction,
  warnings: aFunction,
};

/**
 * The functions of the project in the current folder, by their names. In this repository they are those of the registry. In
 * another project they are the files of `functions/`: one of our names has our definition, and any other file brings its own.
 * The type has our names only, because no other name is known before the program runs.
 */
export const functions = (isRepository() ? ours : await readProject(projectRoot())) as typeof ours;

export const functionNames = Object.keys(functions) as readonly FunctionName[];

/** The settings of the stream and of every function. A function of ours that is not there has settings all the same. */
export const allSettingNames = settingNamesOf(functions);

export function settingsOf(name: FunctionName): readonly string[] {
  return settingsIn(functions, name);
}

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

/** Returns the names of the files in `functions/`, in the order of the alphabet. */
export function listFunctionFiles(root: string): readonly string[] {
  return readFolder(root)
    .flatMap((file) => functionFile.exec(file)?.[1] ?? [])
    .sort();
}

function readFolder(root: string): readonly string[] {
  const folder = join(root, "functions");
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Reads the functions of a project: ours in the order of our registry, then the project's own. Throws a UsageError. */
export async function readProject(root: string): Promise<Registry> {
  const names = listFunctionFiles(root);
  const read = await Promise.all(names.map(async (name) => readFunction(root, name)));
  const problems = [
    ...read.filter((one) => typeof one === "string"),
    ...readFolder(root)
      .filter((file) => otherEnding.test(file))
      .map((file) => `functions/${file} must end with .ts: no other file is a function`),
    ...readFolder(root)
      .filter((file) => otherName.test(file))
      .map((file) => `functions/${file} must have a name of letters from a to z, digits, - and _`),
  ];
  if (problems.length > 0) {
    throw new UsageError(problems.join("\n"));
  }
  const found = read.filter((one) => typeof one !== "string");
  const order = Object.keys(ours);
  const places = found.map((one) => [one.name, one] as const);
  const rank = (name: string) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return Object.fromEntries(places.toSorted(([one], [other]) => rank(one) - rank(other)));
}

/** Returns the function of a file, or what is wrong with it. */
async function readFunction(root: string, name: string): Promise<RegisteredFunction | string> {
  const file = `functions/${name}.ts`;
  const module = await loadFunction(root, file);
  if (typeof module === "string") {
    return module;
  }
  const missing = entryPoints.find((entry) => typeof module[entry] !== "function");
  if (missing === "main") {
    return `${file} has no export named main: a file that is no function belongs into another folder, such as lib/`;
  }
  const { definition } = module["main"] as { readonly definition?: unknown };
  if (!isNamed(definition)) {
    return `${file}: its main was not made by relay or redrive`;
  }
  const wrong = findWrongField(definition);
  if (wrong !== undefined) {
    return `${file}: ${wrong} of its definition must be ${fields[wrong]?.form}`;
  }
  if (definition.name !== name) {
    return `${file} has a definition of another name: rename the file to ${definition.name}.ts, or the definition`;
  }
  if (missing !== undefined) {
    return `${file} has no export named ${missing}: onEveryPlatform makes main, handler and fetch, and each is built`;
  }
  if (Object.hasOwn(ours, name)) {
    return ours[name as FunctionName];
  }
  const registration = module["registration"] ?? { triggeredBy: kindOf(definition) };
  const problem = findRegistrationProblem(registration);
  return problem === undefined
    ? register(definition, registration as Registration)
    : `${file}: its registration ${problem}`;
}

/** Returns what a file exports, or why it cannot be loaded. */
async function loadFunction(root: string, file: string): Promise<UnknownObject | string> {
  try {
    return { ...(await loadModule(join(root, file))) };
  } catch (error) {
    if (error instanceof LoadFailure) {
      return `${file} cannot be loaded (${error.message})`;
    }
    throw error;
  }
}

function kindOf({ accepts }: AnyDefinition): "http" | "invocation" {
  return accepts === "http" ? "http" : "invocation";
}

function isNamed(value: unknown): value is AnyDefinition {
  return typeof (value as { readonly name?: unknown } | undefined)?.name === "string";
}

function findWrongField(definition: AnyDefinition): keyof typeof fields | undefined {
  const given: Readonly<Record<string, unknown>> = { ...definition };
  return Object.keys(fields).find((name) => !fields[name]?.isRight(given[name]));
}

function findRegistrationProblem(value: unknown): string | undefined {
  const { triggeredBy, schedule } = (value ?? {}) as { triggeredBy?: unknown; schedule?: unknown };
  const expression = (schedule as { readonly default?: unknown } | undefined)?.default;
  const isCron = triggeredBy === "cron";
  if (!kinds.includes(String(triggeredBy)) || (isCron && typeof expression !== "string")) {
    return `must be { triggeredBy: ${kinds.map((kind) => `"${kind}"`).join(" | ")} }, with { schedule: { default } } for cron`;
  }
  const problem = isCron ? findCronProblem(String(expression)) : undefined;
  return problem === undefined ? undefined : `has a schedule whose default ${problem}`;
}

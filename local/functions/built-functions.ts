import { existsSync, readFileSync } from "node:fs";
import type { FunctionTriggers, HostedFunction } from "./host/host-options.ts";

type Settings = Readonly<Record<string, string | undefined>>;

/** A function as the build's `dist/functions.json` describes it. */
export type BuiltFunction = {
  readonly name: string;
  /** The kind of call that it takes. */
  readonly accepts: "http" | "invocation";
  readonly triggeredBy: string;
  /** When cron calls it: the expression, and the setting that holds another one. */
  readonly schedule?: { readonly default: string; readonly setting?: string };
  /** The settings that are bound to it. */
  readonly settings: readonly string[];
};

const list = "dist/functions.json";

/** Reads what the build wrote. Returns what is wrong instead, if a file is missing or damaged. */
export function readBuiltFunctions(): readonly BuiltFunction[] | string {
  if (!existsSync(list)) {
    return `${list} is missing`;
  }
  const functions = readList();
  const missing = functions?.map(artifactOf).find((artifact) => !existsSync(artifact));
  return missing === undefined ? (functions ?? `${list} is damaged`) : `${missing} is missing`;
}

function readList(): readonly BuiltFunction[] | undefined {
  try {
    const { functions } = JSON.parse(readFileSync(list, "utf8"));
    return Array.isArray(functions) ? functions : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the built functions as the host runs them: each as one source file, with its own settings bound to it. */
export function toHosted(
  functions: readonly BuiltFunction[],
  settings: Settings,
): Readonly<Record<string, HostedFunction>> {
  const entries = functions.map((built) => {
    const code = { kind: "source", code: readFileSync(artifactOf(built), "utf8") } as const;
    const triggers = triggersOf(built, settings);
    return [built.name, { code, triggers, parameters: boundTo(built, settings) }] as const;
  });
  return Object.fromEntries(entries);
}

function artifactOf({ name }: BuiltFunction): string {
  return `dist/${name}/index.js`;
}

function boundTo({ settings: names }: BuiltFunction, settings: Settings) {
  const bound = names
    .map((name) => [name, settings[name]] as const)
    .filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(bound);
}

function triggersOf(
  { accepts, triggeredBy, schedule }: BuiltFunction,
  settings: Settings,
): FunctionTriggers {
  const expression = settings[schedule?.setting ?? ""] || schedule?.default;
  return {
    ...(accepts === "http" && { http: true }),
    ...(triggeredBy === "object-storage" && { objectStorage: true }),
    ...(expression !== undefined && { cron: [expression] }),
  };
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TriggerEvent } from "../../lib/model/call.ts";
import type { Trigger } from "../../lib/model/function-definition.ts";
import { UsageError } from "../shared/settings-source.ts";

/** A trigger whose own settings have any form. */
export type AnyTrigger = Trigger<TriggerEvent, unknown>;

/**
 * Loads `functions/NAME.ts`, and returns the trigger that its `main` runs, with its schemas. Returns undefined for a
 * function without a trigger: redrive sends again what other functions made. The file is code, and runs with your rights.
 */
export async function loadTrigger(root: string, name: string): Promise<AnyTrigger | undefined> {
  const file = join("functions", `${name}.ts`);
  if (!existsSync(join(root, file))) {
    throw new UsageError(`${file} is not there`);
  }
  const { main } = await load(join(root, file), file);
  if (typeof main !== "function") {
    throw new UsageError(`${file} has no export named main`);
  }
  const { definition } = main as { readonly definition?: AnyTrigger };
  return definition !== undefined && "map" in definition ? definition : undefined;
}

async function load(path: string, file: string): Promise<{ readonly main?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { readonly main?: unknown };
  } catch (error) {
    // A message can quote the file.
    const kind = error instanceof Error ? error.name : typeof error;
    throw new UsageError(`${file} cannot be loaded (${kind}): npm run build says why`);
  }
}

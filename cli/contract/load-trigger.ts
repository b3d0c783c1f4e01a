import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TriggerEvent } from "../../lib/model/call.ts";
import type { Trigger } from "../../lib/model/function-definition.ts";
import { LoadFailure, loadModule } from "../project/load-module.ts";
import { commandText } from "../shared/command-text.ts";
import { UsageError } from "../shared/usage-error.ts";

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
    return await loadModule(path);
  } catch (error) {
    if (error instanceof LoadFailure) {
      throw new UsageError(
        `${file} cannot be loaded (${error.message}): ${commandText("build")} says why`,
      );
    }
    throw error;
  }
}

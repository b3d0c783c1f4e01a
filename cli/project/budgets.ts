import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isUnknownObject, type UnknownObject } from "../../lib/encoding/unknown-object.ts";
import { parseObject } from "../shared/parse-object.ts";
import { packageRoot } from "../shared/roots.ts";
import { UsageError } from "../shared/usage-error.ts";

const kibibyte = 1024;
const file = "artifact-budgets.json";

/** Returns the most bytes that a function's artifact may have. */
export type BudgetOf = (name: string) => number;

/**
 * Reads the budgets, which are in KiB. A project may have a file of its own; what that leaves out is as in ours. Throws a
 * UsageError.
 */
export async function readBudgets(root: string): Promise<BudgetOf> {
  const [own, ours] = [await readBudgetFile(root), await readBudgetFile(packageRoot)];
  const named = { ...kibibytesOf(ours), ...kibibytesOf(own) };
  const byDefault = own["kibibytesDefault"] ?? ours["kibibytesDefault"];
  return (name) => Number(Object.hasOwn(named, name) ? named[name] : byDefault) * kibibyte;
}

function kibibytesOf({ kibibytes }: UnknownObject): UnknownObject {
  return isUnknownObject(kibibytes) ? kibibytes : {};
}

async function readBudgetFile(root: string): Promise<UnknownObject> {
  const path = join(root, file);
  const read = existsSync(path) ? parseObject(await readFile(path, "utf8")) : {};
  const budgets = [...Object.values(kibibytesOf(read ?? {})), read?.["kibibytesDefault"] ?? 1];
  if (read === undefined || !budgets.every((one) => typeof one === "number" && one > 0)) {
    throw new UsageError(
      `${file} must be { "kibibytes": { "<function>": 48 }, "kibibytesDefault": 48 }`,
    );
  }
  return read;
}

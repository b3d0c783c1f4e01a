import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isUnknownObject, type UnknownObject } from "../../lib/encoding/unknown-object.ts";
import { parseObject } from "../shared/parse-object.ts";
import { isRepository, packageRoot } from "../shared/roots.ts";
import { UsageError } from "../shared/usage-error.ts";

const kibibyte = 1024;
const file = "artifact-budgets.json";

/** Returns the most bytes that a function's artifact may have. */
export type BudgetOf = (name: string) => number;

/** Allowance for a project's own code in one of our functions: a schema with its library, and some mapping. */
const kibibytesOfOwnCode = 32;

/**
 * Reads the budgets, which are in KiB. A project may have a file of its own. A function that it leaves out has our budget and
 * an allowance for own code; a function of one's own may be as large as our largest. Throws a UsageError.
 */
export async function readBudgets(root: string): Promise<BudgetOf> {
  const own = await readBudgetFile(root);
  const budgets = isRepository(root)
    ? own
    : toProjectBudgets(own, await readBudgetFile(packageRoot));
  const { kibibytesDefault } = budgets;
  const named = kibibytesOf(budgets);
  return (name) => Number(Object.hasOwn(named, name) ? named[name] : kibibytesDefault) * kibibyte;
}

function toProjectBudgets(own: UnknownObject, ours: UnknownObject): UnknownObject {
  const ofOurs = Object.entries(kibibytesOf(ours)).map(
    ([name, kibibytes]) => [name, Number(kibibytes) + kibibytesOfOwnCode] as const,
  );
  return {
    kibibytes: { ...Object.fromEntries(ofOurs), ...kibibytesOf(own) },
    kibibytesDefault:
      own["kibibytesDefault"] ?? Math.max(...ofOurs.map(([, kibibytes]) => kibibytes)),
  };
}

function kibibytesOf({ kibibytes }: UnknownObject): UnknownObject {
  return isUnknownObject(kibibytes) ? kibibytes : {};
}

async function readBudgetFile(root: string): Promise<UnknownObject> {
  const path = join(root, file);
  const read = existsSync(path) ? parseObject(await readFile(path, "utf8")) : {};
  if (read === undefined || !areBudgets(read)) {
    throw new UsageError(
      `${file} must be { "kibibytes": { "<function>": 48 }, "kibibytesDefault": 48 }`,
    );
  }
  return read;
}

/** A field of another name or form would be a limit that nobody keeps. */
function areBudgets({ kibibytes = {}, kibibytesDefault = 1, ...others }: UnknownObject): boolean {
  return (
    isUnknownObject(kibibytes) &&
    Object.keys(others).length === 0 &&
    [kibibytesDefault, ...Object.values(kibibytes)].every(isBudget)
  );
}

function isBudget(value: unknown): boolean {
  return typeof value === "number" && value > 0;
}

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readBudgets } from "../../project/budgets.ts";
import { listFunctionFiles } from "../../project/functions.ts";
import { commandText } from "../../shared/command-text.ts";
import { type Check, failed, ok, warning } from "./check.ts";

const kibibyte = 1024;

/** Compares the size of each function's artifact with the budget that the build enforces. */
export async function checkArtifacts(root: string): Promise<readonly Check[]> {
  const budgetOf = await readBudgets(root);
  return Promise.all(
    listFunctionFiles(root).map(async (name) =>
      checkArtifact(name, await sizeOf(root, name), budgetOf(name)),
    ),
  );
}

export function checkArtifact(name: string, bytes: number | undefined, budgetBytes: number): Check {
  const named = { check: "artifact", subject: name };
  if (bytes === undefined) {
    return warning(named, "not built", commandText("build"));
  }
  const found = `${toKibibytes(bytes)} KiB of ${toKibibytes(budgetBytes)} KiB`;
  return bytes > budgetBytes
    ? failed(named, found, "find what it bundles that it did not before, or raise its budget")
    : ok(named, found);
}

function toKibibytes(bytes: number): string {
  return (bytes / kibibyte).toFixed(1);
}

async function sizeOf(root: string, name: string): Promise<number | undefined> {
  try {
    return (await stat(join(root, "dist", name, "index.js"))).size;
  } catch {
    return undefined;
  }
}

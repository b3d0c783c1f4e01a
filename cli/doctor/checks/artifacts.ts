import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isUnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { commandText } from "../../shared/command-text.ts";
import { type Check, failed, ok, warning } from "./check.ts";

const kibibyte = 1024;

/** Compares the size of each function's artifact with the budget that the build enforces. */
export async function checkArtifacts(root: string): Promise<readonly Check[]> {
  const budgetOf = await readBudgets(root);
  const files = await readdir(join(root, "functions"));
  const names = files.filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -3));
  return Promise.all(
    names.sort().map(async (name) => checkArtifact(name, await sizeOf(root, name), budgetOf(name))),
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

/** Reads the build's own budgets, which are in KiB. */
async function readBudgets(root: string): Promise<(name: string) => number> {
  const parsed: unknown = JSON.parse(await readFile(join(root, "artifact-budgets.json"), "utf8"));
  const { kibibytes, kibibytesDefault } = isUnknownObject(parsed) ? parsed : {};
  return (name) => {
    const own =
      isUnknownObject(kibibytes) && Object.hasOwn(kibibytes, name) ? kibibytes[name] : undefined;
    return Number(own ?? kibibytesDefault) * kibibyte;
  };
}

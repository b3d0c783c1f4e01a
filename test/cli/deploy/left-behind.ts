import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "../../../local/cloud-functions/resources.ts";
import type { RunningCloudFunctions } from "../../../local/cloud-functions/server.ts";
import { stateFolder } from "./harness.ts";

type Emulator = RunningCloudFunctions;

/**
 * Does the work once for each state that a cut-off command leaves. Later commands see nothing else of it, so equal states
 * have equal ends: every cut at a read leaves what the cut before it left.
 */
export function onceForEachState<More extends readonly unknown[], Result>(
  work: (emulator: Emulator, ...more: More) => Promise<Result>,
) {
  const results = new Map<string, Promise<Result>>();
  return (emulator: Emulator, ...more: More): Promise<Result> => {
    const state = leftBehind(emulator);
    const result = results.get(state) ?? work(emulator, ...more);
    results.set(state, result);
    return result;
  };
}

const times = /\d{4}-\d\d-\d\dT[\d:.]+Z|\d{8}T\d{9}Z/g;
/** Ids of API Gateway, and what a folder's own key makes of secrets. */
const random = /(?<="(?:productId|apiId|resourceId|stageId|subscriptionCode|hmac)":")[^"]+/g;

/** Returns all that a later command can see of earlier ones. Random values are numbered in the order in which they appear. */
function leftBehind(emulator: Emulator): string {
  const resources = [...emulator.resources()];
  const versions = resources.map(([key]) => emulator.versions(key));
  const state = [resources, versions, emulator.products(), recordsIn(stateFolder(emulator.origin))];
  const numbers = new Map<string, string>();
  return JSON.stringify(state, (_, value) => (value instanceof Map ? [...value.values()] : value))
    .replaceAll(emulator.origin, "")
    .replaceAll(times, "")
    .replaceAll(random, (found) => {
      const number = numbers.get(found) ?? `${numbers.size}`;
      numbers.set(found, number);
      return number;
    });
}

function recordsIn(folder: string): readonly unknown[] {
  const names = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
    : [];
  return names
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}

/** Keeps what is deployed with its records. Returns a function that puts both back, for the next of many tries. */
export function keepState(emulator: Emulator): () => void {
  const kept = structuredClone([...emulator.resources().values()]);
  if ([...emulator.resources().keys()].some((key) => emulator.versions(key).length > 0)) {
    throw new Error("versions of actions cannot be put back");
  }
  const folder = stateFolder(emulator.origin);
  const copy = `${folder}-kept`;
  cpSync(folder, copy, { recursive: true });
  return () => {
    // The emulator shows the map itself, for reading.
    (emulator.resources() as Map<string, Resource>).clear();
    for (const resource of structuredClone(kept)) {
      emulator.plant(resource);
    }
    rmSync(folder, { recursive: true, force: true });
    cpSync(copy, folder, { recursive: true });
  };
}

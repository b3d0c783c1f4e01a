import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { functionNames, functions } from "../../project/functions.ts";
import { ApiFailure } from "../api/api-failure.ts";
import { findContent, type ManagementApi, triggerPath } from "../api/management-api.ts";
import { type Mark, parseMark } from "../state/mark.ts";
import { textIn } from "./fields.ts";
import type { TriggerNames } from "./list-triggers.ts";
import { readTrigger } from "./read-trigger.ts";

/** Everything in the account's region that bears this command's mark, ours and that of other configurations. */
export type Marked = {
  readonly packages: readonly MarkedPackage[];
  readonly actions: readonly MarkedAction[];
  readonly triggers: readonly MarkedTrigger[];
  /** False if the API does not list its packages and actions. */
  readonly isWhole: boolean;
};

export type MarkedPackage = { readonly name: string; readonly mark: Mark };
export type MarkedAction = MarkedPackage & { readonly packageName: string };
export type MarkedTrigger = MarkedPackage & {
  readonly description: string;
  /** The linked actions as the API writes them. */
  readonly actions: readonly string[];
};

/** Each package is one request. An account may have 500. */
const packagesMax = 500;
/** Cloud Functions allows 500 triggers. */
const triggersMax = 500;

/**
 * Finds what this command made, wherever it is: the lists of packages and actions show descriptions
 * (https://api.ncloud-docs.com/docs/en/compute-cloudfunctions-v2-getpackagelist and -getactionlist, read 2026-11-30), and
 * a trigger is read if its name ends as ours do.
 */
export async function scan(api: ManagementApi, triggerNames: TriggerNames): Promise<Marked> {
  const packages = await list(api, "/packages", "packages");
  const names = ["-", ...(packages ?? []).slice(0, packagesMax).map(({ name }) => name)];
  const actions: MarkedAction[] = [];
  let isWhole = packages !== undefined && packages.length <= packagesMax;
  for (const packageName of names) {
    const path = `/packages/${encodeURIComponent(packageName)}/actions`;
    const listed = await list(api, path, "actions");
    isWhole &&= listed !== undefined;
    actions.push(...markedIn(listed).map((one) => ({ ...one, packageName })));
  }
  const triggers = await readTriggers(api, triggerNames ?? []);
  return { packages: markedIn(packages), actions, triggers, isWhole };
}

type Listed = { readonly name: string; readonly description: string | undefined };

/** Returns undefined if the API refuses the list, or answers in another form: only what is elsewhere stays unseen. */
async function list(
  api: ManagementApi,
  path: string,
  field: string,
): Promise<readonly Listed[] | undefined> {
  try {
    const content = await api({ method: "GET", path });
    const items = content[field] ?? content[field.replace(/s$/, "")] ?? content["content"];
    return Array.isArray(items) ? items.filter(isUnknownObject).flatMap(toListed) : undefined;
  } catch (error) {
    if (error instanceof ApiFailure && error.retry === "never") {
      return undefined;
    }
    throw error;
  }
}

function toListed(item: UnknownObject): readonly Listed[] {
  const name = textIn(item, "name");
  return name === undefined ? [] : [{ name, description: textIn(item, "description") }];
}

function markedIn(listed: readonly Listed[] = []): readonly MarkedPackage[] {
  return listed.flatMap(({ name, description }) => {
    const mark = parseMark(description);
    return mark === undefined ? [] : [{ name, mark }];
  });
}

async function readTriggers(
  api: ManagementApi,
  names: readonly string[],
): Promise<readonly MarkedTrigger[]> {
  const triggers: MarkedTrigger[] = [];
  for (const name of names.filter((one) => likeOurs.test(one)).slice(0, triggersMax)) {
    const found = await findContent(api, triggerPath(name));
    const { description = "", actions = [] } = found === undefined ? {} : readTrigger(found);
    const mark = parseMark(description);
    if (mark !== undefined) {
      triggers.push({ name, mark, description, actions });
    }
  }
  return triggers;
}

/** Matches the names of our triggers, whatever their prefix is: `-heartbeat-cron`, `-event-insight`. */
const likeOurs = new RegExp(
  functionNames
    .map((name) => `-${name}-${functions[name].triggeredBy === "any" ? "" : "(?:cron|events)$"}`)
    .join("|"),
);

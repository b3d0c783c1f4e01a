import { isUnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { ApiFailure } from "../api/api-failure.ts";
import type { ManagementApi } from "../api/management-api.ts";

/** The names of all triggers; undefined if the API does not list them. */
export type TriggerNames = readonly string[] | undefined;

/** Cloud Functions allows 500 triggers. */
const namesMax = 1_000;

/**
 * Lists the names of all triggers: `content.triggers[].name` (NAVER Cloud API guide, "Get Trigger List",
 * https://api.ncloud-docs.com/docs/en/compute-cloudfunctions-gettriggerlist, read 2026-11-30). That of packages is
 * `content` itself, so a plain list is accepted too. A refusal is no reason to stop: only leftovers stay unseen.
 */
export async function listTriggers(api: ManagementApi): Promise<TriggerNames> {
  try {
    const content = await api({ method: "GET", path: "/triggers" });
    const list = content["triggers"] ?? content["content"];
    return Array.isArray(list) ? list.slice(0, namesMax).flatMap(nameOf) : undefined;
  } catch (error) {
    if (error instanceof ApiFailure && error.retry === "never") {
      return undefined;
    }
    throw error;
  }
}

function nameOf(item: unknown): readonly string[] {
  const name = isUnknownObject(item) ? item["name"] : item;
  return typeof name === "string" ? [name] : [];
}

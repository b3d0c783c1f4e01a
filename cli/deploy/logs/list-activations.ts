import { isUnknownObject, type UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { ApiFailure } from "../api/api-failure.ts";
import { actionPath, findContent, type ManagementApi } from "../api/management-api.ts";
import type { DeployLocation } from "../api/regions.ts";
import { type Activation, readActivation } from "./activation.ts";

/** An action, by the function that it is. */
export type LoggedAction = Pick<DeployLocation, "version"> & {
  readonly function: string;
  readonly action: string;
  readonly packageName: string;
};

/** One page of a list. The default of the API is 20. */
const pageSize = 20;
/** Nothing is looked for behind these pages of a list. */
const pagesMax = 10;

type Listing = {
  /** Ids that need not be looked for. The list ends at a page that has no other. */
  readonly isKnown?: (id: string) => boolean;
  readonly countMax?: number;
  /** Runs that started earlier are left out. Without it the API goes back a month. */
  readonly startMs?: number;
};

/**
 * Lists the activations of an action that are not known yet: `content.activations[]`, with id, duration and status
 * (https://api.ncloud-docs.com/docs/en/compute-cloudfunctions-v2-getactivationlist, read 2026-11-30). Returns undefined
 * if the action is not there.
 */
export async function listActivations(
  logged: LoggedAction,
  api: ManagementApi,
  { isKnown = () => false, countMax = pagesMax * pageSize, startMs }: Listing,
): Promise<readonly Activation[] | undefined> {
  const found = new Map<string, Activation>();
  let hasMore = true;
  for (let pageNo = 1; hasMore && pageNo <= pagesMax; pageNo += 1) {
    const page = await readPage(logged, api, { pageNo, startMs });
    if (page === undefined) {
      return pageNo === 1 ? undefined : [...found.values()];
    }
    const unknown = page.runs.filter(({ id }) => !isKnown(id) && !found.has(id));
    for (const one of unknown) {
      found.set(one.id, one);
    }
    hasMore = unknown.length > 0 && !page.isLast && found.size < countMax;
  }
  return [...found.values()].slice(0, countMax);
}

type PageQuery = { readonly pageNo: number; readonly startMs: number | undefined };

async function readPage(
  logged: LoggedAction,
  api: ManagementApi,
  { pageNo, startMs }: PageQuery,
): Promise<{ readonly runs: readonly Activation[]; readonly isLast: boolean } | undefined> {
  const content = await findContent(api, activationsPath(logged), {
    pageSize: String(pageSize),
    pageNo: String(pageNo),
    ...(startMs === undefined ? {} : { start: toStart(startMs, logged) }),
  });
  const items = content && listIn(content);
  return (
    items && {
      runs: items.flatMap((item) => readActivation(item) ?? []),
      isLast: items.length < pageSize,
    }
  );
}

/** Reads one activation with its logs. Returns undefined if it cannot be found, or not yet. */
export async function findActivation(
  logged: LoggedAction,
  id: string,
  api: ManagementApi,
): Promise<Activation | undefined> {
  try {
    const path = `${activationsPath(logged)}/${id}`;
    return readActivation({ ...(await api({ method: "GET", path })), activationId: id });
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}

const koreanOffsetMs = 9 * 60 * 60_000;

/** Version 2.1 takes epoch milliseconds, version 2.0 Korean time as text. */
function toStart(startMs: number, { version }: LoggedAction): string {
  return version === "2.1"
    ? String(startMs)
    : new Date(startMs + koreanOffsetMs).toISOString().slice(0, "2026-11-30T12:00:00".length);
}

function activationsPath({ packageName, action }: LoggedAction): string {
  return `${actionPath(packageName, action)}/activations`;
}

/** Accepts a plain list too, as that of packages is. */
function listIn(content: UnknownObject): readonly unknown[] {
  const given = content["activations"] ?? content["content"];
  const list = isUnknownObject(given) ? given["content"] : given;
  return Array.isArray(list) ? list : [];
}

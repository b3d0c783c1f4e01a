import type { ManagementApi } from "../api/management-api.ts";
import type { Activation } from "./activation.ts";
import { findActivation, type LoggedAction, listActivations } from "./list-activations.ts";

/** A run that was listed, with its log if that is there yet. */
export type FoundRun = {
  readonly logged: LoggedAction;
  readonly activation: Activation;
  readonly hasDetail: boolean;
};

export type NewestRuns = {
  readonly runs: readonly FoundRun[];
  /** The actions that are not there. */
  readonly missing: readonly LoggedAction[];
};

/** The number of runs that are shown: of one function, and of each if there are several. */
const runsOfOneMax = 20;
export const runsOfEachMax = 10;
const requestsAtOnce = 5;

/** Reads the newest runs of the actions with their logs, newest first. */
export async function readNewest(
  actions: readonly LoggedAction[],
  api: ManagementApi,
): Promise<NewestRuns> {
  const countMax = actions.length === 1 ? runsOfOneMax : runsOfEachMax;
  const runs: FoundRun[] = [];
  const missing: LoggedAction[] = [];
  for (const logged of actions) {
    const listed = await listActivations(logged, api, { countMax });
    if (listed === undefined) {
      missing.push(logged);
    }
    runs.push(
      ...(await readDetails(
        (listed ?? []).map((item) => ({ logged, item })),
        api,
      )),
    );
  }
  return { runs: runs.toSorted(oldestFirst).toReversed(), missing };
}

export type ListedRun = { readonly logged: LoggedAction; readonly item: Activation };

export async function readDetails(
  listed: readonly ListedRun[],
  api: ManagementApi,
): Promise<readonly FoundRun[]> {
  const found: FoundRun[] = [];
  for (let from = 0; from < listed.length; from += requestsAtOnce) {
    const some = listed.slice(from, from + requestsAtOnce);
    found.push(...(await Promise.all(some.map((one) => readDetail(one, api)))));
  }
  return found;
}

async function readDetail({ logged, item }: ListedRun, api: ManagementApi): Promise<FoundRun> {
  const detail = await findActivation(logged, item.id, api);
  return { logged, activation: withListed(detail, item), hasDetail: detail !== undefined };
}

/** A detail may lack what the list shows. */
function withListed(detail: Activation | undefined, item: Activation): Activation {
  return detail === undefined
    ? item
    : {
        ...detail,
        startMs: detail.startMs ?? item.startMs,
        durationMs: detail.durationMs ?? item.durationMs,
        status: detail.status ?? item.status,
        isFailure: detail.isFailure || (detail.status === undefined && item.isFailure),
      };
}

/** A run whose time is unknown is so new that its detail is not there yet. */
export function oldestFirst(a: FoundRun, b: FoundRun): number {
  return startOf(a) - startOf(b);
}

function startOf({ activation: { startMs = Number.MAX_SAFE_INTEGER } }: FoundRun): number {
  return startMs;
}

import type { Effects } from "../../../lib/effects/effects.ts";
import type { ManagementApi } from "../api/management-api.ts";
import { type LoggedAction, listActivations } from "./list-activations.ts";
import {
  type FoundRun,
  type ListedRun,
  oldestFirst,
  readDetails,
  runsOfEachMax,
} from "./read-newest.ts";

type Following = {
  readonly api: ManagementApi;
  readonly effects: Pick<Effects, "now" | "sleep">;
  readonly show: (run: FoundRun) => void;
  /** Called at each poll for each action that is not there. */
  readonly onMissing: (logged: LoggedAction) => void;
};

const pollMs = 5_000;
/** A run takes 5 minutes at most, and the clocks may differ by as much. */
const windowMs = 10 * 60_000;
/** Details that one poll asks for. */
const detailsMax = 50;
/** Runs whose detail is waited for. Others are shown without it. */
const waitingMax = 1_000;
/** A detail was seen to be there after 30 to 40 s. Later the run is shown without it. */
const detailWaitMsMax = 120_000;
const knownMax = 50_000;

type Waiting = ListedRun & { readonly sinceMs: number };

/**
 * Shows the newest runs of the last ten minutes, then each run once, as soon as its log is there. Never resolves: the
 * wait between two polls ends it by what it throws.
 */
export async function followActivations(
  actions: readonly LoggedAction[],
  following: Following,
): Promise<never> {
  const { api, effects, show } = following;
  const known = new Set<string>();
  const waiting = new Map<string, Waiting>();
  for (let isFirst = true; ; isFirst = false) {
    const listed = await listNew(actions, known, following);
    const ofEachMax = isFirst ? runsOfEachMax : Number.MAX_SAFE_INTEGER;
    for (const run of listed.flatMap((runs) => runs.slice(0, ofEachMax))) {
      waiting.set(keyOf(run.logged, run.item.id), { ...run, sinceMs: effects.now() });
    }
    for (const run of await takeReady(waiting, { api, nowMs: effects.now() })) {
      show(run);
    }
    forgetOldest(known);
    await effects.sleep(pollMs);
  }
}

/** Lists the runs of each action that are not known, and makes them known. */
async function listNew(
  actions: readonly LoggedAction[],
  known: Set<string>,
  { api, effects, onMissing }: Following,
): Promise<readonly (readonly ListedRun[])[]> {
  const all: ListedRun[][] = [];
  for (const logged of actions) {
    const listed = await listActivations(logged, api, {
      isKnown: (id) => known.has(keyOf(logged, id)),
      startMs: effects.now() - windowMs,
    });
    if (listed === undefined) {
      onMissing(logged);
    }
    all.push((listed ?? []).map((item) => ({ logged, item })));
    for (const { id } of listed ?? []) {
      known.add(keyOf(logged, id));
    }
  }
  return all;
}

/** Removes and returns the runs whose log is there, or is waited for no longer, oldest first. */
async function takeReady(
  waiting: Map<string, Waiting>,
  { api, nowMs }: { readonly api: ManagementApi; readonly nowMs: number },
): Promise<readonly FoundRun[]> {
  const asked = [...waiting].slice(0, detailsMax);
  const found = await readDetails(
    asked.map(([, one]) => one),
    api,
  );
  const ready: FoundRun[] = [];
  for (const [index, [key, one]] of asked.entries()) {
    const run = found[index];
    waiting.delete(key);
    if (run?.hasDetail === true || nowMs - one.sinceMs >= detailWaitMsMax) {
      ready.push(run ?? toUnread(one));
    } else {
      // The next poll asks for the others first.
      waiting.set(key, one);
    }
  }
  for (const [key, one] of [...waiting].slice(waitingMax)) {
    waiting.delete(key);
    ready.push(toUnread(one));
  }
  return ready.toSorted(oldestFirst);
}

function toUnread({ logged, item }: ListedRun): FoundRun {
  return { logged, activation: item, hasDetail: false };
}

function keyOf({ packageName, action }: LoggedAction, id: string): string {
  return `${packageName}/${action}/${id}`;
}

function forgetOldest(known: Set<string>): void {
  for (const key of [...known].slice(0, Math.max(0, known.size - knownMax))) {
    known.delete(key);
  }
}

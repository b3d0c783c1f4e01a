import type { ManagementApi } from "../api/management-api.ts";
import type { DeployLocation } from "../api/regions.ts";
import type { NameParts } from "../desired/names.ts";
import { toNames } from "../desired/names.ts";
import { type Captured, type Changes, capture, changesIn } from "./capture.ts";
import {
  type Binding,
  newRecord,
  type RecordedGateway,
  type RollbackRecord,
  type TriggerState,
} from "./record.ts";
import { openStore, type RecordStore } from "./store.ts";

export type RecorderContext = {
  readonly api: ManagementApi;
  readonly folder: string;
  readonly place: DeployLocation;
  readonly deployment: NameParts;
  readonly now: () => number;
};

/** Returns whose records they are, and where: records of another region are not these. */
export function bindingOf(deployment: NameParts, place: DeployLocation): Binding {
  const { region, platform, origin } = place;
  return { owner: toNames(deployment).owner, region, platform, origin };
}

/** Marks a record as whole, with the fingerprints of API Gateway's methods and stage as they are then. */
type Complete = (after: Readonly<Record<string, string>> | undefined) => void;

/**
 * Writes what an apply is about to change into its record. An apply that was cut off left a record that is not whole: the
 * next one adds to it, so that a rollback goes back to before the first of them. Returns what marks the record as whole.
 */
export async function recordBefore(changes: Changes, context: RecorderContext): Promise<Complete> {
  const { api, folder, place, deployment, now } = context;
  const store = openStore(folder, bindingOf(deployment, place));
  const records = store.records();
  const [last] = records;
  const { steps, removals } = changesIn(changes);
  const open = last?.isWhole === false ? last : undefined;
  const { changes: inGateway = [] } = changes.gateway ?? {};
  if (steps.length + removals.length + inGateway.length === 0) {
    return (after) => complete(store, open, after);
  }
  const known = knownIn(records);
  const captured = await capture(changes, { api, hmac: store.hmac, known });
  const record =
    open === undefined
      ? newRecord({
          ...captured,
          number: (last?.number ?? 0) + 1,
          at: new Date(now()).toISOString(),
          binding: bindingOf(deployment, place),
          prefix: deployment.prefix,
          packageName: deployment.package,
        })
      : merge(open, captured, deployment);
  store.write(record);
  return (after) => complete(store, record, after);
}

function complete(
  store: RecordStore,
  record: RollbackRecord | undefined,
  after: Parameters<Complete>[0],
): void {
  if (record !== undefined) {
    store.write({ ...withAfter(record, after), isWhole: true });
  }
}

/** Says how API Gateway is now, so that a later rollback sees what somebody else changes from here on. */
export function withAfter(record: RollbackRecord, after: Parameters<Complete>[0]): RollbackRecord {
  const { gateway } = record;
  return gateway === undefined || after === undefined
    ? record
    : { ...record, gateway: { ...gateway, after } };
}

function knownIn(records: readonly RollbackRecord[]): readonly TriggerState[] {
  return records.flatMap(({ triggers }) =>
    triggers.flatMap(({ before, after }) => [
      ...(after === undefined ? [] : [after]),
      ...(before === null ? [] : [before.state]),
    ]),
  );
}

/** A record that is there stays: it is from before the apply that was cut off. */
function merge(
  open: RollbackRecord,
  { packages, actions, triggers, gateway }: Captured,
  { prefix, package: packageName }: NameParts,
): RollbackRecord {
  const isNew =
    (known: readonly { readonly name: string; readonly packageName?: string }[]) =>
    (one: { readonly name: string; readonly packageName?: string }) =>
      !known.some((two) => two.name === one.name && two.packageName === one.packageName);
  const after = new Map(triggers.map((one) => [one.name, one.after]));
  return {
    ...open,
    prefix,
    packageName,
    packages: [...open.packages, ...packages.filter(isNew(open.packages))],
    actions: [...open.actions, ...actions.filter(isNew(open.actions))],
    triggers: [
      ...open.triggers.map((one) => ({ ...one, after: after.get(one.name) ?? one.after })),
      ...triggers.filter(({ name }) => !open.triggers.some((two) => two.name === name)),
    ],
    ...mergeGateway(open.gateway, gateway),
  };
}

/** A change that was made before the cut is not planned again, so both lists count. */
function mergeGateway(
  open: RecordedGateway | undefined,
  next: RecordedGateway | undefined,
): Pick<RollbackRecord, "gateway"> {
  const gateway =
    open === undefined || next === undefined
      ? (open ?? next)
      : {
          ...open,
          changes: [...open.changes, ...next.changes],
          unlocked: [...(open.unlocked ?? []), ...(next.unlocked ?? [])],
        };
  return gateway === undefined ? {} : { gateway };
}

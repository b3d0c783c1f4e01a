import type { StorageClient, StorageResult } from "../object-storage/client.ts";
import { removeObject } from "../object-storage/operations.ts";
import { isPlainName, removedMax, removeObjects } from "../object-storage/remove-objects.ts";

type RemovalResult = StorageResult<undefined>;
type PendingRemoval = { readonly name: string; readonly end: (removed: RemovalResult) => void };

export type RedriveDeletions = { readonly remove: (name: string) => Promise<RemovalResult> };

/**
 * Removes objects in batches. Names that are added during a batch make the next one. A name that a batch does not confirm
 * is removed alone. A storage that refuses a batch gets no other batch.
 */
export function createRedriveDeletions(
  client: StorageClient,
  bucket: string,
  concurrency: number,
): RedriveDeletions {
  let waiting: PendingRemoval[] = [];
  let isBusy = false;
  let takesBatches = true;
  const removeOne = async ({ name, end }: PendingRemoval): Promise<void> =>
    end(await removeObject(client, { bucket, name }));
  /** Returns the removed names. */
  const removeAtOnce = async (names: readonly string[]): Promise<ReadonlySet<string>> => {
    if (names.length < 2 || !takesBatches) {
      return new Set();
    }
    const removed = await removeObjects(client, bucket, names);
    takesBatches = removed.ok;
    return removed.ok ? removed.value : new Set();
  };
  const removeBatch = async (batch: readonly PendingRemoval[]): Promise<void> => {
    const gone = await removeAtOnce(batch.map(({ name }) => name).filter(isPlainName));
    const left = batch.filter(({ name, end }) => {
      if (gone.has(name)) {
        end({ ok: true, value: undefined });
      }
      return !gone.has(name);
    });
    for (let at = 0; at < left.length; at += concurrency) {
      await Promise.all(left.slice(at, at + concurrency).map(removeOne));
    }
  };
  const removeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, removedMax);
      waiting = waiting.slice(removedMax);
      await removeBatch(batch);
    }
    isBusy = false;
  };
  return {
    remove: (name) =>
      new Promise((end) => {
        waiting.push({ name, end });
        if (!isBusy) {
          isBusy = true;
          void removeAll();
        }
      }),
  };
}

import { createHash } from "node:crypto";
import { keyOf, type StoredAction } from "../resources.ts";

/** Counts of how often the action of a key was deleted. */
export type Deletions = Map<string, number>;

/**
 * Makes up the id of an action: that NAVER Cloud gives it one is documented, and neither where it is shown nor its form.
 * An action that is deleted and made again gets another id.
 */
export function madeUpIdOf(action: StoredAction, deletions: Deletions): string {
  const key = keyOf(action);
  const text = `${key} ${deletions.get(key) ?? 0}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 10);
}

export function countDeletion(key: string, deletions: Deletions): void {
  deletions.set(key, (deletions.get(key) ?? 0) + 1);
}

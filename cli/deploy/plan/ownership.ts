import type { Names } from "../desired/names.ts";
import { type Mark, parseMark } from "../state/mark.ts";

export type Ownership = {
  /** Overwrites a resource that has one of our names and is not ours. */
  readonly adopt: boolean;
  /** The owners whose resources at our names are ours. */
  readonly owners: Names["owners"];
  /** Descriptions that a rollback puts back, so that it can be repeated although they may be of others. */
  readonly accepted?: readonly string[];
};

/** Returns whether a mark at one of our names is ours. A mark of an earlier version names nobody. */
export function isOwn({ owner }: Pick<Mark, "owner">, owners: Names["owners"]): boolean {
  return owner === undefined || owners.includes(owner);
}

/** Returns why a resource with one of our names may not be overwritten; undefined if it may. */
export function whyNotOurs(
  description: string | undefined,
  { adopt, owners, accepted = [] }: Ownership,
): string | undefined {
  const mark = parseMark(description);
  if (
    adopt ||
    accepted.includes(description ?? "") ||
    (mark !== undefined && isOwn(mark, owners))
  ) {
    return undefined;
  }
  return `${whose(description, mark)}. Choose another prefix, or take it over with --adopt`;
}

function whose(description: string | undefined, mark: Mark | undefined): string {
  if (mark !== undefined) {
    return `it is there and belongs to another deployment: ${mark.owner}`;
  }
  return description === undefined
    ? "it is there, and its description, which would tell whether this command made it, is not shown"
    : "it is there and was not made by this command: its description lacks the mark";
}

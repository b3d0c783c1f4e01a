import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import { readTrigger } from "../actual/read-trigger.ts";
import type { MarkedAction } from "../actual/scan.ts";
import type { WantedTrigger } from "../desired/triggers/desired-triggers.ts";
import { parseMark } from "../state/mark.ts";

export type PlannedLink = {
  readonly kind: "link";
  readonly name: string;
  readonly action: string;
  readonly packageName: string;
  /** Packages whose action of this name the trigger runs, or may run, and shall no longer run. */
  readonly from: readonly string[];
  readonly change: "create" | "replace" | "same";
  readonly fields: readonly [];
  readonly reason?: string;
};

type LinkContext = {
  readonly packageName: string;
  /** Our actions in other packages. */
  readonly elsewhere: readonly Pick<MarkedAction, "packageName" | "name">[];
};

/**
 * Plans the link of a trigger to its action. The API may show a linked action by its bare name alone, which does not tell
 * whose it is in which package. The trigger's mark tells, because it is written after the link. A mark of an earlier
 * version does not, so then every other package that has an action of ours with this name may be the one.
 */
export function planLink(
  { name, action }: WantedTrigger,
  found: UnknownObject | undefined,
  { packageName, elsewhere }: LinkContext,
): PlannedLink {
  const own = { kind: "link", name, action, packageName, fields: [] } as const;
  const { actions = [], description } = found === undefined ? {} : readTrigger(found);
  const runs = parseMark(description)?.runs;
  const before =
    runs === undefined
      ? elsewhere.filter((one) => one.name === action).map((one) => one.packageName)
      : [runs.packageName].filter(() => runs.action === action);
  const isBare = actions.includes(action);
  const from = [...new Set(before)].filter(
    (other) => other !== packageName && (isBare || actions.includes(`${other}/${action}`)),
  );
  if (from.length > 0) {
    const reason = `it ran the action of package ${from.join(", ")}`;
    return { ...own, from, change: "replace", reason };
  }
  if (found !== undefined && readTrigger(found).actions === undefined) {
    return { ...own, from, change: "create", reason: notShown };
  }
  const isThere = isBare || actions.includes(`${packageName}/${action}`);
  return { ...own, from, change: isThere ? "same" : "create" };
}

/** Linking an action that is linked changes nothing. */
const notShown = "the API does not show what the trigger runs, so it is linked again";

/** Accepts a linked action by its bare name, as documented, and by its name with the package before it. */
export function isLinked(trigger: UnknownObject, action: string, packageName: string): boolean {
  const names = [action, `${packageName}/${action}`];
  return readTrigger(trigger).actions?.some((linked) => names.includes(linked)) === true;
}

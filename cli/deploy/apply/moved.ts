import { functionNames } from "../../project/functions.ts";
import type { Marked, MarkedAction, MarkedTrigger } from "../actual/scan.ts";
import type { NameParts, Names } from "../desired/names.ts";
import { anyTriggerMark, toAnyTriggerName } from "../desired/names.ts";
import { isOwn } from "../plan/ownership.ts";
import type { Removal } from "./remove.ts";

/**
 * Plans the removal of what bears this configuration's name in another package or under another prefix: the configuration
 * has moved away from there. Without a name nothing is removed: two configurations may have one prefix. Links go first, so that nothing fires any more, then triggers, actions and packages.
 */
export function planMoved(
  marked: Marked,
  place: NameParts & { readonly isWanted: (trigger: string) => boolean },
  names: Names,
): readonly Removal[] {
  if (names.owner === unnamedOf(names)) {
    return [];
  }
  const isOld = ({ mark: { owner } }: { readonly mark: { readonly owner: string | undefined } }) =>
    owner === names.owner;
  const triggers = marked.triggers.filter(
    (one) => isOld(one) && (isStranded(one, place, names) || !isTriggerHere(one, place, names)),
  );
  const actions = marked.actions.filter((one) => isOld(one) && !isActionHere(one, names));
  const packages = marked.packages.filter((one) => isOld(one) && one.name !== names.packageName);
  return [
    ...triggers.flatMap(linkOf),
    ...triggers.map(({ name }) => ({ kind: "trigger", name, change: "delete" }) as const),
    ...actions.map(
      ({ name, packageName }) => ({ kind: "action", name, packageName, change: "delete" }) as const,
    ),
    ...packages.map(({ name }) => ({ kind: "package", name, change: "delete" }) as const),
  ];
}

/** A trigger that is no longer configured would run nothing, if its action was in another package. */
function isStranded(
  { name, mark: { runs } }: MarkedTrigger,
  { isWanted }: { readonly isWanted: (trigger: string) => boolean },
  { packageName }: Names,
): boolean {
  return runs !== undefined && runs.packageName !== packageName && !isWanted(name);
}

function linkOf({ name, mark: { runs }, actions }: MarkedTrigger): readonly Removal[] {
  const isLinked = actions.some((one) => one.split("/").at(-1) === runs?.action);
  return runs === undefined || !isLinked
    ? []
    : [{ kind: "link", name, change: "delete", runs: runs.action, packageName: runs.packageName }];
}

function isActionHere({ name, packageName }: MarkedAction, names: Names): boolean {
  return packageName === names.packageName && Object.values(names.actions).includes(name);
}

/** A trigger of a function that any trigger calls has a name of the user's, so its mark names the action too. */
function isTriggerHere(
  { name, description }: MarkedTrigger,
  { prefix }: NameParts,
  names: Names,
): boolean {
  return (
    Object.values(names.triggers).includes(name) ||
    functionNames.some(
      (one) =>
        name.startsWith(toAnyTriggerName({ prefix }, one, "")) &&
        description.startsWith(anyTriggerMark(one, names.actions[one])),
    )
  );
}

const namesMax = 12;

/** Names what bears our mark and is another deployment's, or nobody's: it is left alone. One line for each owner. */
export function leftAlone(marked: Marked, place: NameParts, names: Names): readonly string[] {
  const isOthers = (owner: string | undefined, isHere: boolean) =>
    !isOwn({ owner }, names.owners) ||
    (!isHere && (owner === undefined || owner === unnamedOf(names)));
  const others = [
    ...marked.triggers.map((one) => ({
      owner: one.mark.owner,
      isHere: isTriggerHere(one, place, names),
      text: `trigger ${one.name}`,
    })),
    ...marked.actions.map((one) => ({
      owner: one.mark.owner,
      isHere: isActionHere(one, names),
      text: `action ${one.packageName}/${one.name}`,
    })),
    ...marked.packages.map(({ name, mark: { owner } }) => ({
      owner,
      isHere: name === names.packageName,
      text: `package ${name}`,
    })),
  ].filter(({ owner, isHere }) => isOthers(owner, isHere));
  const owners = [...new Set(others.map(({ owner }) => owner))];
  return owners.map((owner) => {
    const texts = others.filter((one) => one.owner === owner).map(({ text }) => text);
    const more = texts.length - namesMax;
    const shown = texts.slice(0, namesMax).join(", ") + (more > 0 ? ` and ${more} more` : "");
    return `${whyLeft(owner, names)}: ${shown}`;
  });
}

function unnamedOf({ owners }: Names): string | undefined {
  return owners.at(-1);
}

function whyLeft(owner: string | undefined, names: Names): string {
  if (owner === undefined || owner === unnamedOf(names)) {
    return "left alone, because it bears no configuration's name (delete it in the console if nobody needs it; with `name` in the configuration, a later move takes everything along)";
  }
  return `left alone, because it belongs to another deployment (${owner})`;
}

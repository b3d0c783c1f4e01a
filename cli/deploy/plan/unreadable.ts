import type { ActualAction } from "../actual/read-state.ts";
import { toPlainText } from "../api/api-failure.ts";
import type { WantedAction } from "../desired/desired-state.ts";
import { digestOfName, type Mark, parseMark } from "../state/mark.ts";
import { isMasked } from "./masked.ts";

/**
 * Returns why an action's parameters cannot be read, so that writing it would overwrite values which nobody here knows;
 * undefined if all can be read. Parameters can be encrypted in the console, and API v3 refuses to change such an action
 * (https://api.ncloud-docs.com/docs/pub-cloud-functions-v3-actions-updateaction, read 2026-11-24). No page says how a read
 * shows them, so every form is taken: masked, empty, of another type, or absent although the mark says that they were
 * bound.
 */
export function whyUnreadable(
  wanted: Pick<WantedAction, "parameters">,
  actual: ActualAction | undefined,
): string | undefined {
  const mark = parseMark(actual?.description);
  if (actual === undefined) {
    return undefined;
  }
  const given = actual.parameters;
  const missing = findMissing(wanted, Object.keys(given ?? {}), mark);
  const masked = Object.entries(given ?? {})
    .filter(([name, value]) => isMasked(value, wanted.parameters[name], isBound(name, mark)))
    .map(([name]) => name);
  const parts = [
    ...(masked.length === 0 ? [] : [`masked: ${namesText(masked)}`]),
    ...(missing.length === 0 ? [] : [`not shown: ${namesText(missing)}`]),
  ];
  return parts.length === 0
    ? undefined
    : `its parameters cannot be read (${parts.join("; ")}), so it is left as it is. Parameters encrypted in the console are changed there; --overwrite-parameters writes the action with those of the settings`;
}

/** Every version of this command binds parameters, so a mark without digests says that all were bound. */
function findMissing(
  { parameters }: Pick<WantedAction, "parameters">,
  given: readonly string[],
  mark: Mark | undefined,
): readonly string[] {
  if (mark === undefined) {
    return [];
  }
  if (mark.parameters === undefined) {
    return given.length === 0 ? Object.keys(parameters) : [];
  }
  const shown = new Set(given.map(digestOfName));
  const names = new Map(Object.keys(parameters).map((name) => [digestOfName(name), name]));
  return mark.parameters
    .filter((digest) => !shown.has(digest))
    .map((digest) => names.get(digest) ?? "one that is no longer a setting");
}

function isBound(name: string, mark: Mark | undefined): boolean {
  return mark !== undefined && (mark.parameters?.includes(digestOfName(name)) ?? true);
}

const namesMax = 8;

function namesText(names: readonly string[]): string {
  const unique = [...new Set(names)].sort().map(toPlainText);
  const more = unique.length - namesMax;
  return unique.slice(0, namesMax).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

import { sha256 } from "../desired/artifact.ts";
import type { Parameters } from "../desired/function-settings.ts";

/**
 * The mark is the description of everything that this command makes. It tells people and the next deploy who made it:
 * `datastream-relay: heartbeat, code sha256:…; configuration prod; parameters 1f3a…`. Marks of earlier versions end
 * before the first semicolon. It may have 3,000 bytes.
 */
export type Mark = {
  /** Whose it is, as `ownerOf` writes it. Absent in marks of earlier versions. */
  readonly owner: string | undefined;
  /** The action that a trigger runs. The API shows linked actions by bare names, which do not tell their package. */
  readonly runs: Place | undefined;
  /** A short digest of each bound parameter's name. Absent in marks of earlier versions. */
  readonly parameters: readonly string[] | undefined;
};

export type Place = { readonly packageName: string; readonly action: string };

const ownMark = "datastream-relay: ";
const separator = "; ";

export function mark(text: string, fields: readonly string[] = []): string {
  return ownMark + [text, ...fields].join(separator);
}

/** Returns undefined if a description lacks this command's mark. */
export function parseMark(description: string | undefined): Mark | undefined {
  if (description?.startsWith(ownMark) !== true) {
    return undefined;
  }
  const [, ...fields] = description.split(separator);
  const find = (pattern: RegExp) =>
    fields.map((field) => pattern.exec(field)).find((match) => match !== null);
  const [, packageName, action] = find(/^runs ([\w-]{1,50})\/([\w-]{1,50})$/) ?? [];
  const digests = find(/^parameters ((?:[\da-f]{4})*)$/)?.[1];
  return {
    owner: find(/^(?:configuration|prefix) [\w-]{1,50}$/)?.[0],
    runs: packageName && action ? { packageName, action } : undefined,
    parameters: digests?.match(/.{4}/g) ?? (digests === undefined ? undefined : []),
  };
}

/** Returns the part that says what a resource does, without whose it is. */
export function coreOf(description: string): string {
  return description.split(separator)[0] ?? "";
}

type Owner = { readonly name?: string | undefined; readonly prefix: string };

/** Returns whose the resources of a configuration are: its name, or else its prefix. */
export function ownerOf({ name, prefix }: Owner): string {
  return name === undefined ? `prefix ${prefix}` : `configuration ${name}`;
}

export function runsField({ packageName, action }: Place): string {
  return `runs ${packageName}/${action}`;
}

export function parametersField(parameters: Parameters): string {
  const digests = Object.keys(parameters).map(digestOfName);
  return `parameters ${digests.toSorted((a, b) => (a < b ? -1 : 1)).join("")}`;
}

/** Shortens a name to 16 bits: enough to find one among an action's parameters, and too little to tell anything else. */
export function digestOfName(name: string): string {
  return sha256(name).slice(0, 4);
}

/** Returns the function that a resource with our mark is of. */
export function functionOf(description: string | undefined): string | undefined {
  return parseMark(description) === undefined
    ? undefined
    : /^([\w-]+)(?:,| of )/.exec(description?.slice(ownMark.length) ?? "")?.[1];
}

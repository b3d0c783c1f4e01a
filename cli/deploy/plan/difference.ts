import type { UnknownObject } from "../../../lib/encoding/unknown-object.ts";
import type { ActualAction } from "../actual/read-state.ts";
import { toPlainText } from "../api/api-failure.ts";
import { sha256 } from "../desired/artifact.ts";
import type { WantedAction } from "../desired/desired-state.ts";
import { isHidden, type Parameters } from "../desired/function-settings.ts";
import { coreOf } from "../state/mark.ts";
import { isMasked, isSameValue } from "./masked.ts";

/** Describes a field of a resource that differs from the configuration, or that cannot be compared. */
export type FieldChange = {
  readonly field: string;
  readonly change: "set" | "changed" | "removed" | "unknown";
  /** The old value, as people see it. Absent if the field is secret or may be. */
  readonly from?: string;
  readonly to?: string;
};

export type Comparison = { readonly field: string; readonly from: unknown; readonly to: unknown };

/** Compares an action with its configuration. Without an actual action every field is `set`. */
export function compareAction(
  wanted: WantedAction,
  actual: ActualAction | undefined,
): readonly FieldChange[] {
  const from = actual ?? noAction;
  const isNew = actual === undefined;
  const plain: readonly Comparison[] = [
    { field: "runtime", from: from.kind, to: wanted.kind },
    { field: "main", from: from.main, to: wanted.main },
    { field: "binary", from: from.binary, to: wanted.artifact.binary },
    { field: "timeoutMs", from: from.timeoutMs, to: wanted.timeoutMs },
    { field: "memoryMb", from: from.memoryMb, to: wanted.memoryMb },
    ...(wanted.vpc === undefined
      ? []
      : [{ field: "vpc", from: networkText(from.vpc), to: networkText(wanted.vpc) }]),
    ...(wanted.type === "web"
      ? [
          { field: "raw-http", from: from.rawHttp, to: wanted.rawHttp },
          { field: "custom-options", from: from.customOptions, to: wanted.customOptions },
        ]
      : []),
  ];
  const fields = [
    ...plain.flatMap((one) => compareField(one, isNew)),
    ...compareCode(wanted, actual),
    ...compareParameters(wanted.parameters, actual),
  ];
  return fields.length > 0 || isNew ? fields : compareMark(from.description, wanted.description);
}

const noAction: Partial<ActualAction> = {};

function networkText(network: ActualAction["vpc"]): string | undefined {
  return network === undefined ? undefined : `${network.vpcNo}/${network.subnetNo}`;
}

export function compareField(
  { field, from, to }: Comparison,
  isNew: boolean,
): readonly FieldChange[] {
  if (isNew) {
    return [{ field, change: "set", to: toPlainText(to) }];
  }
  if (from === undefined) {
    return [{ field, change: "unknown", to: toPlainText(to) }];
  }
  return from === to
    ? []
    : [{ field, change: "changed", from: toPlainText(from), to: toPlainText(to) }];
}

/**
 * Compares the code itself if the API returns it, as documented. Otherwise compares the hash in the
 * description's mark. Without either the difference is unknown.
 */
function compareCode(
  { artifact, description }: WantedAction,
  actual: ActualAction | undefined,
): readonly FieldChange[] {
  const to = shortHash(artifact.sha256);
  if (actual === undefined) {
    return [{ field: "code", change: "set", to }];
  }
  const { code = "", description: actualMark = "" } = actual;
  if (code === "" && actualMark === "") {
    return [{ field: "code", change: "unknown", to }];
  }
  const isSame =
    code === "" ? coreOf(actualMark) === coreOf(description) : sha256(code) === artifact.sha256;
  const from = code === "" ? {} : { from: shortHash(sha256(code)) };
  return isSame ? [] : [{ field: "code", change: "changed", ...from, to }];
}

export function compareMark(from: string | undefined, to: string): readonly FieldChange[] {
  return from === undefined || from === to ? [] : [{ field: "description", change: "changed" }];
}

function shortHash(hash: string): string {
  return `sha256:${hash.slice(0, 12)}`;
}

function compareParameters(
  wanted: Parameters,
  actual: ActualAction | undefined,
): readonly FieldChange[] {
  if (actual !== undefined && actual.parameters === undefined) {
    return [{ field: "parameters", change: "unknown" }];
  }
  const given = actual?.parameters ?? {};
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(given)])].sort();
  return names.flatMap((name) => compareParameter(name, given, wanted));
}

function compareParameter(
  name: string,
  given: UnknownObject,
  wanted: Parameters,
): readonly FieldChange[] {
  const from = Object.hasOwn(given, name) ? given[name] : undefined;
  const to = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
  const field = `parameters.${toPlainText(name)}`;
  if (to === undefined) {
    return [{ field, change: "removed", ...shown(name, { from }) }];
  }
  if (from === undefined) {
    return [{ field, change: "set", ...shown(name, { to }) }];
  }
  if (isSameValue(from, to)) {
    return [];
  }
  return isMasked(from, to, true)
    ? [{ field, change: "unknown" }]
    : [{ field, change: "changed", ...shown(name, { from, to }) }];
}

function shown(name: string, values: Readonly<Record<string, unknown>>) {
  const texts = Object.entries(values).map(([key, value]) => [key, valueText(value)] as const);
  return isHidden(name) ? {} : Object.fromEntries(texts);
}

function valueText(value: unknown): string {
  return toPlainText(typeof value === "string" ? value : JSON.stringify(value));
}

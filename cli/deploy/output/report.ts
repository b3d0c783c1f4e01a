import type { Page } from "../../shared/page.ts";
import type { DeployLocation } from "../api/regions.ts";
import type { Removal } from "../apply/remove.ts";
import type { Smoke } from "../apply/smoke.ts";
import type { ReportingCommand } from "../deploy-options.ts";
import type { LocalEmulators } from "../local-emulators.ts";
import type { FieldChange } from "../plan/difference.ts";
import type { PlanStep } from "../plan/plan.ts";
import { type GatewayReport, gatewayLines } from "./gateway-report.ts";

/**
 * Contains everything that a run reports. `--json` prints it as it is; the text for people is made from it.
 */
export type DeployReport = {
  readonly command: ReportingCommand;
  readonly ok: boolean;
  readonly place: Pick<DeployLocation, "region" | "origin" | "basePath" | "platform">;
  /** The addresses of a rehearsal (`--local`). */
  readonly local?: LocalEmulators;
  /** The address that senders call, for `<source>` the name of one of WEBHOOK_SOURCES. Absent if it is not known. */
  readonly url?: string;
  readonly changes: readonly ReportedChange[];
  /** True if an apply or a removal would write anything. Only a plan has it. */
  readonly differs?: boolean;
  /** Resources that are left: of an earlier configuration, or, after a removal, not made by this command. */
  readonly leftovers: readonly Leftover[];
  /** Each once, after the names of what it concerns. */
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
  /** The result of reading back: differences from what was written, and fields that cannot be compared. */
  readonly verification?: {
    readonly problems: readonly string[];
    readonly notes: readonly string[];
  };
  readonly smoke?: Smoke;
  readonly gateway?: GatewayReport;
  /** Steps that are left to a person, in order. None if there is nothing left to do. */
  readonly manualSteps: readonly string[];
  /** Triggers that only the console can make; absent if the configuration has no function for them. */
  readonly consoleTriggers?: readonly string[];
};

export type Leftover = Pick<ReportedChange, "kind" | "name">;

/** Replaces the report when a request failed. Changes in `done` stay done. */
export type PartialReport = {
  readonly command: ReportingCommand;
  readonly ok: false;
  /** Failures, each with its cure. */
  readonly problems: readonly string[];
  readonly page: Page;
  readonly done: readonly ReportedChange[];
  /** The change at which the run failed, and why. Absent if no change was under way. */
  readonly failed?: ReportedChange;
};

export type ReportedChange = {
  readonly kind: string;
  readonly name: string;
  readonly change: PlanStep["change"] | Removal["change"];
  readonly fields: readonly FieldChange[];
  readonly reason?: string;
};

export function toLeftover({ kind, name }: Leftover): Leftover {
  return { kind, name };
}

export function toReportedChange(step: PlanStep | Removal): ReportedChange {
  const { kind, change, reason } = step;
  const fields = "fields" in step ? step.fields : [];
  const name = "action" in step ? `${step.name} -> ${step.action}` : step.name;
  return { kind, name, change, fields, ...(reason === undefined ? {} : { reason }) };
}

/** Replaces planned rows by those of what was done: an action's id is not known before the action is there. */
export function withDone(
  planned: readonly ReportedChange[],
  done: readonly ReportedChange[],
): readonly ReportedChange[] {
  return planned.map(
    (row) => done.find(({ kind, name }) => kind === row.kind && name === row.name) ?? row,
  );
}

/** An update, also of a field that cannot be compared, is written; what is kept or absent is not. */
const unwritten: readonly ReportedChange["change"][] = ["same", "absent", "kept"];

/** Tells whether any of the changes would be written. */
export function isDifferent(changes: readonly ReportedChange[]): boolean {
  return changes.some(({ change }) => !unwritten.includes(change));
}

const signs: Readonly<Record<ReportedChange["change"], string>> = {
  create: "+",
  update: "~",
  replace: "±",
  same: "=",
  refused: "!",
  delete: "-",
  absent: "=",
  kept: "!",
};

/** The sign of these changes says everything, so the word is left out. */
const plainSigns: readonly ReportedChange["change"][] = ["create", "update", "same", "delete"];

export function toReportText(report: DeployReport): string {
  const {
    command,
    place,
    local,
    url,
    changes,
    warnings,
    problems,
    smoke,
    gateway,
    manualSteps,
    consoleTriggers = [],
  } = report;
  const lines = [
    `${command}: Cloud Functions, region ${place.region}, platform ${place.platform}, at ${place.origin}${place.basePath}`,
    ...(local === undefined ? [] : localLines(local)),
    ...(url === undefined ? [] : [`webhook: ${url}`]),
    "",
    ...changes.flatMap(changeLines),
    "",
    countLine(changes),
    ...block("Warnings:", warnings),
    ...block("Wrong:", problems),
    ...block(`Smoke call: ${smoke?.ending}`, smoke?.lines ?? []),
    ...block("API Gateway:", gateway === undefined ? [] : gatewayLines(gateway)),
    ...block(
      command.endsWith("remove")
        ? "What is left to do by hand:"
        : "What is left to do by hand, for the webhook function's URL:",
      manualSteps.map((step, i) => `${i + 1}. ${step}`),
    ),
    ...block("Triggers that only the console makes, if you want them:", consoleTriggers),
  ];
  return `${lines.join("\n")}\n`;
}

function localLines({ functions, dataStream }: LocalEmulators): readonly string[] {
  return [
    `rehearsal on this machine: what is deployed runs at ${functions} and produces to ${dataStream}`,
  ];
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

export function changeLine({ kind, name, change, reason }: ReportedChange): string {
  const told = plainSigns.includes(change) ? "" : ` (${change})`;
  return `${signs[change]} ${kind} ${name}${told}${reason === undefined ? "" : `: ${reason}`}`;
}

function changeLines(change: ReportedChange): readonly string[] {
  return [changeLine(change), ...change.fields.map((field) => `    ${fieldLine(field)}`)];
}

function fieldLine({ field, change, from, to }: FieldChange): string {
  if (change === "changed") {
    return from === undefined || to === undefined
      ? `${field} changed`
      : `${field} changed from ${quoted(from)} to ${quoted(to)}`;
  }
  const value = to ?? from;
  const told = { set: "set", removed: "removed", unknown: "cannot be compared, so put again" }[
    change
  ];
  return `${field} ${told}${value === undefined || change === "unknown" ? "" : `: ${quoted(value)}`}`;
}

function quoted(text: string): string {
  return text === "" ? '""' : text;
}

function countLine(changes: readonly ReportedChange[]): string {
  const kinds = [...new Set(changes.map(({ change }) => change))];
  const counts = kinds.map(
    (kind) => `${kind}: ${changes.filter(({ change }) => change === kind).length}`,
  );
  return counts.length === 0 ? "nothing to do" : counts.join(", ");
}
